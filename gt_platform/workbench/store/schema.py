"""Which schema a store has, and the way from an older one to that of this software: the steps in `migrations/`.

A step is a file `migrations/versions/vNNNN.py` for alembic; the newest is HEAD, and `tables.py` shows what it leads to.
Steps that alembic cannot do in place on SQLite it does on a copy of the table (`op.batch_alter_table`).
"""

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Column, Connection, String, Table, insert, inspect, select

from gt_platform.workbench.store.account_tables import accounts
from gt_platform.workbench.store.append_only import guard
from gt_platform.workbench.store.errors import DatabaseError

HEAD = "0009"
UNNUMBERED, ITS_TABLE = "0001", "persons"
"""The revision of stores without a number, since 0.1.0 gave none, and a table that tells them from empty ones."""
STEPS = (Path(__file__).with_name("migrations") / "versions",)

metadata = accounts.metadata  # every table there is: those of work are on it, too
log = logging.getLogger(__name__)

version_table = Table("workbench_schema", metadata, Column("version_num", String(32), primary_key=True))
"""Alembic's, under a name of its own: Dagster's storage may be in the same database."""


def is_ready(connection: Connection) -> bool:
    """Whether the store can be used as it is: one statement or two, since every opening asks."""
    return _number(connection) == HEAD


def bring_to_head(connection: Connection) -> None:
    """Make an empty store, or migrate an older one, in the transaction of this connection. Raises DatabaseError."""
    found = _number(connection) or _first_number(connection)
    if found > HEAD:
        raise DatabaseError(
            f"the workbench's store {connection.engine.url!r} belongs to a newer gt_platform (its schema is {found}, "
            f"this software knows {HEAD}): upgrade gt_platform, or go back to a copy of the store"
        )
    if found < HEAD:
        log.warning("the workbench's store goes from schema %s to %s%s", found, HEAD, _copied(connection, found))
        _migrate(connection)
    guard(connection)  # a table that was rebuilt has lost its triggers


def _number(connection: Connection) -> str | None:
    if not inspect(connection).has_table(version_table.name):
        return None
    return connection.execute(select(version_table)).scalar()


def _first_number(connection: Connection) -> str:
    """Number a store that has none: it is of 0.1.0, or empty and made here and now."""
    made_before = inspect(connection).has_table(ITS_TABLE)
    metadata.create_all(connection, tables=[version_table] if made_before else None)
    number = UNNUMBERED if made_before else HEAD
    connection.execute(insert(version_table).values(version_num=number))
    return number


def _migrate(connection: Connection) -> None:
    from alembic import command  # takes 0.3 s, and is needed once in a store's life
    from alembic.config import Config

    config = Config()
    folders = {"script_location": [STEPS[0].parent], "version_locations": STEPS}
    config.set_main_option("path_separator", "newline")
    for name, paths in folders.items():
        config.set_main_option(name, "\n".join(str(path).replace("%", "%%") for path in paths))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
    if connection.dialect.name == "sqlite" and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise DatabaseError(f"migrating the workbench's store leaves rows of {lost[0][0]} without what they refer to")


def _copied(connection: Connection, found: str) -> str:
    """Copy the file of a SQLite store before it is changed; others are backed up by whoever runs their server."""
    if connection.dialect.name != "sqlite":
        return ""
    file = Path(str(connection.engine.url.database))
    copy = file.with_name(f"{file.stem}.{found}{file.suffix}")
    unfinished = copy.with_name(f"{copy.name}.part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))  # it holds password hashes
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(copy)
    return f"; as it was it is kept in {copy}"
