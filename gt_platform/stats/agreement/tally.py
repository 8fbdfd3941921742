"""How often each unit was given each value, alike units once: all that coefficients blind to who rated need."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.given import COUNTED, Given, given, placed
from gt_platform.stats.agreement.ratings import Ratings
from gt_platform.stats.crossed import FEWEST_ANNOTATORS
from gt_platform.stats.resampling import Statistic, columns

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

EXACT = 2**53  # up to here sums of doubles are whole numbers
DIGIT = 2**31
ROWS_AT_ONCE = 4096
MOST_LEFT_OUT = 20_000_000
"""Counts of units without one of their ratings beyond which these are not made: a quarter of a gigabyte."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """D distinct units in a canonical order, whatever the order of the rows and the names of units and annotators.

    `counts` (D, K) sparse, how many annotators gave a unit each value; `frequency` (D,) how many units are like it.
    Where there are two values, one unit behind them was never seen, its frequency 0: it has the two most used ones once
    each. `given` is there if the annotators count, with behind that the units without one rating, their frequency 0.
    """

    counts: "csr_array"
    frequency: Codes
    values: Floats
    given: "Given | None" = None

    @cached_property
    def size(self) -> Floats:
        """Ratings of each distinct unit, (D,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.float64).ravel()

    @property
    def pairable(self) -> int:
        """Units with two ratings or more."""
        return int(self.frequency[self.size >= 2].sum())

    @property
    def usual(self) -> float:
        """The mean number of ratings of those units, 2 without any."""
        paired = self.frequency * (self.size >= 2)
        return float(paired @ self.size) / float(paired.sum()) if paired.any() else 2.0

    def pairs(self, weight: Floats | None = None) -> Floats:
        """Sum of `weight` (K, K), or of the identity, over the ordered pairs of different ratings of a unit, (D,)."""
        if weight is None:
            return np.asarray(self.counts.multiply(self.counts).sum(axis=1), dtype=np.float64).ravel() - self.size
        found = np.empty(len(self.size))
        for start in range(0, len(found), ROWS_AT_ONCE):
            part = self.counts[start : start + ROWS_AT_ONCE]
            found[start : start + ROWS_AT_ONCE] = np.asarray(part.multiply(part @ weight).sum(axis=1)).ravel()
        return np.asarray(found - self.counts @ np.diagonal(weight))

    def scaled(self, scale: Floats) -> "csr_array":
        """The counts of each distinct unit times its `scale` (D,), (D, K)."""
        from scipy.sparse import csr_array

        return csr_array(self.counts.multiply(scale[:, np.newaxis]))

    def statistic(self, of: Callable[[Floats], Floats], *parts: "Floats | csr_array") -> Statistic:
        """A statistic of the sums of `parts`, each (D,) or (D, S) side by side."""
        sums = columns(*parts)
        if len(self.values) < 2:
            return Statistic(sums, self.frequency, of)
        seen = len(self.frequency) - 1 - (0 if self.given is None else self.given.kinds)
        found = Statistic(columns(sums[:seen]), self.frequency[:seen], of, columns(sums[seen : seen + 1])[0])
        if self.given is None:
            return found
        lost = sums[self.given.unit] - sums[seen + 1 :]
        return replace(found, panel=partial(self.given.panel, found, lost))


def tally(ratings: Ratings, *, ordered: bool = True, panel: bool = False) -> Tally:
    """Count the ratings. With `ordered` false the values are labels, and renaming them changes nothing but names.

    With `panel`, statistics of the tally know what they would be without each annotator, where there are three.

    Units are told apart by one number made of their counts: exactly where (most ratings + 1) ^ K fits a double, else
    by two sums of random digits, which two different units share once in 2^62.
    """
    labels = len(ratings.values)
    code, values = (ratings.code, ratings.values) if ordered else _by_use(ratings)
    if not len(code):
        return _tally(code, code, np.zeros(0), np.zeros(0, dtype=np.int64), values)
    most = int(np.bincount(ratings.unit).max())
    like, frequency, first = _distinct(
        *(np.bincount(ratings.unit, weights=digit[code]).astype(np.int64) for digit in _digits(most, labels))
    )
    counted = np.zeros(len(like), dtype=np.bool_)
    counted[first] = True
    kept = counted[ratings.unit]
    found = _tally(like[ratings.unit[kept]], code[kept], np.ones(int(kept.sum())), frequency, values)
    if not panel or len(values) < 2 or ratings.annotators < FEWEST_ANNOTATORS:
        return found
    return _with_panel(found, like[ratings.unit], code, ratings)


def _tally(row: Codes, column: Codes, count: Floats, frequency: Codes, values: Floats) -> Tally:
    """The tally of distinct units, with the contrary one behind them."""
    from scipy.sparse import csr_array

    labels = len(values)
    if labels > 1:
        use = np.bincount(column, weights=count * frequency[row], minlength=labels)
        row, count = np.append(row, [len(frequency)] * 2), np.append(count, [1.0, 1.0])
        column = np.append(column, np.argsort(use, kind="stable")[-2:])
        frequency = np.append(frequency, 0)
    return Tally(
        counts=csr_array((count, (row, column)), shape=(len(frequency), labels)), frequency=frequency, values=values
    )


def _with_panel(counted: Tally, like: Codes, code: Codes, ratings: Ratings) -> Tally:
    """The tally with every unit but for one of its ratings behind it, unless those are too many."""
    from scipy.sparse import csr_array, vstack

    units = counted.counts[:-1].sorted_indices()
    held = np.diff(units.indptr)
    if int((held.astype(np.int64) ** 2).sum()) > MOST_LEFT_OUT:
        return counted
    unit, value = np.repeat(np.arange(len(held)), held), units.indices.astype(np.int64)
    kinds, labels = len(unit), len(counted.values)
    one = csr_array((np.ones(kinds), (np.arange(kinds), value)), shape=(kinds, labels))
    kind = placed(like * labels + code, unit * labels + value, len(held) * labels)
    return Tally(
        counts=csr_array(vstack([counted.counts, units[unit] - one])),
        frequency=np.concatenate([counted.frequency, np.zeros(kinds, dtype=np.int64)]),
        values=counted.values,
        given=given(ratings, kind, unit),
    )


def _by_use(ratings: Ratings) -> tuple[Codes, Floats]:
    """Codes in the order of how often labels are used, so that their names play no part."""
    order = np.argsort(np.bincount(ratings.code, minlength=len(ratings.values)), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[ratings.code], ratings.values[order]


def _digits(most: int, labels: int) -> Floats:
    """Weights (1 or 2, K) of the values, with which sums over a unit's ratings tell different counts apart."""
    if labels * np.log2(most + 1) < np.log2(EXACT):
        return np.power(float(most + 1), np.arange(labels, dtype=np.float64))[np.newaxis]
    return np.random.Generator(np.random.PCG64(labels)).integers(DIGIT, size=(2, labels)).astype(np.float64)


def _distinct(key: Codes, second: Codes | None = None) -> tuple[Codes, Codes, Codes]:
    """The distinct unit each unit is like, how many are like each, and one of them."""
    if second is not None:
        key = key * DIGIT + second
    if len(key) and int(key.min()) >= 0 and int(key.max()) < COUNTED:
        held = np.bincount(key)
        used = np.flatnonzero(held)
        place = np.zeros(len(held), dtype=np.int64)
        place[used] = np.arange(len(used))
        like, first = place[key], np.empty(len(used), dtype=np.int64)
        first[like] = np.arange(len(key))
        return like, held[used], first
    _, first, like, frequency = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return like, frequency, first
