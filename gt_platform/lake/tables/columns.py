"""What a table and a column are, and the columns that several tables share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

SqlType = Literal["VARCHAR", "JSON", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMPTZ", "BLOB"]
DTYPES: Mapping[SqlType, pl.DataType] = {
    "VARCHAR": pl.String(),
    "JSON": pl.String(),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
    "BLOB": pl.Binary(),
}


@dataclass(frozen=True)
class Column:
    """A column; `volatile` ones (clocks, run ids) are left out of content digests and comparisons."""

    name: str
    type: SqlType
    comment: str
    nullable: bool = False
    volatile: bool = False


@dataclass(frozen=True)
class Table:
    """A table of a project's schema. `key` names the columns that identify a row."""

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column_names(self, *, stable_only: bool = False) -> list[str]:
        """The columns in order; with `stable_only`, those that make up the content digest."""
        return [column.name for column in self.columns if not (stable_only and column.volatile)]

    def frame(self, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
        """Rows as a frame with all of the table's columns, typed; null where a row leaves one out.

        Raises ValueError where a row has a column that the table has not, polars.exceptions.PolarsError where a value
        does not fit its column.
        """
        given, schema = list(rows), {column.name: DTYPES[column.type] for column in self.columns}
        if unknown := {name for row in given for name in row} - schema.keys():
            raise ValueError(f"{self.name} has no column {', '.join(sorted(unknown))}")
        return pl.DataFrame(given, schema=schema)


FRAME_DAY = Column("frame_day", "DATE", "The frame: the day this arrived for, never moved afterwards")
EVENT_ID = Column("event_id", "VARCHAR", "The producer's id, else the digest of the canonical content")
ITEM_ID = Column(
    "item_id",
    "VARCHAR",
    "Digest of the canonical input, or of input and output where answers judge outputs: equal events share it",
)
FILE_ID = Column("file_id", "VARCHAR", "The inbox file it came from")
LINE = Column("line", "BIGINT", "Line (JSONL) or row (Parquet) in that file, from 1; 0 is the file itself")
CONTENT_DIGEST = Column("content_digest", "VARCHAR", "SHA-256 of the canonical record, to tell repeats from changes")
RESCUED = Column("rescued", "JSON", "Fields the format does not know, kept as they came", nullable=True)
GUIDELINE = Column("guideline_version", "VARCHAR", "Digest of the guidelines in force")
SCHEMA_VERSION = Column("schema_version", "VARCHAR", "Digest of the question and answer schema in force")
ANSWERS_DIGEST = Column("answers_digest", "VARCHAR", "Digest of those annotations")
ANSWER = Column("answer", "JSON", "The answer, as the project's answer kind writes it")
