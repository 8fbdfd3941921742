"""Labeled samples and their truth, written straight into the lake."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import (
    ADJUDICATIONS,
    ANNOTATIONS,
    ASSIGNMENTS,
    DECISIONS,
    EXPERT_CHECKS,
    GROUND_TRUTH,
    RELEASES,
    SAMPLE,
    Table,
)
from gt_platform.sampling import design_of
from tests.sampling.rows import MOMENT, add_events, project

VERSIONS = {"guideline_version": "g", "schema_version": "s"}


def write(store: Store, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Append rows."""
    store.commit("rows", lambda writer: writer.append(table, table.frame(rows)))


def add_sample(store: Store, day: date, stratum: str, size: int, events: Sequence[str]) -> None:
    """Sample events from a stratum."""
    plain = {"frame_day": day, "stratum": stratum, "stratum_size": size, "stratum_drawn": len(events)}
    plain |= {"inclusion_probability": len(events) / size, "design": design_of(project()), "seed": 1, "phase": 1}
    write(store, SAMPLE, [plain | {"event_id": event, "item_id": f"item of {event}"} for event in events])


def add_truth(store: Store, answers: dict[str, Any], status: str = "consensus") -> None:
    """Settle the items of events."""
    plain = {
        "input": '"text"',
        "status": status,
        "method": "majority",
        "answers": 3,
        "decision_id": "d",
    } | VERSIONS
    write(
        store,
        GROUND_TRUTH,
        [plain | {"item_id": f"item of {event}", "answer": json.dumps(answer)} for event, answer in answers.items()],
    )


def add_tie(store: Store, event: str, answers: Sequence[Any], method: str = "majority") -> None:
    """Leave the item of an event to adjudication."""
    item = {"item_id": f"item of {event}"} | VERSIONS
    add_answers(store, event, answers)
    decision = {"decision_id": event, "revision": 1, "status": "adjudicate", "method": method, "votes": "{}"}
    write(store, DECISIONS, [item | decision | {"answers": len(answers), "answers_digest": "x", "decided_at": MOMENT}])


def add_no_valid_answer(store: Store, event: str) -> None:
    """Rule that nothing one may answer to the item of an event is right."""
    item = {"item_id": f"item of {event}", "answers": 0, "answers_digest": "x", "decided_at": MOMENT} | VERSIONS
    decision = {"decision_id": event, "revision": 1, "status": "no_valid_answer", "method": "adjudication"}
    write(store, DECISIONS, [item | decision | {"votes": "{}"}])


def add_outcomes(store: Store, outcomes: dict[str, Any]) -> None:
    """Decide the items of events by what these came to, whoever answered before."""
    plain = {"revision": 2, "status": "verified", "method": "outcome", "votes": "{}", "answers": 3} | VERSIONS
    plain |= {"answers_digest": "x", "decided_at": MOMENT}
    said = {f"item of {event}": json.dumps(answer) for event, answer in outcomes.items()}
    rows = [plain | {"decision_id": item, "item_id": item, "answer": answer} for item, answer in said.items()]
    write(store, DECISIONS, rows)
    truth = store.read("SELECT * FROM ground_truth ORDER BY item_id")
    decided = pl.col("item_id").is_in(list(said))
    told = pl.col("item_id").replace_strict(said, default=pl.col("answer"), return_dtype=pl.String)
    known = truth.with_columns(answer=told, status=pl.when(decided).then(pl.lit("verified")).otherwise("status"))
    store.commit("outcomes", lambda writer: writer.replace(GROUND_TRUTH, known))


