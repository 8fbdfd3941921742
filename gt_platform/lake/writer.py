"""What may be done inside a write transaction, and queries as both readers and writers run them.

Opening, committing and retrying transactions belongs in `store`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from gt_platform.lake import schema, statements
from gt_platform.lake.chain import Book
from gt_platform.lake.connection import SNAPSHOT_ID, only
from gt_platform.lake.content import Content
from gt_platform.lake.lending import Frames, lent
from gt_platform.lake.outages import LakeError
from gt_platform.lake.tables import Table
from gt_platform.lake.views import View

Parameters = Sequence[Any] | Mapping[str, Any]


class KeyConflictError(LakeError):
    """Rows whose key stands for something else already, or twice among themselves."""


class Writer:
    """What may be done inside a write transaction. Keys are checked here: DuckLake has no constraints."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, book: Book) -> None:
        self._cursor = cursor
        self.book = book
        self.changed = 0

    def read(self, sql: str, parameters: Parameters = (), *, frames: Frames | None = None) -> pl.DataFrame:
        """Like `Store.read`, seeing what this transaction wrote."""
        return query(self._cursor, sql, parameters, frames)

    @property
    def snapshot_id(self) -> int:
        """The snapshot this transaction started from."""
        return int(only(self._cursor.execute(SNAPSHOT_ID)))

    @property
    def makes(self) -> int:
        """The snapshot this transaction makes; it makes that one or fails (see `connection`)."""
        return self.snapshot_id + 1

    def digest(
        self, table: Table, columns: Sequence[str] | None = None, *, at: int | None = None, where: str = "true"
    ) -> str:
        """Content digest of a table or some of its columns, as this transaction sees it or a snapshot has it."""
        asked = statements.digest(table, columns, at_snapshot=at is not None, where=where)
        return str(only(self._cursor.execute(asked, [] if at is None else [at])))

    def define(self, view: View) -> None:
        """Make the view what it is defined as."""
        for statement in schema.lacking_of(self._cursor, view):
            self._cursor.execute(statement)
            self.changed += 1

    def append(self, table: Table, rows: pl.DataFrame) -> int:
        """Insert the rows whose key is new and return how many.

        Rows that stand there already with the same stable columns are left alone. Raises KeyConflictError
        when a key stands for something else, or comes twice with different content.
        """
        if rows.is_empty():
            return 0
        with lent(self._cursor, {"incoming_rows": _conform(table, rows)}):
            found = self._compared(table, rows.height, statements.NOTHING, [], "stand there already with other content")
            return self._insert(table, found, standing=found.standing)

    def replace(self, table: Table, rows: pl.DataFrame, *, day: date | None = None, release: int | None = None) -> int:
        """Make the table, or its rows of one frame day or release, equal to `rows`; return rows written plus removed.

        Only the difference is written; rows equal in their stable columns keep what they have. Where most differ, and
        no column is a clock, all are: else each night's few survivors keep its file, and reading opens all of them.
        """
        column, value = ("frame_day", day) if release is None else ("release", release)
        whole, named = value is None, column.replace("_", " ")
        if not whole and not rows.is_empty() and rows[column].ne_missing(value).any():
            raise LakeError(f"{table.name}: rows of another {named} than {value} in a replacement of that one")
        scope, values = (statements.EVERYTHING, []) if whole else (statements.a_part(column), [value])
        with lent(self._cursor, {"incoming_rows": _conform(table, rows)}):
            found = self._compared(table, rows.height, scope, values, f"stand there already under another {named}")
            clockless = table.column_names() == table.column_names(stable_only=True)
            anew, becomes = found.stale > found.standing and clockless, whole and clockless
            if found.stale:
                self._delete(table, scope if anew else statements.stale(table, scope), values, noted=not becomes)
            self._insert(table, found, standing=0 if anew else found.standing, noted=not becomes)
            self.changed += found.stale
            if becomes and found.stale + found.incoming > found.standing:
                self.book.become(table.name, self._incoming(table, found))
            return found.stale + found.incoming - found.standing

    def put(self, table: Table, rows: pl.DataFrame) -> int:
        """Make what stands under the keys of `rows` equal to them; return rows written plus removed.

        Rows of other keys stay, and so do rows that are equal in their stable columns.
        """
        if rows.is_empty():
            return 0
        with lent(self._cursor, {"incoming_rows": _conform(table, rows)}):
            scope = statements.given(table)
            found = self._compared(table, rows.height, scope, [], "stand there already with other content")
            if found.stale:
                self._delete(table, statements.stale(table, scope), [], noted=True)
            self._insert(table, found, standing=found.standing)
            self.changed += found.stale
            return found.stale + found.incoming - found.standing

    def remove(self, table: Table, column: str, values: Sequence[str]) -> int:
        """Delete the rows that have one of these values in a column; return how many they were."""
        where = f't."{column}" IN (SELECT value FROM removed_values)'  # noqa: S608 - a column's name, of tables/
        with lent(self._cursor, {"removed_values": pl.DataFrame({"value": values}, schema={"value": pl.String})}):
            gone = self._content(statements.content(table, where))
            if gone.rows:
                self._delete(table, where, [], noted=True)
                self.changed += gone.rows
        return gone.rows

    def _compared(self, table: Table, given: int, scope: str, values: list[Any], why: str) -> "_Compared":
        """How the incoming rows stand to the table's. Raises KeyConflictError where they cannot stand beside them."""
        row = self._cursor.execute(statements.compare(table, scope), values).fetchone() or ()
        found = _Compared(given, *row)
        _refuse(table, found.repeated, "come twice with different content")
        _refuse(table, found.conflicting, why)
        return found

    def _delete(self, table: Table, where: str, values: list[Any], *, noted: bool) -> None:
        if noted:
            self.book.add(table.name, Content() - self._content(statements.content(table, where), values))
        self._cursor.execute(statements.delete(table, where), values)

    def _insert(self, table: Table, found: "_Compared", *, standing: int, noted: bool = True) -> int:
        new, unless_there = found.incoming - standing, standing > 0
        if new:
            if noted:
                self.book.add(table.name, self._incoming(table, found, unless_there=unless_there))
            self._cursor.execute(statements.insert(table, unless_there=unless_there, repeats=found.repeats))
            self.changed += new
        return new

    def _incoming(self, table: Table, found: "_Compared", *, unless_there: bool = False) -> Content:
        asked = statements.content_of_incoming(table, unless_there=unless_there, repeats=found.repeats)
        return self._content(asked)

    def _content(self, sql: str, parameters: Parameters = ()) -> Content:
        return Content.of_row(self._cursor.execute(sql, parameters).fetchone() or ())


@dataclass(frozen=True)
class _Compared:
    """Of the rows that were given: how many differ and are `incoming`, how many of these stand already, keys that come
    twice, and keys that stand for other content.

    `stale` counts rows in what is to be replaced that are not among them.
    """

    given: int
    incoming: int
    standing: int
    stale: int
    repeated: list[list[str]] | None
    conflicting: list[list[str]] | None

    @property
    def repeats(self) -> bool:
        """Whether rows came more than once."""
        return self.given > self.incoming


def _refuse(table: Table, keys: list[list[str]] | None, why: str) -> None:
    if keys:
        shown = "; ".join(", ".join(key) for key in keys)
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


def query(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: Parameters, frames: Frames | None) -> pl.DataFrame:
    """Run a query with `?` or `$name` parameters; `frames` are visible in it as tables."""
    with lent(cursor, frames or {}):
        return cursor.execute(sql, parameters).pl()
