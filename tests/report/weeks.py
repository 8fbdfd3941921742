"""Six weeks of a service whose users speak: thumbs, corrections and a judge's ratings, and one who floods."""

import json
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from gt_platform.benchmark import score
from gt_platform.declarations import declare
from gt_platform.lake import Store
from gt_platform.lake.tables import DECISIONS, EVENTS, FEEDBACK, GROUND_TRUTH, SAMPLE
from gt_platform.project import Project
from gt_platform.sampling import design_of
from tests.benchmark.labels import VERSIONS, add_release
from tests.sampling.rows import MOMENT, MONDAY, project

DAYS, EACH, DRAWN = 42, 60, 14
WEEKS = project(
    benchmark={"metrics": ["accuracy"], "slices": ["channel"]},
    labeling={"backend": "workbench"},
)


def fill(store: Store) -> Project:
    """Fill a lake and score it; the project."""
    declare(store, WEEKS)
    chance = np.random.default_rng(7)
    events = pl.DataFrame([_event(day, at, chance) for day in range(DAYS) for at in range(EACH)])
    truths = dict(zip(events["event_id"], chance.random(events.height) < 0.88, strict=True))
    drawn = [row for row in events.iter_rows(named=True) if int(row["event_id"][-2:]) < DRAWN]
    settled = [row for row in drawn if row["frame_day"] < MONDAY + timedelta(days=DAYS - 4)]
    store.commit(
        "weeks",
        lambda writer: (
            writer.append(EVENTS, events),
            writer.append(SAMPLE, SAMPLE.frame([_drawn(row) for row in drawn])),
            writer.append(FEEDBACK, FEEDBACK.frame(list(_said(events, truths, chance)))),
            writer.append(DECISIONS, DECISIONS.frame([_decision(row, chance) for row in settled])),
            writer.append(GROUND_TRUTH, GROUND_TRUTH.frame([_truth(row, truths) for row in settled])),
        ),
    )
    add_release(store)
    score(store, WEEKS)
    return WEEKS


def _event(day: int, at: int, chance: np.random.Generator) -> dict[str, Any]:
    name = f"{day:02}-{at:02}"
    attributes = json.dumps({"channel": "app" if at % 3 else "web"})
    plain = {"model": "m1", "input": f'"text of {name}"', "output": '"good"', "confidence": 0.8, "line": 1}
    return plain | {
        "event_id": name,
        "item_id": f"item of {name}",
        "frame_day": MONDAY + timedelta(days=day),
        "occurred_at": MOMENT + timedelta(days=day),
        "user_id": f"u{chance.integers(400)}",
        "attributes": attributes,
        "content_digest": "d",
        "file_id": "f",
    }


def _drawn(row: dict[str, Any]) -> dict[str, Any]:
    plain = {"stratum": "all", "stratum_size": EACH, "stratum_drawn": DRAWN, "seed": 1, "phase": 1}
    of = {key: row[key] for key in ("event_id", "item_id", "frame_day")}
    return plain | of | {"inclusion_probability": DRAWN / EACH, "design": design_of(WEEKS)}


def _decision(row: dict[str, Any], chance: np.random.Generator) -> dict[str, Any]:
    took = timedelta(hours=float(chance.gamma(3, 14)))
    plain = {"revision": 1, "status": "consensus", "method": "majority", "votes": "{}", "answers": 3}
    named = {"decision_id": row["event_id"], "item_id": row["item_id"], "answers_digest": "x"}
    return plain | named | VERSIONS | {"decided_at": row["occurred_at"] + took}


def _truth(row: dict[str, Any], truths: dict[str, bool]) -> dict[str, Any]:
    plain = {"input": row["input"], "status": "consensus", "method": "majority", "answers": 3}
    answer = '"good"' if truths[row["event_id"]] else '"bad"'
    return plain | VERSIONS | {"item_id": row["item_id"], "decision_id": row["event_id"], "answer": answer}


def _said(events: pl.DataFrame, truths: dict[str, bool], chance: np.random.Generator) -> Any:
    for row in events.iter_rows(named=True):
        right, spoke = truths[row["event_id"]], chance.random()
        flood = row["frame_day"] >= MONDAY + timedelta(days=DAYS - 7) and int(row["event_id"][-2:]) % 5 == 0
        after = timedelta(hours=float(chance.gamma(1, 20)))
        if flood:
            yield _one(row, "end_user", "u7", "thumb", "down", after)
        elif spoke < (0.1 if right else 0.35):
            down = chance.random() < (0.12 if right else 0.85)
            yield _one(row, "end_user", row["user_id"], "thumb", "down" if down else "up", after)
            if down and chance.random() < 0.4:
                yield _one(row, "end_user", row["user_id"], "correction", "bad", after)
        if spoke > 0.7:
            rated = int(chance.integers(1, 4) if not right and chance.random() < 0.6 else chance.integers(3, 6))
            yield _one(row, "llm", "judge-2", "rating", rated, timedelta(minutes=4))
    yield _one({"event_id": "lost", "occurred_at": MOMENT}, "end_user", None, "thumb", "up", timedelta())


def _one(event: dict[str, Any], kind: str, by: str | None, signal: str, value: Any, after: timedelta) -> dict[str, Any]:
    at: datetime = event["occurred_at"] + after
    named = {"feedback_id": f"{event['event_id']} {kind} {signal}", "event_id": event["event_id"], "signal": signal}
    given = {"value": json.dumps(value), "annotator_kind": kind, "annotator_id": by, "comment": None}
    return named | given | {"frame_day": at.date(), "occurred_at": at, "content_digest": "d", "file_id": "f", "line": 1}