def add_answers(store: Store, event: str, answers: Sequence[Any], *, round_: int = 1) -> list[str]:
    """Have the item of an event asked and answered; the assignments."""
    plain = {"item_id": f"item of {event}", "round": round_} | VERSIONS
    asked = plain | {"input": '"text"', "backend": "files", "assigned_at": MOMENT}
    given = {f"{event}-{round_}-{at}": json.dumps(answer) for at, answer in enumerate(answers)}
    write(store, ASSIGNMENTS, [asked | {"assignment_id": name, "slot": at} for at, name in enumerate(given, 1)])
    said = {"item_id": plain["item_id"], "annotator": "a", "collected_at": MOMENT} | VERSIONS
    write(store, ANNOTATIONS, [said | {"assignment_id": name, "answer": answer} for name, answer in given.items()])
    return list(given)


def add_checks(store: Store, said: dict[str, Any], *, of: dict[str, Any], chance: float, pattern: str) -> None:
    """Of events with consensus `of`, `said` is what experts answered blind to those drawn; it is the truth."""
    plain = {"wave": 1, "cell": pattern, "pattern": pattern, "inclusion_probability": chance, "drawn_at": MOMENT}
    checks = [
        plain | {"item_id": f"item of {event}", "event_id": event, "consensus": _text(answer), "drawn": event in said}
        for event, answer in of.items()
    ]
    write(store, EXPERT_CHECKS, checks)
    ruling = {"answers_digest": "x", "adjudicator": "e", "ruled_at": MOMENT, "blind": True} | VERSIONS
    items = {f"item of {event}": json.dumps(answer) for event, answer in said.items()}
    write(store, ADJUDICATIONS, [ruling | {"item_id": item, "answer": answer} for item, answer in items.items()])
    truth = store.read("SELECT * FROM ground_truth ORDER BY item_id")
    ruled = pl.DataFrame(
        {"item_id": list(items), "ruled": list(items.values())}, schema=dict.fromkeys(("item_id", "ruled"), pl.String)
    )
    known = truth.join(ruled, on="item_id", how="left").with_columns(
        answer=pl.coalesce("ruled", "answer"),
        status=pl.when(pl.col("ruled").is_null()).then("status").otherwise(pl.lit("adjudicated")),
    )
    store.commit("truth", lambda writer: writer.replace(GROUND_TRUTH, known.drop("ruled")))


def _text(answer: Any) -> str | None:
    return None if answer is None else json.dumps(answer)


def add_release(store: Store, number: int = 1) -> None:
    """Publish."""
    counts = dict.fromkeys(("items", "added", "changed", "retired"), 1) | {"snapshot_id": store.snapshot_id}
    row = (
        {"release": number, "digest": "d", "digest_columns": "[]", "bundle": "b", "released_at": MOMENT}
        | counts
        | VERSIONS
    )
    write(store, RELEASES, [row])


def labeled_day(store: Store, day: date, *, sure: int, unsure: int, prefix: str = "") -> None:
    """A frame of 100 sure events with 10 drawn and 20 unsure with 10; `sure` and `unsure` of those drawn are right."""
    names = [f"{prefix}{kind}{at}" for kind, n in (("s", 100), ("u", 20)) for at in range(n)]
    channels = ["web" if at % 2 else "app" for at in range(120)]
    models = ["m2" if at % 5 == 0 else "m1" for at in range(120)]
    add_events(
        store,
        day,
        [
            {"event_id": name, "attributes": {"channel": channel}, "model": model}
            for name, channel, model in zip(names, channels, models, strict=True)
        ],
    )
    drawn = [f"{prefix}s{at}" for at in range(10)], [f"{prefix}u{at}" for at in range(10)]
    add_sample(store, day, "sure", 100, drawn[0])
    add_sample(store, day, "unsure", 20, drawn[1])
    right = {*drawn[0][:sure], *drawn[1][:unsure]}
    add_truth(store, {event: "good" if event in right else "bad" for event in (*drawn[0], *drawn[1])})


def rows(store: Store, **where: str) -> list[dict[str, Any]]:
    """Scores with these values."""
    plain = {"metric": "accuracy", "label": "*", "scope": "all", "model": "*", "slice": "*", "estimand": "production"}
    found = store.read("SELECT * FROM scores ORDER BY ALL").filter(**(plain | where))
    return found.rows(named=True)
