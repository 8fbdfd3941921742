# ruff: noqa: S608  -- every name in these statements comes from tables/ or from the catalog, every value is a parameter
"""Emptying rows where they lie: in the files of every table, in whatever version of it they stand.

A file that holds any is written anew beside it, row for row, so that lists of deleted rows, rows' numbers and every
older version keep their meaning. One transaction of the catalog then has the new files stand for the old ones and makes
a commit that says, by digests, how that changed what earlier commits had made. Killed before it, nothing happened;
after it, what is left is removing files, which any later run does.
"""

import secrets
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from gt_platform.lake import statements
from gt_platform.lake.connection import METADATA, SNAPSHOT_ID, only
from gt_platform.lake.content import Content
from gt_platform.lake.forgetting import RULES, Rule, emptied
from gt_platform.lake.lending import lent
from gt_platform.lake.pseudonyms import Key
from gt_platform.lake.session import Session
from gt_platform.lake.tables import GROUND_TRUTH, TABLES, Table

PREPARED = (
    "SET VARIABLE inner_key = ?",
    "SET VARIABLE outer_key = ?",
    "CREATE OR REPLACE TEMP MACRO keyed(value) AS "
    "sha256(getvariable('outer_key') || sha256(getvariable('inner_key') || value))",
    "CREATE OR REPLACE TEMP TABLE gone AS SELECT kind, id FROM erased WHERE release = 0 UNION SELECT kind, id FROM new",
)
TABLE_FILES = f"""
    SELECT f.data_file_id, s.path || t.path || f.path AS path FROM {METADATA}.ducklake_data_file f
    JOIN (SELECT DISTINCT table_id, schema_id, path, table_name FROM {METADATA}.ducklake_table) t USING (table_id)
    JOIN {METADATA}.ducklake_schema s USING (schema_id)
    WHERE s.schema_name = ? AND t.table_name IN (?, ? || '_before') ORDER BY f.data_file_id
"""
LIVES = f"""
    SELECT unnest([begin_snapshot, end_snapshot]) AS at FROM {METADATA}.ducklake_data_file
    WHERE data_file_id IN (SELECT unnest($files))
    UNION SELECT unnest([begin_snapshot, end_snapshot]) FROM {METADATA}.ducklake_delete_file
    WHERE data_file_id IN (SELECT unnest($files))
"""
DELETES = f"""
    SELECT s.path || t.path || d.path FROM {METADATA}.ducklake_delete_file d
    JOIN (SELECT DISTINCT table_id, schema_id, path FROM {METADATA}.ducklake_table) t USING (table_id)
    JOIN {METADATA}.ducklake_schema s USING (schema_id)
    WHERE d.partial_max IS NOT NULL AND d.data_file_id IN (SELECT unnest($files))
"""
ROW_SNAPSHOT = "_ducklake_internal_snapshot_id"
COLUMNS = "SELECT name, field_id FROM parquet_schema(?) WHERE field_id IS NOT NULL"
SAME_FILE = f"""
    UPDATE {METADATA}.ducklake_data_file SET path = ?, file_size_bytes = ?, footer_size = ? WHERE data_file_id = ?
"""
SAME_COLUMN = f"""
    UPDATE {METADATA}.ducklake_file_column_stats
    SET min_value = ?, max_value = ?, null_count = ?, value_count = ?, column_size_bytes = ?
    WHERE data_file_id = ? AND column_id = ?
"""
SAME_TABLE = f"""
    SELECT t.table_id, t.column_id, f.least, f.greatest FROM {METADATA}.ducklake_table_column_stats t
    JOIN (
        SELECT table_id, column_id, min(min_value) AS least, max(max_value) AS greatest
        FROM {METADATA}.ducklake_file_column_stats GROUP BY ALL
    ) f USING (table_id, column_id)
    JOIN (
        SELECT DISTINCT table_id, column_id FROM {METADATA}.ducklake_column WHERE column_type IN ('varchar', 'json')
    ) c USING (table_id, column_id)
    WHERE t.table_id IN (SELECT table_id FROM {METADATA}.ducklake_data_file WHERE list_contains($files, data_file_id))
"""
SET_TABLE = f"""
    UPDATE {METADATA}.ducklake_table_column_stats SET min_value = ?, max_value = ? WHERE table_id = ? AND column_id = ?
"""
MADE = f"""
    INSERT INTO {METADATA}.ducklake_snapshot (snapshot_id, snapshot_time, schema_version, next_catalog_id, next_file_id)
    SELECT snapshot_id + 1, now(), schema_version, next_catalog_id, next_file_id
    FROM {METADATA}.ducklake_snapshot WHERE snapshot_id = ?
"""
SAID = f"""
    INSERT INTO {METADATA}.ducklake_snapshot_changes
        (snapshot_id, changes_made, author, commit_message, commit_extra_info) VALUES (?, '', 'gt_platform', ?, ?)
"""


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """Rows that were emptied, by table, and the files that were written anew for it, as they were called."""

    by_table: dict[str, int]
    replaced: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _File:
    """A file that holds rows to empty, and the one that is to stand for it."""

    number: int
    path: str
    anew: str
    rows: int
    table: Table


