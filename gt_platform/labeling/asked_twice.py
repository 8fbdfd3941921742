"""Items that rules touch, with the answers before these changed and after, as `stats.agreement.twice` takes them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from gt_platform.answers.form import form_of, level_of, names_in
from gt_platform.labeling.agreement import share_of
from gt_platform.labeling.narrowing import narrowed
from gt_platform.labeling.recheck import UNTOUCHED
from gt_platform.labeling.touched import Changes, Reach, labels_in
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.agreement.twice import Twice

# Where more answers are asked of items that people disagree on, those asked of every item are taken.
ASKED_TWICE = """
    WITH given AS (
        SELECT item_id, a.guideline_version, a.round, list(answer::VARCHAR ORDER BY assignment_id) AS answers
        FROM valid_annotations a JOIN (SELECT assignment_id, slot FROM assignments) USING (assignment_id)
        WHERE slot <= $slots GROUP BY ALL HAVING count(*) > 1
    )
    SELECT s.item_id, i.attributes, b.answers AS before, a.answers AS after
    FROM (
        SELECT DISTINCT item_id FROM stale
        WHERE asked_again AND guideline_version = $after AND decided_under = $before
    ) s JOIN items i ON i.item_id = s.item_id
    JOIN given b ON b.item_id = s.item_id AND b.guideline_version = $before
    LEFT JOIN given a ON a.item_id = s.item_id AND a.guideline_version = $after AND a.round > b.round
    WHERE s.item_id NOT IN (FROM retired_items)
    QUALIFY row_number() OVER (PARTITION BY s.item_id ORDER BY a.round IS NULL, b.round DESC, a.round DESC) = 1
    ORDER BY s.item_id
"""
LEFT_ALONE = """
    SELECT s.item_id, d.answer, d.votes, i.attributes FROM stale s JOIN decisions d ON d.decision_id = s.decision_id
    JOIN items i ON i.item_id = s.item_id
    WHERE NOT s.asked_again AND s.guideline_version = $after AND s.decided_under = $before
      AND d.method NOT IN ('near_duplicate', 'outcome') AND NOT ends_with(s.reason, $untouched)
"""
EVERY_SLOT = 1_000_000
Row = Mapping[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The answers `before` and `after` of all items that were asked again, as rows; `chosen` where these were picked by
    other means than by what rules touch.
    """

    rows: Sequence[Row]
    chosen: bool


def asked_twice(store: Store, project: Project, before: str, changed: Changes) -> Asked:
    """Since an older version of the guidelines."""
    versions = {"before": before, "after": project.guideline_version}
    slots = EVERY_SLOT if project.labeling.maximum is None else project.labeling.overlap
    rows = store.read(ASKED_TWICE, versions | {"slots": slots}).to_dicts()
    left = store.read(LEFT_ALONE, versions | {"untouched": UNTOUCHED}).rows(named=True)
    changed = narrowed(store, project, changed, [row["item_id"] for row in left])
    return Asked(rows=rows, chosen=any(changed.touching(row) for row in left))


def labels_of(project: Project) -> list[str]:
    """The labels that agreement can be corrected for chance by; none where answers are more than one label."""
    form = form_of(project.answer_kind)
    return names_in(form) if level_of(form) == "nominal" else []


def taken_twice(project: Project, rows: Sequence[Row], reaches: Sequence[Reach]) -> tuple[Twice, int]:
    """Of the items that one of the rules touches, and how many have no new answers yet.

    A pair of answers is taken where the others of its item are enough for a rule to touch it.
    """
    place = {name: rank for rank, name in enumerate(labels_of(project))}
    told = cache(lambda pairs: _told(project, pairs, place))
    chosen = cache(
        lambda answers, attributes, item: tuple(_chosen(answers, json.loads(attributes or "{}"), item, reaches))
    )
    units, missing = [], 0
    for row in rows:
        first, second = (
            chosen(tuple(row["before"]), row["attributes"], row.get("item_id")),
            tuple(combinations(row["after"] or (), 2)),
        )
        if (before := told(first)) is None:
            continue
        if (after := told(second)) is None:
            missing += 1
            continue
        units.append([len(first) / comb(len(row["before"]), 2), before[0], after[0], *before[1:], *after[1:]])
    found = np.array(units, dtype=np.float64).reshape(len(units), 3 + 2 * len(place))
    first_given, second_given = found[:, 3 : 3 + len(place)], found[:, 3 + len(place) :]
    weight, agreed, again = found[:, :3].T
    return Twice(weight=weight, before=agreed, after=again, first=first_given, second=second_given), missing


def _chosen(
    answers: Sequence[str], attributes: Mapping[str, Any], item: str | None, reaches: Sequence[Reach]
) -> Iterator[Pair]:
    """The pairs without which an item's answers are enough for a rule to touch it."""
    for places in combinations(range(len(answers)), 2):
        labels = labels_in(answer for place, answer in enumerate(answers) if place not in places)
        if any(one.these(item, labels, attributes) for one in reaches):
            yield answers[places[0]], answers[places[1]]


def _told(project: Project, pairs: Sequence[Pair], place: Mapping[str, int]) -> list[float] | None:
    """How many of some pairs agree, and each label's share of their answers; None without any that can be compared."""
    agreed = [share_of(project.answer_kind, pair) for pair in pairs]
    known = [share for share in agreed if share is not None]
    if not known or len(known) < len(agreed):
        return None
    given = [json.loads(answer) for pair in pairs for answer in pair]
    return [sum(known) / len(known), *(given.count(label) / len(given) for label in place)]
