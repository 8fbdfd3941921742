"""The lake of this installation: one connection per process, one write lock per catalog."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

import duckdb

from gt_platform.lake import statements
from gt_platform.lake.connection import CATALOG, LakeError, connect
from gt_platform.lake.lock import catalog_lock, reading, unread
from gt_platform.lake.storage import Storage, open_storage
from gt_platform.lake.store import Store
from gt_platform.lake.sync import sync_to_disk
from gt_platform.lake.tables import TABLES
from gt_platform.settings import Settings

A_DAY_AGO = "now() - INTERVAL 1 DAY"


class Lake:
    """Hands out each project's tables. Close it, or use it as a context manager."""

    def __init__(self, settings: Settings, connection: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        self.settings = settings
        self.read_only = read_only
        self._connection = connection
        self._stores: dict[str, Store] = {}
        self._opening = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, *, read_only: bool = False) -> Self:
        """Open the lake, making an empty one where there is none. Raises LakeError."""
        if read_only:
            return cls(settings, connect(settings, read_only=True), read_only=True)
        with catalog_lock(settings):
            lake = cls(settings, connect(settings, read_only=False), read_only=False)
            lake._set_options()
        return lake

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    @cached_property
    def files(self) -> Storage:
        """Storage for reports and bundles, beside the tables' own files."""
        return open_storage(f"{self.settings.data_url}/files", self.settings)

    def store(self, project: str) -> Store:
        """The tables of one project, made on first use. Raises LakeError where a read-only lake lacks them."""
        with self._opening:
            if project not in self._stores:
                if not self.read_only:
                    self._make_tables(project)
                elif not self._tables(project):
                    raise LakeError(f"the lake holds no project {project!r}; run `gt refresh {project}` first")
                self._stores[project] = Store(self, project)
            return self._stores[project]

    def cursor(self, project: str) -> duckdb.DuckDBPyConnection:
        """A connection for one thread whose unqualified names are the project's tables."""
        cursor = self._connection.cursor()
        cursor.execute(f'USE {CATALOG}."{project}"')
        return cursor

    def lock(self) -> AbstractContextManager[None]:
        """The catalog's write lock."""
        if self.read_only:
            raise LakeError("this lake was opened for reading only")
        return catalog_lock(self.settings)

    def reading(self) -> AbstractContextManager[None]:
        """What every query runs under."""
        return reading(self.settings)

    def sync(self) -> None:
        """Bring files written by the running transaction to disk, before its commit names them."""
        if not self.settings.data_url.startswith("s3://"):
            sync_to_disk(Path(self.settings.data_url))

    def compact(self) -> None:
        """Merge small files; every snapshot stays readable. Raises LakeError when running queries leave no gap."""
        with self.lock(), unread(self.settings):
            cursor = self._connection.cursor()
            cursor.execute(f"CALL ducklake_merge_adjacent_files('{CATALOG}')").fetchall()
            # not at once: a query that began before the merge still opens the files it was told of
            cursor.execute(f"CALL ducklake_cleanup_old_files('{CATALOG}', older_than => {A_DAY_AGO})").fetchall()

    def _set_options(self) -> None:
        options = dict(self._connection.execute(f"FROM {CATALOG}.options() SELECT option_name, value").fetchall())
        # inlining small writes into the catalog is where DuckLake has lost and doubled rows
        wanted = {"data_inlining_row_limit": "0", "parquet_compression": "zstd"}
        for name, value in wanted.items():
            if options.get(name) != value:
                self._connection.execute(f"CALL {CATALOG}.set_option('{name}', '{value}')")

    def _tables(self, project: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        rows = self._connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = ? AND schema_name = ?",
            [CATALOG, project],
        ).fetchall()
        for table, column in rows:
            found.setdefault(table, set()).add(column)
        return found

    def _make_tables(self, project: str) -> None:
        if not self._missing(project):
            return
        with self.lock(), self._transaction() as cursor:
            cursor.execute(f'CREATE SCHEMA IF NOT EXISTS {CATALOG}."{project}"')
            cursor.execute(f'USE {CATALOG}."{project}"')
            for statement in self._missing(project):
                cursor.execute(statement)

    def _missing(self, project: str) -> list[str]:
        found = self._tables(project)
        needed: list[str] = []
        for table in TABLES:
            if table.name not in found:
                needed += statements.create(table)
            else:
                lacking = [name for name in table.column_names() if name not in found[table.name]]
                needed += [sql for name in lacking for sql in statements.add_column(table, name)]
        return needed

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._connection.cursor()
        cursor.execute("BEGIN")
        try:
            yield cursor
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
