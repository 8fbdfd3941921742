"""Small frames of events, and projects that watch them."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import EVENTS
from gt_platform.project import Drift, Project
from tests.support.rows import rows

FIRST, LAST, DAY = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 8)


def drift(*columns: dict[str, str], **options: Any) -> Drift:
    """A declaration with the reference FIRST to LAST."""
    declared = {"reference": {"first": FIRST, "last": LAST}, "columns": columns or ({"name": "score", "of": "output"},)}
    return Drift.model_validate({"permutations": 199, "alpha": 0.05} | declared | options)


def project(declared: Drift) -> Project:
    """The smallest project with this drift declaration."""
    return Project.model_validate(
        {
            "name": "checked",
            "question": "?",
            "inbox": "inbox",
            "start": FIRST,
            "answer": {"kind": "choice", "labels": {"yes": "Yes.", "no": "No."}},
            "drift": declared.model_dump(),
            "sampling": {"budget": 1},
            "labeling": {"backend": "files"},
            "benchmark": {"metrics": ["accuracy"]},
        }
    )


def events(day: date, **values: Sequence[Any]) -> pl.DataFrame:
    """One event for each value; `input`, `output` and `attributes` are any JSON values, each input its own item."""
    made = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    for number, event in enumerate(made):
        text = json.dumps(event.get("input", f"text {number}"))
        event |= {name: json.dumps(event[name]) for name in ("output", "attributes") if name in event}
        event |= {"event_id": f"{day}-{number:05}", "frame_day": day, "input": text, "item_id": text}
    return rows(EVENTS, *made)


def of_days(rows: pl.DataFrame, *days: date) -> pl.DataFrame:
    """The rows dealt out evenly over these days, in order, each row for itself."""
    day = pl.Series("frame_day", [days[number * len(days) // rows.height] for number in range(rows.height)])
    return rows.with_columns(day, cluster=pl.lit(None, pl.UInt64))


def add(store: Store, *frames: pl.DataFrame) -> None:
    """Commit the events."""
    store.commit("events", lambda writer: writer.append(EVENTS, pl.concat(frames)))
