"""How far annotators agree with each other, over everything and week by week. Gates are looked at in `checks`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gt_platform.answers import AnswerKind, InvalidAnswerError
from gt_platform.answers.form import form_of, level_of, names_in
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stats.agreement import Coefficient, Ratings, ratings
from gt_platform.stats.agreement import agreement as measure
from gt_platform.stats.agreement.coefficient import Basis, without
from gt_platform.stats.agreement.named import NAMED
from gt_platform.stats.intervals import wilson

NEEDS = 20  # items; with fewer, the mean of their agreement moves by more than any sensible gate

# An item asked again under newer guidelines counts once for each time. What was added is chosen to be hard, and is not
# what annotators agree on of production.
ANSWERS = """
    SELECT item_id, list(answer ORDER BY assignment_id) AS answers, coalesce(frame_day, min(collected_at)::DATE) AS day
    FROM valid_annotations ANTI JOIN added_items USING (item_id) LEFT JOIN first_frames USING (item_id)
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


RATED = """
    SELECT dense_rank() OVER (ORDER BY item_id, round) - 1 AS unit, dense_rank() OVER (ORDER BY annotator) - 1 AS who,
           annotator, answer
    FROM valid_annotations ANTI JOIN added_items USING (item_id) ORDER BY ALL
"""


def coefficient(store: Store, project: Project, name: str) -> Coefficient:
    """A coefficient of `NAMED` over all answers, with its 95 % interval for these annotators on other items.

    Labels that were declared count, whether anybody gave them or not. Raises ValueError for one that the answer kind
    has not.
    """
    form = form_of(project.answer_kind)
    level = level_of(form)
    if level is None or name not in NAMED[level]:
        raise ValueError(f"{name} is no coefficient of {project.answer['kind']}")
    answers, _ = rated(store, project)
    found = {one.name: one for one in measure(answers, level)}
    if NAMED[level][name] not in found:
        basis = Basis(answers.units, answers.annotators)
        return without(NAMED[level][name], basis, f"is of two annotators, and {answers.annotators} answered")
    return found[NAMED[level][name]]


def rated(store: Store, project: Project) -> tuple[Ratings, list[str]]:
    """All answers as ratings, of a kind whose answers have a level, and the annotators' codes in their order.

    Labels that were declared count, whether anybody gave them or not.
    """
    rows = store.read(RATED)
    place = {label: rank for rank, label in enumerate(names_in(form_of(project.answer_kind)))}
    value = [place.get(answer, len(place)) if place else answer for answer in map(json.loads, rows["answer"])]
    given = ratings(
        rows["unit"].to_numpy(),
        rows["who"].to_numpy(),
        np.array(value, dtype=np.float64),
        scale=[*place.values()] or None,
    )
    return given, sorted(set(rows["annotator"]))


def _shares(store: Store, project: Project) -> list[tuple[date, float]]:
    """Each item's day and share of agreeing pairs, by item; equal answers are compared once."""
    rows = store.read(ANSWERS)
    kind = project.answer_kind
    answers = [tuple(given) for given in rows["answers"].to_list()]
    known = {given: share_of(kind, given) for given in set(answers)}
    shares = zip(rows["day"], (known[given] for given in answers), strict=True)
    return [(day, share) for day, share in shares if share is not None]


def share_of(kind: AnswerKind, answers: Sequence[str]) -> float | None:
    """Share of agreeing pairs of answers, given as JSON texts; None with fewer than two, or with one that is no answer
    any more, since it was given under an older schema.
    """
    try:
        return kind.agreement([kind.validate(json.loads(one)) for one in answers])
    except InvalidAnswerError:
        return None


def _of(shares: list[float]) -> Agreement:
    if len(shares) < NEEDS:
        return Agreement(items=len(shares))
    mean = sum(shares) / len(shares)
    low, high = (float(bound[0]) for bound in wilson(np.array([mean]), np.array([float(len(shares))])))
    return Agreement(items=len(shares), mean=mean, low=low, high=high)