class Redaction:
    """Of one project's tables, under the lock that the caller holds."""

    def __init__(self, session: Session, project: str, key: Key, new: pl.DataFrame | None = None) -> None:
        """`new` has kind and id of what is about to be erased, beside what `erased` has."""
        self._session, self._project = session, project
        self._cursor = session.cursor(project)
        nothing = pl.DataFrame(schema={"kind": pl.String, "id": pl.String})
        with lent(self._cursor, {"new": nothing if new is None else new}):
            for statement, given in zip(PREPARED, ([key.inner], [key.outer], [], []), strict=True):
                self._cursor.execute(statement, given)

    def found(self) -> list[_File]:
        """The files that hold rows to empty."""
        return [file for table in TABLES if table.name in RULES for file in self._holding(table)]

    def counts(self) -> dict[str, int]:
        """By table, the rows that would be emptied, in all versions of it."""
        return _by_table(self.found())

    def frame(self, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
        """The same rows of a table, or some columns of it, emptied: equal where there is nothing to empty."""
        known = {column.name: column for column in table.columns}
        selected = ", ".join(_as(name, RULES[table.name], known) for name in rows.columns)
        with lent(self._cursor, {"kept_rows": rows}):
            return self._cursor.execute(f"SELECT {selected} FROM kept_rows").pl()

    def released(self, snapshot: int, columns: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Of the rows of a release that are to be emptied: by the item's id then, its id now and the row's digest."""
        rule, item = RULES[GROUND_TRUTH.name], GROUND_TRUTH.columns[0]
        found = self._cursor.execute(
            f"SELECT {rule.column(item)}, item_id, {statements.row_digest(columns)} "
            f"FROM ground_truth AT (VERSION => ?) WHERE {rule.touches()}",
            [snapshot],
        )
        return {becomes: (was, digest) for becomes, was, digest in found.fetchall()}

    def run(self, since: Mapping[str, int], message: str) -> Redacted:
        """Empty all rows there are. `since` says from which commit on a table is counted in the chain."""
        found = self.found()
        if not found:
            return Redacted(by_table={}, replaced=())
        erased = {
            f"{self._project}.{table.name}": made
            for table in {file.table.name: file.table for file in found}.values()
            if (made := self._difference(table, [one for one in found if one.table is table], since))
        }
        written = [(file, self._write(file)) for file in found]
        self._session.sync()
        self._swap(written, erased, message)
        return Redacted(by_table=_by_table(found), replaced=tuple(file.path for file in found))

    def _holding(self, table: Table) -> Iterator[_File]:
        known = self._cursor.execute(TABLE_FILES, [self._project, table.name, table.name]).fetchall()
        if not known:
            return
        paths = {self._full(path): (number, path) for number, path in known}
        sql = (
            f"SELECT filename, count(*) FROM read_parquet(?, filename = true, hive_partitioning = false, "
            f"union_by_name = true) WHERE {RULES[table.name].touches()} GROUP BY filename ORDER BY filename"
        )
        for name, rows in self._cursor.execute(sql, [list(paths)]).fetchall():
            number, path = paths[name]
            anew = f"{path.rpartition('/')[0]}/ducklake-{_uuid7()}.parquet"
            yield _File(number=number, path=path, anew=anew, rows=rows, table=table)

    def _full(self, path: str) -> str:
        return f"{self._session.settings.data_url}/{path}"

    def _difference(self, table: Table, files: Sequence[_File], since: Mapping[str, int]) -> dict[int, Content]:
        """How what each commit made of a table becomes another."""
        first = since.get(table.name, 0)
        moments = sorted({max(at, first) for at in self._moments(table, files)})
        made: dict[int, Content] = {}
        before = Content()
        for at in moments:
            now = self._emptied_at(table, at) if at else Content()
            if now != before:
                made[at] = now - before
            before = now
        return made

    def _emptied_at(self, table: Table, snapshot: int) -> Content:
        rule = RULES[table.name]
        as_it_is = ", ".join(f'"{column.name}"' for column in table.columns)
        was, becomes = (
            Content.of_row(
                self._cursor.execute(statements.content_with(table, columns, rule.touches()), [snapshot]).fetchone()
                or ()
            )
            for columns in (as_it_is, emptied(table))
        )
        return becomes - was

    def _moments(self, table: Table, files: Sequence[_File]) -> set[int]:
        """The commits at which any of these rows came or went."""
        asked = {"files": [file.number for file in files]}
        found = {at for (at,) in self._cursor.execute(LIVES, asked).fetchall() if at is not None}
        deletes = [path for (path,) in self._cursor.execute(DELETES, asked).fetchall()]
        for path in [*(file.path for file in files), *deletes]:
            full = self._full(path)
            if ROW_SNAPSHOT in dict(self._cursor.execute(COLUMNS, [full]).fetchall()):
                where = RULES[table.name].touches() if path not in deletes else "true"
                sql = f"SELECT DISTINCT {ROW_SNAPSHOT} FROM read_parquet(?, hive_partitioning = false) WHERE {where}"
                found |= {at for (at,) in self._cursor.execute(sql, [full]).fetchall()}
        return found

    def _write(self, file: _File) -> tuple[Any, ...]:
        """Write the new file, and return what there is to be told of it."""
        rule, known = RULES[file.table.name], {column.name: column for column in file.table.columns}
        columns = dict(self._cursor.execute(COLUMNS, [self._full(file.path)]).fetchall())
        selected = ", ".join(_as(name, rule, known) for name in columns)
        ids = ", ".join(f'"{name}": {number}' for name, number in columns.items())
        self._cursor.execute("SET VARIABLE from_file = ?", [self._full(file.path)])
        target = self._full(file.anew).replace("'", "''")
        return (
            self._cursor.execute(
                f"COPY (SELECT {selected} FROM read_parquet(getvariable('from_file'), hive_partitioning = false)) "
                f"TO '{target}' (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {{{ids}}}, RETURN_STATS true)"
            ).fetchone()
            or ()
        )

    def _swap(
        self,
        written: Sequence[tuple[_File, tuple[Any, ...]]],
        erased: Mapping[str, Mapping[int, Content]],
        message: str,
    ) -> None:
        cursor = self._cursor
        cursor.execute("BEGIN")
        try:
            base = int(only(cursor.execute(SNAPSHOT_ID)))
            link = self._session.link(cursor, base, message, uuid.uuid4().hex, erased=erased)
            for file, told in written:
                self._put(file, told)
            for table, column, least, greatest in cursor.execute(
                SAME_TABLE, {"files": [file.number for file, _ in written]}
            ).fetchall():
                cursor.execute(SET_TABLE, [least, greatest, table, column])
            cursor.execute(MADE, [base])
            cursor.execute(SAID, [link.snapshot, message, link.text])
            cursor.execute("COMMIT")
        except duckdb.Error:
            cursor.execute("ROLLBACK")
            raise
        self._session.sealed(link)

    def _put(self, file: _File, told: tuple[Any, ...]) -> None:
        _, rows, size, footer, statistics, *_ = told
        self._cursor.execute(SAME_FILE, [file.anew.rpartition("/")[2], size, footer, file.number])
        for name, number in self._cursor.execute(COLUMNS, [self._full(file.anew)]).fetchall():
            column = statistics.get(f'"{name}"')
            if column and number < 2**31 - 1000:  # above are DuckLake's own columns, of which the catalog says nothing
                nulls = int(column["null_count"])
                told_of = [column.get("min"), column.get("max"), nulls, rows - nulls, int(column["column_size_bytes"])]
                self._cursor.execute(SAME_COLUMN, [*told_of, file.number, number])


def _by_table(files: Sequence[_File]) -> dict[str, int]:
    return {
        name: sum(one.rows for one in files if one.table.name == name) for name in {f.table.name: None for f in files}
    }


def _as(name: str, rule: Rule, known: Mapping[str, Any]) -> str:
    return f'{rule.column(known[name])} AS "{name}"' if name in known else f'"{name}"'


def _uuid7() -> uuid.UUID:
    """As DuckLake names files: by the milliseconds since 1970, so that `orphans` finds what was never named."""
    random = secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return uuid.UUID(int=time.time_ns() // 1_000_000 << 80 | 7 << 76 | random)
