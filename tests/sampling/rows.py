"""Small projects and frames for tests of sampling and scores."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import EVENTS, FEEDBACK
from gt_platform.project import Project

MONDAY = date(2026, 1, 5)
MOMENT = datetime(2026, 1, 5, 8, tzinfo=UTC)


def project(**changes: Any) -> Project:
    """A sentiment project whose truth is what annotators say; `changes` replace its parts."""
    declared = {
        "name": "sentiment",
        "question": "What is the writer's attitude?",
        "inbox": "inbox",
        "start": MONDAY,
        "answer": {"kind": "choice", "labels": {"good": "approves", "bad": "disapproves"}},
        "drift": {"reference": {"first": MONDAY, "last": MONDAY}, "columns": [{"name": "output", "of": "output"}]},
        "truth": "annotators",
        "sampling": {"budget": 40},
        "labeling": {"backend": "replay"},
        "benchmark": {"metrics": ["accuracy"]},
    }
    return Project.model_validate(declared | changes)


def add_events(store: Store, day: date, events: Sequence[dict[str, Any]]) -> None:
    """Put events into a frame; each needs an event_id, the rest is made up."""
    plain: dict[str, Any] = {"output": "good", "confidence": 0.8, "model": "m1", "attributes": {}}
    plain |= {"item_id": None, "input": None}
    rows = [plain | event for event in events]
    frame = pl.DataFrame(
        {
            "event_id": [row["event_id"] for row in rows],
            "item_id": [row["item_id"] or f"item of {row['event_id']}" for row in rows],
            "model": [row["model"] for row in rows],
            "input": [json.dumps(row["input"] or f"text of {row['event_id']}") for row in rows],
            "output": [json.dumps(row["output"]) for row in rows],
            "attributes": [json.dumps(row["attributes"]) for row in rows],
            "confidence": pl.Series([row["confidence"] for row in rows], dtype=pl.Float64),
        }
    ).with_columns(
        frame_day=pl.lit(day),
        occurred_at=pl.lit(MOMENT),
        content_digest=pl.lit("digest"),
        file_id=pl.lit("file"),
        line=pl.lit(1),
    )
    store.commit("events", lambda writer: writer.append(EVENTS, frame))


def add_feedback(
    store: Store, day: date, given: Sequence[tuple[str, str, Any]], by: str | Sequence[str] | None = None
) -> None:
    """Put feedback into a frame: event_id, signal and value of each, by one, by one each, or nobody knows by whom."""
    who = [by] * len(given) if by is None or isinstance(by, str) else list(by)
    ids = [f"{day}-{event}-{at}-{who[at]}" for at, (event, *_) in enumerate(given)]
    texts = [(event, signal, json.dumps(value)) for event, signal, value in given]
    frame = pl.DataFrame(
        [(one, *text, name) for one, text, name in zip(ids, texts, who, strict=True)],
        schema=dict.fromkeys(["feedback_id", "event_id", "signal", "value", "annotator_id"], pl.String),
        orient="row",
    ).with_columns(
        frame_day=pl.lit(day),
        occurred_at=pl.lit(MOMENT),
        annotator_kind=pl.lit("end_user"),
        content_digest=pl.lit("digest"),
        file_id=pl.lit("file"),
        line=pl.lit(1),
    )
    store.commit("feedback", lambda writer: writer.append(FEEDBACK, frame))
