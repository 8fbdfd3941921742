"""The input of every comparison: what two systems scored on the same items, checked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Flips:
    """Which of n items the second system lost (right to wrong) and gained (wrong to right), as rising positions."""

    lost: Codes
    gained: Codes
    n: int


def flips(first: ArrayLike, second: ArrayLike) -> Flips:
    """Compare two (n,) lists of right (1) and wrong (0), in the same order of items. Raises ValueError."""
    before, after = _scores(first, "the first system"), _scores(second, "the second system")
    _same_length(before, after)
    if not (np.isin(before, (0, 1)).all() and np.isin(after, (0, 1)).all()):
        raise ValueError("flips are between right (1) and wrong (0); other scores are compared by their differences")
    return Flips(lost=np.flatnonzero(before > after), gained=np.flatnonzero(after > before), n=before.size)


def differences(first: ArrayLike, second: ArrayLike) -> Floats:
    """Each item's score of the second system less that of the first, (n,). Raises ValueError."""
    before, after = _scores(first, "the first system"), _scores(second, "the second system")
    _same_length(before, after)
    return after - before


@dataclass(frozen=True)
class Units:
    """Independent units, items or clusters of them: `total` (U,) of weighted differences and `size` (U,) of weights.

    They are in an order of their own, so that no result depends on that of the rows. `items` is how many there are.
    """

    total: Floats
    size: Floats
    items: int

    @property
    def mean(self) -> float:
        """The weighted mean difference."""
        return float(self.total.sum() / self.size.sum())

    @property
    def effective(self) -> float:
        """Kish's (1965) effective number of units: fewer than there are where a few have most of the weight."""
        return float(self.size.sum() ** 2 / (self.size**2).sum())

    @property
    def alike(self) -> float:
        """How many units of the largest one's size are as many: no more than there are."""
        return float(self.size.sum() / self.size.max())

    @property
    def common(self) -> tuple[float, int]:
        """The most common value, and how many units are not like it: they alone show how uncertain the mean is."""
        values, count = np.unique(np.round(self.total / self.size, 12), return_counts=True)
        return float(values[count.argmax()]), self.total.size - int(count.max())


def units(difference: ArrayLike, weights: ArrayLike | None = None, clusters: ArrayLike | None = None) -> Units:
    """Gather (n,) differences, weighed by (n,) `weights` such as inverse inclusion probabilities, into clusters.

    `clusters` (n,) names each item's cluster, in any type that can be sorted; without it each item is its own.
    Raises ValueError.
    """
    value = _scores(difference, "the differences")
    weight = np.ones(value.size) if weights is None else _scores(weights, "the weights")
    _same_length(value, weight)
    if (weight <= 0).any():
        raise ValueError("weights must be above 0; leave items of weight 0 out")
    order = np.lexsort((weight, value))  # sums must not depend on the order of the rows even in their last digit
    value, weight = value[order], weight[order]
    if clusters is None:
        return Units(value * weight, weight, value.size)
    names = np.asarray(clusters)
    _same_length(value, names)
    _, code = np.unique(names[order], return_inverse=True)
    total: Floats = np.bincount(code, value * weight).astype(np.float64)
    size: Floats = np.bincount(code, weight).astype(np.float64)
    within = np.lexsort((size, total))
    return Units(total[within], size[within], value.size)


def _scores(values: ArrayLike, whose: str) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or found.size == 0:
        raise ValueError(f"{whose}: a list of at least one number is needed")
    if not np.isfinite(found).all():
        where = int(np.argmin(np.isfinite(found)))
        raise ValueError(f"{whose}: number {where + 1} is missing or infinite; leave that item out of both systems")
    return found


def _same_length(one: NDArray[np.generic], other: NDArray[np.generic]) -> None:
    if one.shape != other.shape:
        raise ValueError(f"{one.size} and {other.size} values: both must be about the same items, in the same order")
