"""Retests: settled items asked again, blind, to see whether their truth would still be the same.

Their answers are no live answers and settle nothing. Which items are tried follows from a number that each has for
good, a digest of project and item, so that the share is drawn by chance and no order of nights changes it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from gt_platform.answers import Answers, Known
from gt_platform.canonical import canonical, number
from gt_platform.labeling.agreement import NEEDS
from gt_platform.labeling.asking import ITEM, as_asked
from gt_platform.labeling.costs import within_budget
from gt_platform.labeling.narrowing import narrowed
from gt_platform.labeling.touched import Changes
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ASSIGNMENTS, RETESTS
from gt_platform.project import Project
from gt_platform.stats.intervals import wilson

# A decision is tried once, when it is old enough, and not while its item is asked for another reason.
DUE = """
    SELECT t.item_id, t.decision_id, t.answer AS truth, coalesce(r.input, i.input) AS input, r.priority, r.requires,
           r.suggestion, (least(coalesce(b.round, 0), 0) - 1)::INTEGER AS round
    FROM standing_truth t JOIN items i ON i.item_id = t.item_id LEFT JOIN rounds r ON r.item_id = t.item_id
    LEFT JOIN (
        SELECT item_id, min(round) AS round FROM assignments SEMI JOIN retests USING (assignment_id) GROUP BY item_id
    ) b ON b.item_id = t.item_id
    WHERE t.decided_at < $now - to_days($days) AND t.method NOT IN ('near_duplicate', 'outcome')
      AND t.item_id NOT IN (FROM waiting_items)
      AND t.decision_id NOT IN (SELECT decision_id FROM retests)
    ORDER BY t.decided_at, t.item_id
"""
OPEN = "SELECT count(DISTINCT item_id) FROM retests ANTI JOIN annotations USING (assignment_id)"
TRIED = """
    SELECT item_id, any_value(truth)::VARCHAR AS truth, list(annotator ORDER BY assignment_id) AS annotators,
           list(answer::VARCHAR ORDER BY assignment_id) AS answers, decision_id,
           max(coalesce(submitted_at, collected_at)) AS heard_at
    FROM retests LEFT JOIN annotations USING (assignment_id, item_id)
    GROUP BY item_id, decision_id HAVING count(*) = count(answer) ORDER BY item_id, decision_id
"""
SAME_GUIDELINES = """
    SELECT DISTINCT d.decision_id, d.item_id, d.answer::VARCHAR AS answer, d.votes::VARCHAR AS votes, i.attributes
    FROM retests r JOIN assignments a ON a.assignment_id = r.assignment_id
    JOIN decisions d ON d.decision_id = r.decision_id JOIN items i ON i.item_id = r.item_id
    WHERE a.guideline_version = d.guideline_version
"""
STANDING = "SELECT decision_id FROM standing_truth"
MOST_LABELS = 10


@dataclass(frozen=True, kw_only=True)
class Stability:
    """The share of items that came to the same truth again, with Wilson's 95 % interval; None for too few items."""

    items: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


def draw_retests(store: Store, project: Project, now: datetime | None = None) -> int:
    """Ask again what is due, as long as no more of it waits than a frame has drawn; returns how many items."""
    if not project.upkeep.retest or project.truth == "distribution":
        return 0
    at = now or datetime.now(UTC)
    return store.commit("retests", lambda writer: _draw(writer, project, at))


def stability(store: Store, project: Project) -> Stability:
    """Over everything that was tried."""
    return _of([same for _, same in _outcomes(store, project)])


def stability_by_label(store: Store, project: Project) -> Sequence[tuple[Any, ...]]:
    """Overall, and by the truth that was tried: the most frequent ones that have been often enough."""
    outcomes = _outcomes(store, project)
    labels: dict[str, list[bool]] = {"all": [same for _, same in outcomes]}
    for truth, same in outcomes:
        labels.setdefault(f"truth {truth}", []).append(same)
    found = [(label, _of(labels[label])) for label in sorted(labels, key=lambda label: (-len(labels[label]), label))]
    shown = [(label, one.share, one.low, one.high) for label, one in found if one.share is not None]
    return shown[: MOST_LABELS + 1]


def repeated(store: Store, project: Project, changed: Changes) -> list[bool]:
    """Whether the truth of each item that rules do not touch was the same again, asked under the same guidelines."""
    known = {row["decision_id"]: row for row in store.read(SAME_GUIDELINES).iter_rows(named=True)}
    changed = narrowed(store, project, changed, [row["item_id"] for row in known.values()])
    return [
        same_again(project, row)
        for row in store.read(TRIED).iter_rows(named=True)
        if row["decision_id"] in known and changed.touching(known[row["decision_id"]]) is None
    ]


def unstable(store: Store, project: Project, since: datetime, before: datetime) -> list[str]:
    """Items whose standing truth came to another when it was tried, by answers of a time."""
    tried = store.read(TRIED).filter(pl.col("heard_at").is_between(since, before, closed="left"))
    standing = set(store.read(STANDING)["decision_id"]) if tried.height else set()
    return [
        row["item_id"]
        for row in tried.iter_rows(named=True)
        if row["decision_id"] in standing and not same_again(project, row)
    ]


def _draw(writer: Writer, project: Project, now: datetime) -> int:
    due = writer.read(DUE, {"now": now, "days": project.upkeep.retest_after})
    chosen = due.filter(
        pl.Series([_number(project, item) < project.upkeep.retest for item in due["item_id"]], dtype=pl.Boolean)
    )
    found = chosen.head(max(0, project.sampling.budget - int(writer.read(OPEN).item())))
    if found.is_empty():
        return 0
    slots = pl.DataFrame({"slot": range(1, project.labeling.overlap + 1)}, schema={"slot": pl.Int32})
    rows = within_budget(writer, project, found.join(slots, how="cross").select(ITEM))
    found = found.join(rows, on="item_id", how="semi")
    asked = as_asked(project, rows)
    kept = asked.select("assignment_id", "item_id").join(found.select("item_id", "decision_id", "truth"), on="item_id")
    writer.append(ASSIGNMENTS, asked)
    writer.append(RETESTS, kept.with_columns(asked_at=pl.lit(now)))
    return found.height


def _number(project: Project, item: str) -> float:
    """The item's own random number, 0 to 1, for good."""
    return number(canonical(["retest", project.name, item])) / 2**64


def _outcomes(store: Store, project: Project) -> list[tuple[str, bool]]:
    """Of each decision that was tried: its truth, and whether what people say now comes to that again."""
    return [(row["truth"], same_again(project, row)) for row in store.read(TRIED).iter_rows(named=True)]


def same_again(project: Project, row: Mapping[str, Any]) -> bool:
    """Whether the `answers` of `annotators` come to the `truth` of a row."""
    answers = tuple(map(json.loads, row["answers"]))
    settled = project.answer_kind.settle(
        Answers(("item",) * len(answers), tuple(row["annotators"]), answers), Known({}, {})
    )["item"]
    return settled.answer is not None and project.answer_kind.agrees(json.loads(row["truth"]), settled.answer)


def _of(same: Sequence[bool]) -> Stability:
    if len(same) < NEEDS:
        return Stability(items=len(same))
    share = np.array([np.mean(same)])
    low, high = wilson(share, np.array([float(len(same))]))
    return Stability(items=len(same), share=float(share[0]), low=float(low[0]), high=float(high[0]))
