"""A copy of the workbench's store in a SQLite file, as it is at one moment, and a store made of such a copy."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, delete, insert, inspect, make_url, select, text

from gt_platform.lake.backup import copy_sqlite
from gt_platform.scratch import scratch
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from gt_platform.workbench.store.schema import is_ready, metadata, version_table

ROWS = 1000
LAST_NUMBER = """
    SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 1), count(*) > 0) FROM {table}
"""


def file_of(url: str) -> Path | None:
    """The file of a SQLite store; none for one on a server."""
    address = make_url(url)
    return Path(str(address.database)) if address.get_backend_name() == "sqlite" else None


def is_made(url: str) -> bool:
    """Whether there is a store. Raises DatabaseError."""
    if (file := file_of(url)) is not None:
        return file.exists()
    with closing(_served(url)) as database, database.read() as connection:
        return inspect(connection).has_table(version_table.name)


def save(url: str, copy: Path) -> None:
    """Copy a store, whoever works with it meanwhile. Raises DatabaseError."""
    if (file := file_of(url)) is not None:
        return copy_sqlite(file, copy)
    with closing(_served(url)) as source, source.read() as read:
        if not is_ready(read):
            raise DatabaseError("the workbench's store is of an older gt_platform; `gt workbench` migrates it")
        with closing(Database.open(f"sqlite:///{copy}")) as target, target.write() as write:
            _fill(write, read)
    return None


def bring_back(copy: Path, url: str) -> None:
    """Make a store of the copy, where there is none. Raises DatabaseError."""
    if is_made(url):
        raise DatabaseError("there is a store of the workbench already where GT_WORKBENCH says; name an empty place")
    if (file := file_of(url)) is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        return copy_sqlite(copy, file)
    with _opened_copy(copy) as source, closing(Database.open(url)) as target, target.write() as write:
        with source.read() as read:
            _fill(write, read)
        for table in metadata.sorted_tables:
            if (column := table.autoincrement_column) is not None:
                write.execute(text(LAST_NUMBER.format(table=table.name, column=column.name)))
    return None


def _served(url: str) -> Database:
    """A store on a server, as it is: nothing is made or migrated."""
    address = make_url(url).set(drivername="postgresql+psycopg2")
    return Database(create_engine(address, isolation_level="REPEATABLE READ", connect_args={"connect_timeout": 10}))


@contextmanager
def _opened_copy(copy: Path) -> Iterator[Database]:
    """An older copy is migrated by being opened, and must not change."""
    with scratch("store") as folder:
        shutil.copyfile(copy, folder / copy.name)
        with closing(Database.open(f"sqlite:///{folder / copy.name}")) as opened:
            yield opened


def _fill(target: Connection, source: Connection) -> None:
    target.execute(delete(version_table))  # the one row of a new store
    for table in metadata.sorted_tables:
        for rows in source.execute(select(table)).mappings().partitions(ROWS):
            target.execute(insert(table), [dict(row) for row in rows])
