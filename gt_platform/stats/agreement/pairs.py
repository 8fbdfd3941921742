"""Which two annotators gave which two values to the units both rated, for all pairs of annotators at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.ratings import Ratings, in_order

Codes = NDArray[np.int64]

COUNTED = 2**22  # cells up to which they are counted in an array, beyond they are sorted


@dataclass(frozen=True)
class Cell:
    """The C cells of a contingency table that are not 0: the codes of the two values and their count, each (C,)."""

    one: Codes
    other: Codes
    count: Codes


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """P pairs of annotators who share a unit: codes `first` < `second` and how many `units` they share, each (P,).

    The cells of pair p are those from `start[p]` to `start[p + 1]` (P + 1,).
    """

    first: Codes
    second: Codes
    units: Codes
    start: Codes
    cells: Cell

    def table(self, pair: int) -> Cell:
        """The contingency table of one pair."""
        part = slice(self.start[pair], self.start[pair + 1])
        return Cell(self.cells.one[part], self.cells.other[part], self.cells.count[part])


def pairs(ratings: Ratings) -> Pairs:
    """Every pair of annotators. The work grows with the pairs of ratings within units, not with the pairs of
    annotators.
    """
    values = len(ratings.values)
    size = ratings.annotators**2 * values**2
    if size >= 2**63:
        raise ValueError(f"{ratings.annotators} annotators and {values} values are too many to compare pair by pair")
    none = np.zeros(0, dtype=np.int64)
    counted = [_counted(keys, size) for keys in _keys(ratings)]
    keys, where = np.unique(np.concatenate([none, *(key for key, _ in counted)]), return_inverse=True)
    count = np.bincount(where, weights=np.concatenate([none, *(part for _, part in counted)])).astype(np.int64)
    pair, cell = np.divmod(keys, max(1, values**2))
    distinct, start = np.unique(pair, return_index=True)
    units = np.add.reduceat(count, start) if len(start) else count
    first, second = np.divmod(distinct, max(1, ratings.annotators))
    one, other = np.divmod(cell, max(1, values))
    return Pairs(
        first=first, second=second, units=units, start=np.append(start, len(keys)), cells=Cell(one, other, count)
    )


def _keys(ratings: Ratings) -> Iterator[Codes]:
    """For each distance within a unit's ratings in order of annotators, one key a pair of ratings."""
    unit, annotator, code = ratings.unit, ratings.annotator, ratings.code
    if not in_order(unit, annotator, ratings.annotators):
        order = np.lexsort((annotator, unit))
        unit, annotator, code = unit[order], annotator[order], code[order]
    values = len(ratings.values)
    for lag in range(1, len(unit)):
        left = np.flatnonzero(unit[lag:] == unit[:-lag])
        if not len(left):
            return
        right = left + lag
        yield ((annotator[left] * ratings.annotators + annotator[right]) * values + code[left]) * values + code[right]


def _counted(keys: Codes, size: int) -> tuple[Codes, Codes]:
    if size <= COUNTED:
        count = np.bincount(keys, minlength=1)
        used = np.flatnonzero(count)
        return used, count[used]
    return np.unique(keys, return_counts=True)
