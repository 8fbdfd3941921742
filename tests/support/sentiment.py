"""A small project and the rows its stages start from, for tests that need no inbox."""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ASSIGNMENTS, EVENTS, ITEMS, SAMPLE
from gt_platform.project import Project

DAY = date(2026, 1, 5)
LABELS = {"negative": "unhappy", "neutral": "neither", "positive": "happy"}


def declare(home: Path, **changes: Any) -> Project:
    """A `choice` project answered by the replay backend; `changes` override top-level keys."""
    declared: dict[str, Any] = {
        "name": "sentiment",
        "question": "How does it feel?",
        "inbox": str(home / "inbox" / "dt={day}"),
        "start": DAY,
        "answer": {"kind": "choice", "labels": LABELS},
        "drift": {"reference": {"first": DAY, "last": DAY}, "columns": [{"name": "output", "of": "output"}]},
        "sampling": {"budget": 10},
        "labeling": {"backend": "replay", "overlap": 3, "options": {"answers": "replay.jsonl"}},
        "benchmark": {"metrics": ["accuracy"]},
        "guidelines": "Read it twice.",
    }
    return Project.model_validate(declared | changes)


def event(number: int, text: str, *, day: date = DAY, **changes: Any) -> dict[str, Any]:
    """One row of `events`."""
    row: dict[str, Any] = {
        "event_id": f"e-{number}",
        "frame_day": day,
        "occurred_at": datetime(2026, 1, 5, 12, tzinfo=UTC),
        "item_id": item_of(text),
        "model": "m-1",
        "input": json.dumps(text, ensure_ascii=False),
        "output": '"positive"',
        "confidence": 0.9,
        "attributes": "{}",
        "content_digest": str(number),
        "file_id": "f",
        "line": number,
    }
    return row | changes


def item_of(content: Any) -> str:
    """The item id of an input."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def put_events(store: Store, rows: list[dict[str, Any]]) -> None:
    """Write rows of `events`."""
    store.commit("events", lambda writer: writer.append(EVENTS, pl.DataFrame(rows, infer_schema_length=None)))


def put_sample(store: Store, rows: list[dict[str, Any]]) -> None:
    """Draw every one of these events with certainty."""
    drawn = pl.DataFrame(
        [
            {
                "event_id": row["event_id"],
                "frame_day": row["frame_day"],
                "item_id": row["item_id"],
                "stratum": "all",
                "stratum_size": len(rows),
                "stratum_drawn": len(rows),
                "inclusion_probability": 1.0,
                "design": "test",
                "seed": 1,
                "phase": 1,
            }
            for row in rows
        ]
    )
    store.commit("sample", lambda writer: writer.append(SAMPLE, drawn))


def put_items(store: Store, rows: list[dict[str, Any]]) -> None:
    """Have the items of these events known by them, each by the first, as drawing them does."""
    columns = {"event_id": "event_id", "first_frame": "frame_day", "first_seen": "occurred_at"}
    items = pl.DataFrame(rows, infer_schema_length=None).unique("item_id", keep="first", maintain_order=True)
    known = items.select("item_id", "input", "attributes", origin=pl.lit("event"), **columns)
    store.commit("items", lambda writer: writer.put(ITEMS, known))


def write_replay(home: Path, answers: dict[str, list[str]]) -> None:
    """The table of past annotations: annotator a1 gave the first answer of each text, a2 the second, …"""
    lines = [
        {"input": text, "answers": [{"annotator": f"a{n}", "answer": answer} for n, answer in enumerate(given, 1)]}
        for text, given in answers.items()
    ]
    (home / "replay.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def put_assignment(store: Store, project: Project, text: str, slots: int = 3) -> list[str]:
    """Ask an item `slots` times and return the assignment ids."""
    asked = assignments(project, text, slots)
    put_asked(store, asked)
    return asked["assignment_id"].to_list()


def assignments(project: Project, text: str, slots: int = 3) -> pl.DataFrame:
    """The rows of asking an item `slots` times."""
    return pl.DataFrame(
        {
            "assignment_id": [f"{text}-{slot}" for slot in range(1, slots + 1)],
            "item_id": item_of(text),
            "slot": pl.Series(range(1, slots + 1), dtype=pl.Int32),
            "input": json.dumps(text),
            "backend": project.labeling.backend,
            "guideline_version": project.guideline_version,
            "schema_version": project.schema_version,
            "assigned_at": datetime.now(UTC),
        }
    )


def put_asked(store: Store, asked: pl.DataFrame) -> None:
    """Write rows of `assignments`, and of `items` what they ask."""
    items = asked.unique("item_id").select("item_id", "input", origin=pl.lit("event"), first_seen="assigned_at")

    def work(writer: Writer) -> None:
        writer.append(ASSIGNMENTS, asked)
        writer.append(ITEMS, items)

    store.commit("assignments", work)
