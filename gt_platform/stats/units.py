"""What rows come in: days, and users or sessions within a day. How days differ belongs in days.py."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.days import Reference

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


def first_of(rows: Flags, most: int) -> Flags:
    """Of some rows at most so many, the first."""
    kept: Flags = rows & (np.cumsum(rows) <= most)
    return kept


@dataclass(frozen=True, kw_only=True)
class Units:
    """What n reference rows and m current ones come in.

    `day` (n,) is each reference row's, a code into `groups` and `alike` (D,), which are as in `Reference`. `clusters`
    are codes of those of the reference rows (n,) and of the current ones (m,), none of both; None where each row stands
    for itself.
    """

    day: Codes
    groups: Codes
    alike: Flags
    clusters: tuple[Codes, Codes] | None = None

    @classmethod
    def one_day(cls, rows: int) -> Self:
        """Rows of a single day, each for itself."""
        return cls(day=np.zeros(rows, np.int64), groups=np.zeros(1, np.int64), alike=np.ones(1, np.bool_))

    @property
    def held(self) -> Flags:
        """Which reference rows are of days that the current one is compared with, (n,)."""
        found: Flags = self.alike[self.day]
        return found

    @property
    def several(self) -> bool:
        """Whether any two days are alike, so that they tell how days differ."""
        return int(np.bincount(self.groups).max()) > 1

    def only(self, reference: Flags, current: Flags) -> "Units":
        """Those of some rows."""
        kept = None if self.clusters is None else (self.clusters[0][reference], self.clusters[1][current])
        return Units(day=self.day[reference], groups=self.groups, alike=self.alike, clusters=kept)

    def tallied(self, codes: Codes, levels: int) -> Floats:
        """Reference rows by day and level, (D, levels)."""
        counts = np.bincount(self.day * levels + codes, minlength=self.groups.size * levels)
        return counts.reshape(self.groups.size, levels).astype(np.float64)

    def reference(self, rows: Floats) -> Reference:
        """The days, of which each has so many `rows` (D,)."""
        return Reference(rows=rows, groups=self.groups, alike=self.alike)

    def worth(self, reference: Floats, current: Floats) -> float:
        """By how much clusters raise the variance of the mean of such values (n,) and (m,), each about its day's.

        1 where each row stands for itself; never less.
        """
        if self.clusters is None:
            return 1.0
        apart = self._about_days(reference), current - current.mean() if current.size else current
        alone = sum(float(side @ side) for side in apart)
        together = sum(
            float((np.bincount(code, side) ** 2).sum())
            for code, side in zip(self.clusters, apart, strict=True)
            if code.size
        )
        return max(together / alone, 1.0) if alone > 0 else 1.0

    def _about_days(self, values: Floats) -> Floats:
        days = self.groups.size
        rows = np.bincount(self.day, minlength=days)
        means = np.bincount(self.day, values, minlength=days) / np.maximum(rows, 1)
        about: Floats = values - means[self.day]
        return about

    @property
    def freedom(self) -> float:
        """Degrees of freedom of what rows vary by: clusters, less one for each day."""
        if self.clusters is None:
            return np.inf
        count = sum(np.unique(code).size for code in self.clusters)
        return float(max(count - self.groups.size - 1, 1))
