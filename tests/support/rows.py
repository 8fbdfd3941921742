"""Frames for any table from the few values a test is about; the rest is filled in by type."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import EXPERT_CHECKS, Table
from tests.support.sentiment import item_of

DAY = date(2026, 1, 5)
CLOCK = datetime(2026, 1, 5, 8, 30, 0, 123456, tzinfo=UTC)
PLAIN: dict[str, Any] = {
    "VARCHAR": "x",
    "JSON": '{"x":1}',
    "BIGINT": 1,
    "INTEGER": 1,
    "DOUBLE": 0.5,
    "BOOLEAN": True,
    "DATE": DAY,
    "TIMESTAMPTZ": CLOCK,
    "BLOB": b"x",
}


def rows(table: Table, *given: dict[str, Any]) -> pl.DataFrame:
    """One row for each dictionary; columns it leaves out hold a plain value, or nothing where that is allowed."""
    filler = {column.name: None if column.nullable else PLAIN[column.type] for column in table.columns}
    return table.frame(filler | row for row in given)


def many(table: Table, count: int, **values: Any) -> pl.DataFrame:
    """`count` rows, plain but for these columns: each a value, or a series of them."""
    plain = rows(table, {}).select(pl.all().repeat_by(count).explode())
    given = {name: value if isinstance(value, pl.Series | pl.Expr) else pl.lit(value) for name, value in values.items()}
    return plain.with_columns(**given).select(plain.columns).cast(plain.schema)


def keyed(table: Table, *keys: str, **values: Any) -> pl.DataFrame:
    """Rows that differ in their (single) key only."""
    (key,) = table.key
    return rows(table, *({key: value} | values for value in keys))


def put_checks(store: Store, drawn: dict[str, bool]) -> None:
    """The items of these texts as a first wave of expert checks has them, with what they were settled as."""
    settled = dict(store.read("SELECT item_id, answer FROM current_decisions").iter_rows())
    given = [
        {"item_id": item, "event_id": text, "wave": 1, "consensus": settled.get(item), "drawn": drawn[text]}
        for text, item in ((text, item_of(text)) for text in drawn)
    ]
    store.commit("checks", lambda writer: writer.append(EXPERT_CHECKS, rows(EXPERT_CHECKS, *given)))
