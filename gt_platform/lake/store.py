"""Reading and writing one project's tables. Nobody writes to the lake but through here."""

import contextlib
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import duckdb
import polars as pl

from gt_platform.lake import statements
from gt_platform.lake.connection import CATALOG, LakeError
from gt_platform.lake.session import Session
from gt_platform.lake.tables import TABLES, Table
from gt_platform.waiting import pause

T = TypeVar("T")
Parameters = Sequence[Any] | Mapping[str, Any]
Frames = Mapping[str, pl.DataFrame]

ATTEMPTS = 8  # conflicts cannot happen under the lock; what is retried is a busy SQLite or a lost connection
RETRYABLE = ("database is locked", "transaction conflict", "failed to commit", "connection", "timeout", "timed out")


class KeyConflictError(LakeError):
    """Rows whose key stands for something else already, or twice among themselves."""


class Store:
    """One project's tables. Safe to use from several threads."""

    def __init__(self, session: Session, project: str) -> None:
        self._session = session
        self.project = project
        self._local = threading.local()

    def read(self, sql: str, parameters: Parameters = (), *, frames: Frames | None = None) -> pl.DataFrame:
        """Run a query with `?` or `$name` parameters; `frames` are visible in it as tables."""
        with self._session.reading():
            return _query(self._cursor(), sql, parameters, frames)

    def commit(self, message: str, work: Callable[["Writer"], T]) -> T:
        """Do `work` in one write transaction under the catalog's lock.

        `work` may run more than once: the whole transaction is retried when the catalog is busy or out of
        reach. A commit whose answer was lost is looked up by its token before anything is applied again.
        """
        token = uuid.uuid4().hex
        unanswered: list[T] = []
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if unanswered and self._landed(token):
                    return unanswered[0]
                return self._attempt(message, token, work, unanswered)
            except duckdb.Error as error:
                if attempt == ATTEMPTS or not _retryable(error):
                    raise
                self._local.__dict__.clear()
                time.sleep(random.uniform(0.5, 1) * pause(0.1, attempt, longest=60.0))  # noqa: S311 - jitter
        raise AssertionError("unreachable")

    def digests(self) -> dict[str, str]:
        """Content digest of every table: equal rows give equal digests, whatever their order or storage."""
        cursor = self._cursor()
        with self._session.reading():
            return {table.name: _only(cursor.execute(statements.digest(table))) for table in TABLES}

    def digest_at(self, table: Table, snapshot_id: int) -> str:
        """Content digest of a table as a snapshot has it."""
        with self._session.reading():
            return str(_only(self._cursor().execute(statements.digest(table, at_snapshot=True), [snapshot_id])))

    def doubled_keys(self) -> dict[str, list[tuple[Any, ...]]]:
        """Up to three keys each table holds more than once, found by scanning; empty when all is well."""
        cursor = self._cursor()
        with self._session.reading():
            found = {table.name: cursor.execute(statements.doubled_keys(table)).fetchall() for table in TABLES}
        return {name: keys for name, keys in found.items() if keys}

    def _attempt(self, message: str, token: str, work: Callable[["Writer"], T], unanswered: list[T]) -> T:
        with self._session.lock():
            cursor = self._cursor()
            with _rolled_back_on_error(cursor):
                cursor.execute("BEGIN")
                writer = Writer(cursor)
                result = work(writer)
                if not writer.changed:
                    cursor.execute("ROLLBACK")
                    return result
                cursor.execute(
                    f"CALL {CATALOG}.set_commit_message(?, ?, extra_info => ?)", ["gt_platform", message, token]
                )
                self._session.sync()
            try:
                _commit(cursor)
            except duckdb.Error:
                unanswered[:] = [result]
                self._local.__dict__.clear()
                if not self._landed(token):
                    raise
            return result

    def _landed(self, token: str) -> bool:
        query = f"SELECT count(*) FROM {CATALOG}.snapshots() WHERE commit_extra_info = ?"  # noqa: S608 - a constant
        return bool(_only(self._cursor().execute(query, [token])))

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._local.cursor = self._session.cursor(self.project)
        return cursor


