"""What a night's budget is spent on, decided before its frame is drawn by what the frames before it taught.

The arithmetic is that of `gt_platform.stats.label_error`; drawing belongs in `draw`, and checks in `labeling`.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from gt_platform.answers import AnswerKind, agreeing
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.design import LEAST_ITEMS
from gt_platform.stats.label_error.budget import Prices, Spending
from gt_platform.stats.label_error.cells import PATTERNS
from gt_platform.stats.label_error.nightly import Bounds, Split, split
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.taught import Seen, taught

# Of frames before the day's alone: what its own answers say must not decide how it is drawn.
KNOWN = """
    SELECT item_id, pattern, consensus, output, answer
    FROM current_checks JOIN (SELECT event_id, frame_day FROM sample) USING (event_id)
    JOIN (SELECT event_id, output FROM events) USING (event_id)
    WHERE frame_day < $day ORDER BY item_id
"""
AGREEMENT = """
    SELECT sum(equal) / nullif(sum(pairs), 0) FROM (
        SELECT sum(same * (same - 1)) AS equal, sum(same) * (sum(same) - 1) AS pairs FROM (
            SELECT item_id, answer, count(*) AS same FROM live_annotations
            SEMI JOIN (FROM first_frames WHERE frame_day < $day) USING (item_id) GROUP BY ALL
        ) GROUP BY item_id
    )
"""
PAST = """
    SELECT count(DISTINCT frame_day) AS nights, count(DISTINCT item_id) AS items,
           (SELECT coalesce(sum(answers), 0) FROM spending WHERE frame_day < $day)::BIGINT AS answers,
           (SELECT count(*) FROM current_checks JOIN (SELECT event_id, frame_day FROM sample) USING (event_id)
            WHERE drawn AND frame_day < $day) AS checks
    FROM sample WHERE frame_day < $day
"""
REQUIRED = """
    SELECT requires, count(*) AS answers FROM live_assignments
    SEMI JOIN (FROM first_frames WHERE frame_day < $day AND frame_day >= $day::DATE - $recent::INTEGER) USING (item_id)
    GROUP BY requires
"""
RECENT = 28
"""Days of frames whose demands say what an answer will cost."""

Pair = tuple[str, str | None]
"""An output, and the answer that it is held against (JSON)."""
DIGITS = 10
WITH = {"with_items": "new items", "with_answers": "further answers", "with_checks": "expert checks"}


def spend(store: Store, project: Project, day: date, *, events: int) -> dict[str, Any]:
    """The row of `spending` for a frame of so many events, or nothing where no night's budget is declared."""
    cost, checks = project.labeling.cost, project.labeling.expert_check
    if cost.night is None or checks is None:
        return {}
    seen, past = _seen(store, project, day), store.read(PAST, {"day": day}).row(0, named=True)
    lowest, highest = project.measuring.bounds[project.steering]
    cells = taught(seen, project.labeling.overlap, lowest=lowest, highest=highest)
    if project.labeling.maximum is None:
        cells = replace(cells, open=np.zeros_like(cells.open))
    price = rate(store, project, day)
    found = split(
        cells,
        Prices(annotator=price, expert=cost.expert),
        Bounds(
            budget=cost.night,
            most_items=min(project.sampling.most_of(events), events),
            least_items=LEAST_ITEMS,
            least_checks=checks.budget,
            floor=checks.floor,
        ),
        Spending(items=past["items"], answers=past["answers"], checks=past["checks"]),
        past["nights"],
    )
    return _row(found, (highest - lowest) if np.isfinite(highest - lowest) else 1.0) | {
        "frame_day": day,
        "budget": cost.night,
        "annotator_cost": price,
        "expert_cost": cost.expert,
        "known_items": len(seen.pattern),
        "known_checks": int(seen.checked.sum()),
    }


def rate(store: Store, project: Project, day: date) -> float:
    """What an annotator's answer cost on average to the items that the four weeks of frames before the day asked."""
    cost = project.labeling.cost
    asked = store.read(REQUIRED, {"day": day, "recent": RECENT}).rows() if cost.rates else []
    answers = sum(count for _, count in asked)
    return sum(cost.of(requires) * count for requires, count in asked) / answers if answers else cost.annotator


def _row(found: Split, span: float) -> dict[str, Any]:
    widths = {"half_width": found.half_width} | {name: found.more.get(of) for name, of in WITH.items()}
    bought = {name: getattr(found.tonight, name) for name in ("items", "answers", "checks")}
    return bought | {name: None if width is None else round(span * width, DIGITS) for name, width in widths.items()}


def _seen(store: Store, project: Project, day: date) -> Seen:
    """What annotators and experts said of the items of frames before the day's."""
    kind, known = project.answer_kind, project.outputs.frame(store.read(KNOWN, {"day": day})).rows(named=True)
    agreement = store.read(AGREEMENT, {"day": day}).item()
    says = [(item["output"], item["consensus"]) for item in known]
    leading, true = _shares(project, says, [(item["output"], item["answer"]) for item in known])
    return Seen(
        pattern=np.array([PATTERNS.index(item["pattern"]) for item in known], dtype=np.int64),
        agrees=None if project.judges_outputs else np.array([_agrees(kind, *pair) for pair in says], dtype=np.bool_),
        leading=leading,
        true=true,
        checked=np.array([item["answer"] is not None for item in known], dtype=np.bool_),
        agreement=np.nan if agreement is None else float(agreement),
    )


def _agrees(kind: AnswerKind, output: str, told: str | None) -> bool:
    return told is not None and agreeing(kind, told, output)


def _shares(project: Project, says: Sequence[Pair], experts: Sequence[Pair]) -> tuple[Shares, Shares]:
    """What each output adds to the headline by annotators' answers and by experts'; nothing where there is none.

    Over all labels at once where the metric is of all, else label by label.
    """
    measured = {pair: _measured(project, *pair) for pair in dict.fromkeys([*says, *experts])}
    found = {label for shares in measured.values() for label in shares}
    labels = ["*"] if "*" in found else sorted(found)
    told, true = (
        np.array([[measured[pair].get(label, (0.0, 0.0)) for label in labels] for pair in pairs], dtype=np.float64)
        for pairs in (says, experts)
    )
    told, true = (table.reshape(len(says), len(labels), 2) for table in (told, true))
    return Shares(numerator=told[:, :, 0], denominator=told[:, :, 1]), Shares(
        numerator=true[:, :, 0], denominator=true[:, :, 1]
    )


def _measured(project: Project, output: str, answer: str | None) -> dict[str, tuple[float, float]]:
    if answer is None:
        return {}
    found = project.measuring.measure(json.loads(output), json.loads(answer))
    return {one.label: (one.numerator, one.denominator) for one in found if one.metric == project.steering}
