"""How far annotators agree with each other, over everything and week by week. Gates are looked at in `checks`."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.intervals import wilson

NEEDS = 20  # items; with fewer, the mean of their agreement moves by more than any sensible gate

# An item asked again under newer guidelines counts once for each time.
ANSWERS = """
    SELECT item_id, list(answer ORDER BY assignment_id) AS answers, coalesce(frame_day, min(collected_at)::DATE) AS day
    FROM valid_annotations LEFT JOIN first_frames USING (item_id)
    GROUP BY item_id, frame_day, round HAVING count(*) > 1 ORDER BY item_id
"""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The mean over items of the share of agreeing pairs of answers, with its 95 % interval; None for too few items.

    The interval is Wilson's at the number of items, which is wide enough: no share of pairs scatters more than a yes or
    no would.
    """

    items: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None


def agreement(store: Store, project: Project) -> Agreement:
    """Over all items with two answers or more."""
    return _of([share for _, share in _shares(store, project)])


def agreement_by_week(store: Store, project: Project) -> list[tuple[date, Agreement]]:
    """By the week in which an item was first sampled, counted in seven days from the project's start."""
    weeks: dict[date, list[float]] = {}
    for day, share in _shares(store, project):
        weeks.setdefault(project.start + timedelta(days=(day - project.start).days // 7 * 7), []).append(share)
    return [(week, _of(weeks[week])) for week in sorted(weeks)]


def _shares(store: Store, project: Project) -> list[tuple[date, float]]:
    """Each item's day and share of agreeing pairs, by item; equal answers are compared once."""
    rows = store.read(ANSWERS)
    kind = project.answer_kind
    answers = [tuple(given) for given in rows["answers"].to_list()]
    known = {given: kind.agreement([json.loads(one) for one in given]) for given in set(answers)}
    shares = zip(rows["day"], (known[given] for given in answers), strict=True)
    return [(day, share) for day, share in shares if share is not None]


def _of(shares: list[float]) -> Agreement:
    if len(shares) < NEEDS:
        return Agreement(items=len(shares))
    mean = sum(shares) / len(shares)
    low, high = (float(bound[0]) for bound in wilson(np.array([mean]), np.array([float(len(shares))])))
    return Agreement(items=len(shares), mean=mean, low=low, high=high)