class Writer:
    """What may be done inside a write transaction. Keys are checked here: DuckLake has no constraints."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self.changed = 0

    def read(self, sql: str, parameters: Parameters = (), *, frames: Frames | None = None) -> pl.DataFrame:
        """Like `Store.read`, seeing what this transaction wrote."""
        return _query(self._cursor, sql, parameters, frames)

    @property
    def snapshot_id(self) -> int:
        """The snapshot this transaction started from."""
        return int(_only(self._cursor.execute(f"SELECT id FROM {CATALOG}.current_snapshot()")))  # noqa: S608

    def digest(self, table: Table) -> str:
        """Content digest of a table, seeing what this transaction wrote."""
        return str(_only(self._cursor.execute(statements.digest(table))))

    def append(self, table: Table, rows: pl.DataFrame) -> int:
        """Insert the rows whose key is new and return how many.

        Rows that stand there already with the same stable columns are left alone. Raises KeyConflictError
        when a key stands for something else, or comes twice with different content.
        """
        if rows.is_empty():
            return 0
        with _registered(self._cursor, {"incoming_rows": _conform(table, rows)}):
            self._refuse(table, statements.repeated_keys(table), "come twice with different content")
            self._refuse(table, statements.conflicting_keys(table), "stand there already with other content")
            inserted = int(_only(self._cursor.execute(statements.insert_new(table))))
        self.changed += inserted
        return inserted

    def replace(self, table: Table, rows: pl.DataFrame, *, day: date | None = None) -> int:
        """Make the table, or its rows of one frame day, equal to `rows`; return rows written plus removed.

        Only the difference is written; rows equal in their stable columns keep what they have.
        """
        if day is not None and not rows.is_empty() and rows["frame_day"].ne_missing(day).any():
            raise LakeError(f"{table.name}: rows of another frame day than {day} in a replacement of that day")
        with _registered(self._cursor, {"incoming_rows": _conform(table, rows)}):
            self._refuse(table, statements.repeated_keys(table), "come twice with different content")
            scope = [] if day is None else [day]
            removed = int(_only(self._cursor.execute(statements.delete_stale(table, by_day=day is not None), scope)))
            self._refuse(table, statements.conflicting_keys(table), "stand there already under another day")
            inserted = int(_only(self._cursor.execute(statements.insert_new(table))))
        self.changed += removed + inserted
        return removed + inserted

    def _refuse(self, table: Table, query: str, why: str) -> None:
        found = self._cursor.execute(query).fetchall()
        if found:
            shown = "; ".join(", ".join(map(str, key)) for key in found)
            raise KeyConflictError(f"{table.name}: rows with the key ({', '.join(table.key)}) = {shown} {why}")


def _conform(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    unknown = set(rows.columns) - set(table.column_names())
    lacking = [c.name for c in table.columns if c.name not in rows.columns and not c.nullable]
    if not rows.columns:  # no rows at all; a frame without columns would gain one from the literals below
        return pl.DataFrame({name: [] for name in table.column_names()})
    if unknown or lacking:
        raise LakeError(f"{table.name}: unknown columns {sorted(unknown)}, missing columns {lacking}")
    absent = [pl.lit(None).alias(name) for name in table.column_names() if name not in rows.columns]
    _refuse_nul(table, rows)
    return rows.with_columns(absent).select(table.column_names())


def _refuse_nul(table: Table, rows: pl.DataFrame) -> None:
    # it cuts off the query by which DuckLake looks up a table's files: a key with NUL could never be joined again
    texts = rows.select(c.name for c in table.columns if c.type == "VARCHAR" and rows.schema.get(c.name) == pl.String)
    found = [text.name for text in texts if text.str.contains("\0", literal=True).any()]
    if found:
        raise LakeError(f"{table.name}: NUL (U+0000) in {', '.join(found)}; no text column takes it")


def _query(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: Parameters, frames: Frames | None) -> pl.DataFrame:
    with _registered(cursor, frames or {}):
        return cursor.execute(sql, parameters).pl()


@contextmanager
def _registered(cursor: duckdb.DuckDBPyConnection, frames: Frames) -> Iterator[None]:
    for name, frame in frames.items():
        cursor.register(name, frame)
    try:
        yield
    finally:
        for name in frames:
            cursor.unregister(name)


@contextmanager
def _rolled_back_on_error(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # where the connection is gone, so is the transaction
            cursor.execute("ROLLBACK")
        raise


def _commit(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute("COMMIT")


def _retryable(error: duckdb.Error) -> bool:
    return any(sign in str(error).lower() for sign in RETRYABLE)


def _only(result: duckdb.DuckDBPyConnection) -> Any:
    row = result.fetchone()
    return row[0] if row else None
