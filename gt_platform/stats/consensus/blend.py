"""How much of the mean, and how much of the robust mean: what held-out answers and known truths tell of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.folds import mixed
from gt_platform.stats.consensus.lone import lone
from gt_platform.stats.consensus.variational import Ratings, State

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Digests = NDArray[np.uint64]

FOLDS = 5
LEAST_TRAINING = 3
"""Answers left to an item when others are held out: of two, mean and median are the same."""
LEAST_ROWS = 10
SPREAD = 0.3
"""Standard deviation of the mean's share around what `lone` answers make of it."""
LONE = 8.0
"""How fast the mean's share falls as far answers stand alone: of pools of three answers an item, slips ask for none of
it, items of which some are hard for .75 at least (to lose 3 %; tests/bench/numbers.py)."""
ROUNDS = 20
CLOSE = 1e-4
SIDE = 1e-9


@dataclass(frozen=True)
class Blend:
    """Two fits, and what lies between them at `mean_share`, of which 1 is all `normal`."""

    normal: State
    robust: State
    mean_share: float

    def of(self, value: Callable[[State], Floats]) -> Floats:
        """What lies between the values of both fits."""
        return np.asarray(self.mean_share * value(self.normal) + (1 - self.mean_share) * value(self.robust))


def located(ratings: Ratings, state: State, kept: Flags) -> Floats:
    """Where the kept answers (N,) put each item, (I,), annotators being as in `state`; NaN without any answer."""
    value = ratings.value - state.bias[ratings.annotator]
    precision = state.precision[ratings.annotator] * state.item_precision[ratings.item]
    found = np.where(np.bincount(ratings.item, kept, len(ratings.truth)) > 0, state.mean, np.nan)
    for _ in range(ROUNDS if np.isfinite(state.tails) else 1):
        before, weight = found, precision * kept
        if np.isfinite(state.tails):
            far = precision * (value - found[ratings.item]) ** 2
            weight = np.where(kept, weight * (state.tails + 1) / (state.tails + far), 0.0)
        total = np.bincount(ratings.item, weight, len(found))
        moved = np.bincount(ratings.item, weight * value, len(found))
        found = np.divide(moved, total, out=np.full(len(found), np.nan), where=total > 0)
        if not np.nanmax(np.abs(found - before), initial=0.0) > CLOSE:
            break
    return found


def mean_share(ratings: Ratings, normal: State, robust: State) -> float:
    """The share, 0 to 1, of `normal`'s truths in the blend with `robust`'s that is nearest to the truth.

    Where outliers are slips, the robust truths predict held-out answers better; where they are the tail of what
    annotators think of this very item, as where most say zero, the others do. It is the slope of what is held out, less
    the robust truth, on the difference of both, with an intercept, so that a skew that all items share (right or wrong,
    nobody can tell) decides nothing. Shared mistakes of an item's annotators move all predictions of it alike.
    """
    rows = [_held_out(ratings, normal, robust), _known(ratings, normal, robust)]
    before = float(np.clip(1 - LONE * lone(ratings), 0, 1))
    found = [(before, SPREAD**2), *(slope for row in rows if (slope := _slope(*row)))]
    weight = np.array([1 / variance for _, variance in found])
    return float(np.clip(weight @ [share for share, _ in found] / weight.sum(), 0, 1))


def _held_out(ratings: Ratings, normal: State, robust: State) -> tuple[Codes, Floats, Floats, Floats]:
    """Items, differences of the two predictions, what is left of the answers by the robust one, and weights, (n,)."""
    fold = _folds(ratings)
    mean, other, left = (np.full(len(fold), np.nan) for _ in range(3))
    for each in range(FOLDS):
        out = fold == each
        mean[out] = located(ratings, normal, ~out)[ratings.item[out]]
        other[out] = located(ratings, robust, ~out)[ratings.item[out]]
        left[out] = np.bincount(ratings.item, ~out, len(ratings.truth))[ratings.item[out]]
    some = left >= LEAST_TRAINING
    said = ratings.value - (normal.bias + robust.bias)[ratings.annotator] / 2
    weight = np.sqrt(normal.precision * robust.precision)[ratings.annotator]
    return ratings.item[some], (mean - other)[some], (said - other)[some], weight[some]


def _known(ratings: Ratings, normal: State, robust: State) -> tuple[Codes, Floats, Floats, Floats]:
    everyone = np.ones(len(ratings.value), dtype=np.bool_)
    mean, other = (located(ratings, state, everyone) for state in (normal, robust))
    some = np.flatnonzero(np.isfinite(ratings.truth) & np.isfinite(other))
    return some, (mean - other)[some], (ratings.truth - other)[some], np.ones(len(some))


def _slope(item: Codes, difference: Floats, left: Floats, weight: Floats) -> tuple[float, float] | None:
    """Slope and its variance, answers to one item going together; None of too little."""
    if len(item) < LEAST_ROWS:
        return None
    x, y = (column - np.average(column, weights=weight) for column in (difference, left))
    total = float(weight @ x**2)
    if total <= CLOSE**2 * len(item):
        return None
    slope = float(weight @ (x * y)) / total
    score = np.bincount(item, weight * x * (y - slope * x))
    items = len(np.unique(item))
    if items < 2:
        return None
    return slope, max(float((score**2).sum()) / total**2 * items / (items - 1), CLOSE**2)


def _folds(ratings: Ratings) -> Codes:
    """By a digest of each answer's place among the others: how many are on its side of the item's mean."""
    count = np.bincount(ratings.item, minlength=len(ratings.truth))
    mean = np.bincount(ratings.item, ratings.value, len(count)) / np.maximum(count, 1)
    off = ratings.value - mean[ratings.item]
    cell = ratings.item * 3 + 1 + np.where(np.abs(off) > SIDE, np.sign(off), 0).astype(np.int64)
    side = np.bincount(cell)[cell].astype(np.uint64)
    item, annotator = np.zeros(len(count), dtype=np.uint64), np.zeros(ratings.learned + 1, dtype=np.uint64)
    for _ in range(2):
        np.add.at(item, ratings.item, mixed(annotator[ratings.annotator] + side))
        np.add.at(annotator, ratings.annotator, mixed(item[ratings.item] + side))
    return (mixed(item[ratings.item] ^ mixed(annotator[ratings.annotator] + side)) % np.uint64(FOLDS)).astype(np.int64)
