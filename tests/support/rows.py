"""Frames for any table from the few values a test is about; the rest is filled in by type."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from gt_platform.lake.tables import Table

DAY = date(2026, 1, 5)
CLOCK = datetime(2026, 1, 5, 8, 30, 0, 123456, tzinfo=UTC)
TYPES: dict[str, tuple[pl.DataType, Any]] = {
    "VARCHAR": (pl.String(), "x"),
    "JSON": (pl.String(), '{"x":1}'),
    "BIGINT": (pl.Int64(), 1),
    "INTEGER": (pl.Int32(), 1),
    "DOUBLE": (pl.Float64(), 0.5),
    "BOOLEAN": (pl.Boolean(), True),
    "DATE": (pl.Date(), DAY),
    "TIMESTAMPTZ": (pl.Datetime("us", "UTC"), CLOCK),
    "BLOB": (pl.Binary(), b"x"),
}


def rows(table: Table, *given: dict[str, Any]) -> pl.DataFrame:
    """One row for each dictionary; columns it leaves out hold a plain value, or nothing where that is allowed."""
    filler = {column.name: None if column.nullable else TYPES[column.type][1] for column in table.columns}
    schema = {column.name: TYPES[column.type][0] for column in table.columns}
    return pl.DataFrame([filler | row for row in given], schema=schema)


def keyed(table: Table, *keys: str, **values: Any) -> pl.DataFrame:
    """Rows that differ in their (single) key only."""
    (key,) = table.key
    return rows(table, *({key: value} | values for value in keys))
