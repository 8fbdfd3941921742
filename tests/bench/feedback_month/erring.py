"""Months in which all err, as the product scores them and as those do who believe what users say.

Ways: `ignored`, as if nobody had said anything; `before` late flags, corrections and outcomes; `after` them, with the
further phase; `believed`, every thumb and correction taken for true beside unchecked answers.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from gt_platform.sampling.later import further
from gt_platform.stats.intervals import Interval
from tests.bench.feedback_month.labels import Drawn, Part, accuracy, checked, drawn, labels, nobody_checked
from tests.bench.feedback_month.thumbs import DAYS, EVENTS, MOST, Codes, Floats, cut_of, drawn_of
from tests.bench.feedback_month.users import DECIDED, LATE_FLAG, NEVER, Month, World, month


class Way(NamedTuple):
    """Who was drawn, each asked from a day on, what is told of all events, and what is known of them."""

    drawn: Drawn
    asked: Codes
    told: Codes
    known: Floats


class Scored(NamedTuple):
    """An interval and how many labels it is of; how many items have truth, and how many of them a wrong one."""

    interval: Interval
    labels: int
    items: int
    wrong: int


class Seen(NamedTuple):
    """A month by each way; of flagged events those looked at and all, in all frames and in those with few enough."""

    ways: dict[str, Scored]
    true: float
    flagged: tuple[int, int]
    within: tuple[int, int]


def seen(rng: np.random.Generator, world: World, number: int) -> Seen:
    """One month by all ways."""
    one = month(rng, world)
    frames = list(_frames(one, number))
    plain, first, both = (drawn(one, [parts[at] for parts in frames]) for at in range(3))
    early, end, nobody = one.day + DECIDED, np.full(len(one.day), NEVER - 1), np.full(len(one.day), -1)
    later = one.day[both.at] + np.where(np.isin(both.at, first.at), 0, LATE_FLAG + 1)
    blind = one.said(nobody)[:, :2]
    ways = {
        "ignored": Way(plain, one.day[plain.at], nobody, blind),
        "before": Way(first, one.day[first.at], one.told(early), one.said(early)),
        "after": Way(both, later, one.told(end), one.said(end)),
    }
    found = {name: _scored(one, way) for name, way in ways.items()} | {"believed": _believed(one, frames, blind)}
    return Seen(found, float(one.right.mean()), *_looked_at(one, both))


def _frames(one: Month, number: int) -> Iterator[tuple[Part, Part, Part]]:
    """Of each frame the sample without flags, the first, and that with late flags."""
    for day in range(DAYS):
        mine = slice(EVENTS * day, EVENTS * (day + 1))
        confidence, flagged, seed = one.confidence[mine], one.flagged[mine], number * DAYS + day
        plain, cut = cut_of(confidence, np.zeros(EVENTS, dtype=np.bool_)), cut_of(confidence, flagged == day)
        ignored, first = drawn_of(plain, seed), drawn_of(cut, seed)
        late = (flagged > day) & (flagged < NEVER)
        both = further(cut, later=late, drawn=first, most=MOST, least=2, seed=seed)
        yield (
            (plain.strata.code, plain.strata.sizes, ignored),
            (cut.strata.code, cut.strata.sizes, first),
            (both.code, both.sizes, both.drawn),
        )


def _scored(one: Month, way: Way) -> Scored:
    at, told = way.drawn.at, way.told[way.drawn.at]
    known = np.where(way.told >= 0, one.known_from, NEVER)
    state = checked(one, way.drawn, way.asked, known[at])
    true = way.told.copy()
    true[at] = labels(way.drawn, state, told)
    return Scored(accuracy(way.drawn, state, told, way.known), len(at), *_wrong(one, true))


def _believed(one: Month, frames: Sequence[tuple[Part, Part, Part]], known: Floats) -> Scored:
    corrected = one.proposed < NEVER
    said = np.where(corrected | one.down, 1 - one.output, np.where(one.up, one.output, -1))
    stated = (said >= 0).reshape(DAYS, EVENTS)
    parts = [(code, sizes, who | more) for ((code, sizes, who), _, _), more in zip(frames, stated, strict=True)]
    everybody = drawn(one, parts)
    nobody, at = nobody_checked(everybody), everybody.at
    true = said.copy()
    true[at] = labels(everybody, nobody, said[at])
    return Scored(accuracy(everybody, nobody, true[at], known), len(at), *_wrong(one, true))


def _wrong(one: Month, true: Codes) -> tuple[int, int]:
    known = true >= 0
    return int(known.sum()), int((known & (true != one.truth)).sum())


def _looked_at(one: Month, both: Drawn) -> tuple[tuple[int, int], tuple[int, int]]:
    flagged = one.flagged < NEVER
    seen_ = flagged & np.isin(np.arange(len(flagged)), both.at)
    late = flagged & (one.flagged > one.day)
    few = [np.bincount(one.day[part], minlength=DAYS) <= MOST for part in (late, flagged & ~late)]
    within = (few[0] & few[1])[one.day]
    return (int(seen_.sum()), int(flagged.sum())), (int((seen_ & within).sum()), int((flagged & within).sum()))
