"""Reading and writing one project's tables. Nobody writes to the lake but through here."""

import contextlib
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import duckdb
import polars as pl

from gt_platform.lake import schema, statements
from gt_platform.lake.chain import Book, Link
from gt_platform.lake.connection import CATALOG, SNAPSHOT_ID, only
from gt_platform.lake.content import Content
from gt_platform.lake.lending import Frames
from gt_platform.lake.outages import NO_RIGHT, LakeError, UnreachableError, in_words, passing
from gt_platform.lake.session import Session
from gt_platform.lake.tables import TABLES, Table
from gt_platform.lake.views import View
from gt_platform.lake.writer import Parameters, Writer, query
from gt_platform.settings import Settings

T = TypeVar("T")
REMEMBERED = 1 << 18
"""Bytes of an answer up to which it is kept for when the same is asked again of the same moment."""
COMMITS = f"""
    SELECT snapshot_id, snapshot_time, commit_message, commit_extra_info, map_keys(changes) AS changes
    FROM {CATALOG}.snapshots()
    WHERE snapshot_id > ? AND snapshot_id <= (SELECT id FROM {CATALOG}.current_snapshot()) ORDER BY snapshot_id
"""  # noqa: S608 - a constant


class Store:
    """One project's tables. Safe to use from several threads."""

    def __init__(self, session: Session, project: str) -> None:
        self._session = session
        self.project = project
        self._local = threading.local()

    def read(self, sql: str, parameters: Parameters = (), *, frames: Frames | None = None) -> pl.DataFrame:
        """Run a query with `?` or `$name` parameters; `frames` are visible in it as tables."""
        if frames:
            return self._look(lambda cursor: query(cursor, sql, parameters, frames))
        known, asked = self._answers(), repr((sql, parameters))
        if asked in known:
            return known[asked]
        rows = self._look(lambda cursor: query(cursor, sql, parameters, None))
        if self._local.__dict__.get("open") and rows.estimated_size() <= REMEMBERED:
            self._answers()[asked] = rows
        return rows

    def _answers(self) -> dict[str, pl.DataFrame]:
        """What this thread was answered since it began to see the lake as one moment has it."""
        answers: dict[str, pl.DataFrame] = self._local.__dict__.setdefault("answers", {})
        return answers

    def defines(self, view: View) -> bool:
        """Whether the lake has the view as it is defined."""
        return self._look(lambda cursor: not schema.lacking_of(cursor, view))

    def redefined(self) -> list[str]:
        """Views that are there and answer something else than they are defined to."""
        return self._look(schema.redefined)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let this thread's reads see the lake as one moment has it, until it commits something itself.

        A third cheaper besides: each statement of its own asks the catalog anew which snapshot is the latest.
        """
        if self._local.__dict__.get("pinned"):
            yield
            return
        self._local.pinned = True
        try:
            yield
        finally:
            self._local.pinned = False
            self._unpin()

    @property
    def settings(self) -> Settings:
        """Those that the lake was opened by."""
        return self._session.settings

    @property
    def snapshot_id(self) -> int:
        """The lake's latest snapshot, or the one that this thread's reads see."""
        return int(self.read(SNAPSHOT_ID).item())

    def commit(self, message: str, work: Callable[[Writer], T]) -> T:
        """Do `work` in one write transaction under the catalog's lock.

        `work` may run more than once: the whole transaction is done again where another one was committed since it
        began, and where the catalog is busy or out of reach. A commit whose answer was lost is looked up by its token
        before anything is applied again. Raises UnreachableError where an outage outlasts `Settings.patience`.
        """
        token = uuid.uuid4().hex
        unanswered: list[tuple[T, Link]] = []

        def attempt() -> T:
            with self._anew_after_outage(f"{message}: not committed"):
                if unanswered and self._landed(unanswered[0][1]):
                    return unanswered[0][0]
                return self._attempt(message, token, work, unanswered)

        return self._session.patiently(attempt)

    def digests(self, tables: Iterable[Table] = TABLES) -> dict[str, str]:
        """Content digest of each table: equal rows give equal digests, whatever their order or storage."""
        with self.snapshot():
            return self._look(lambda cursor: {t.name: only(cursor.execute(statements.digest(t))) for t in tables})

    def digest_at(self, table: Table, snapshot_id: int, columns: Sequence[str]) -> str:
        """Digest of some columns of a table, by the names that they and it had at a snapshot."""
        asked = statements.digest(table, columns, at_snapshot=True)
        return self._look(lambda cursor: str(only(cursor.execute(asked, [snapshot_id]))))

    def digest_of(self, table: Table, columns: Sequence[str], rows: pl.DataFrame, kept: pl.DataFrame) -> str:
        """What `digest_with` would give of a snapshot in which the table has these rows."""
        asked = statements.digest_with_kept(columns, statements.incoming_as(table, columns))
        return str(self.read(asked, frames={"incoming_rows": rows, "kept_rows": kept}).item())

    def digest_with(self, table: Table, columns: Sequence[str], kept: pl.DataFrame, *, at: int) -> str:
        """What `digest_at` was before rows were emptied: `kept` has the digests (row) that they had, by item_id."""
        asked = statements.digest_with_kept(columns, f"{table.name} AT (VERSION => ?)")
        return str(self.read(asked, [at], frames={"kept_rows": kept}).item())

    def commits(self, after: int = -1) -> pl.DataFrame:
        """Every snapshot of the lake `after` another up to the one that is read, with what was said: see `proof`."""
        return self.read(COMMITS, [after])

    def added(self, table: Table, columns: Sequence[str], first: int, last: int) -> pl.DataFrame:
        """The rows that the commits of a span put into a table to which rows are only ever added."""
        return self.read(statements.added(table, columns, self.project), [first, last])

    def content(self, table: Table) -> Content:
        """What a table holds, found by scanning."""
        return self._look(lambda cursor: Content.of_row(cursor.execute(statements.content(table)).fetchone() or ()))

    def content_at(self, table: Table, snapshot_id: int) -> Content:
        """The same as it was at a snapshot, which has the columns of now."""
        asked = statements.content(table, at_snapshot=True)
        return self._look(lambda cursor: Content.of_row(cursor.execute(asked, [snapshot_id]).fetchone() or ()))

    def content_by_commit(self, table: Table, first: int, last: int) -> dict[int, Content]:
        """What each commit of a span made of a table, found by scanning all that was inserted and deleted."""
        asked = statements.content_by_commit(table, self.project)
        rows = self._look(lambda cursor: cursor.execute(asked, [first, last]).fetchall())
        return {row[0]: Content.of_row(row[1:]) for row in rows}

    def row_counts(self, tables: Sequence[Table]) -> dict[str, int]:
        """How many rows each of the tables has."""
        return self._look(lambda cursor: dict(cursor.execute(statements.row_counts(tables)).fetchall()))

    def doubled_keys(self) -> dict[str, list[tuple[Any, ...]]]:
        """Up to three keys each table holds more than once, found by scanning; empty when all is well."""

        def look(cursor: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
            return {table.name: cursor.execute(statements.doubled_keys(table)).fetchall() for table in TABLES}

        with self.snapshot():
            found = self._look(look)
        return {name: keys for name, keys in found.items() if keys}

    def _attempt(self, message: str, token: str, work: Callable[[Writer], T], unanswered: list[tuple[T, Link]]) -> T:
        with self._session.lock():
            self._unpin()
            cursor = self._cursor()
            with _rolled_back_on_error(cursor):
                cursor.execute("BEGIN")
                book = Book(self.project)
                writer = Writer(cursor, book)
                result = work(writer)
                if not writer.changed:
                    cursor.execute("ROLLBACK")
                    return result
                link = self._session.seal(cursor, message, token, changed=book.changed, became=book.became)
                self._session.sync()
            try:
                _commit(cursor)
            except duckdb.Error:
                unanswered[:] = [(result, link)]
                self._forget()
                if not self._landed(link):
                    raise
            self._session.sealed(link)
            return result

    def _landed(self, link: Link) -> bool:
        look_up = f"SELECT count(*) FROM {CATALOG}.snapshots() WHERE commit_extra_info = ?"  # noqa: S608 - a constant
        return bool(only(self._cursor().execute(look_up, [link.text])))

    def _look(self, look: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """Read, and where catalog or files are out of reach, read again until they are not."""

        def once() -> T:
            with self._anew_after_outage("the lake cannot be read"), self._session.reading():
                cursor = self._cursor()
                if self._local.__dict__.get("pinned") and not self._local.__dict__.get("open"):
                    self._pin(cursor)
                return look(cursor)

        return self._session.patiently(once)

    def _pin(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Begin the transaction that this thread reads in. Raises LakeError where it had one, of another snapshot."""
        cursor.execute("BEGIN")
        self._local.open = True
        if self._session.settings.embedded:
            return
        before, now = self._local.__dict__.get("seen"), only(cursor.execute(SNAPSHOT_ID))
        if before not in {None, now}:
            raise LakeError("the lake was written to while it was out of reach for what read it; do that again")
        self._local.seen = now

    @contextmanager
    def _anew_after_outage(self, what: str) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:  # some leave the transaction good for nothing
            self._let_go()
            if right := NO_RIGHT.search(str(error)):
                raise LakeError(
                    f"{what}: the catalog answers {right[0]} (docs/operations.md has who needs what)"
                ) from None
            if not passing(error):
                raise
            self._forget()
            raise UnreachableError(f"{what}, {in_words(error)}") from None  # the error holds a connection string

    def _unpin(self) -> None:
        """Let this thread's next read see the lake as it is then."""
        self._let_go()
        self._local.__dict__.pop("seen", None)

    def _let_go(self) -> None:
        """End the transaction that this thread reads in, if any."""
        self._answers().clear()
        if self._local.__dict__.pop("open", False):
            with contextlib.suppress(duckdb.Error):  # where the connection is gone, so is the transaction
                self._cursor().execute("ROLLBACK")

    def _forget(self) -> None:
        """Have the next statement make a connection of its own."""
        self._answers().clear()
        self._local.__dict__.pop("cursor", None)
        self._local.__dict__.pop("open", None)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._local.cursor = self._session.cursor(self.project)
        return cursor


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
