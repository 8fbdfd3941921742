"""Statistics of a corpus as columns that are estimated like any ratio of totals.

At a weighted sample a statistic is its value and an influence of each unit; value + influence is then a number of each
unit, whose weighted mean is the value and which varies as the statistic does. So strata, clusters, regression, experts'
corrections and imputed truth do with it what they do with every metric: all of them are linear in such numbers. The
point at which it is linearised must be that of the very cut and period, or a slice unlike the rest would be judged by
a slope of elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gt_platform.metrics import Corpus, Linearised
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.survey import Estimates

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A metric whose parts of each unit are in the columns `first` to `last`, the latter excluded."""

    metric: Corpus
    first: int
    last: int

    def at(self, shares: Shares) -> tuple[Floats, Floats]:
        """The parts of n units (n, k), and how far each counts (n,)."""
        counts = shares.denominator[:, self.first] if self.last > self.first else np.zeros(len(shares.denominator))
        return shares.numerator[:, self.first : self.last], counts


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Each statistic at one weighted sample. Called with units' columns, it gives `ratios` of them and the others'."""

    ratios: int
    points: tuple[tuple[Statistic, Linearised | None], ...]
    freedom: tuple[float, ...] = ()

    def __call__(self, shares: Shares) -> Shares:
        """The first columns are as they were; of each statistic there is one, in place of its parts."""
        if not self.points:
            return shares
        made = [_column(statistic, line, shares) for statistic, line in self.points]
        numerator, denominator = (np.column_stack(columns) for columns in zip(*made, strict=True))
        return Shares(
            numerator=np.hstack([shares.numerator[:, : self.ratios], numerator]),
            denominator=np.hstack([shares.denominator[:, : self.ratios], denominator]),
        )

    @property
    def thin(self) -> NDArray[np.bool_]:
        """Of which columns nothing is known of how far they vary."""
        told = [line is not None and line.thin for _, line in self.points]
        return np.array([False] * self.ratios + told, dtype=np.bool_)

    def sobered(self, estimates: Estimates) -> Estimates:
        """Without the errors that are not known; of statistics the degrees of freedom are no more than `freedom`."""
        if not self.points:
            return estimates
        most = np.concatenate([np.full(self.ratios, np.inf), self.freedom])
        error = np.where(self.thin, np.nan, estimates.error)
        return replace(estimates, error=error, freedom=np.fmin(estimates.freedom, most))


def lines(statistics: Sequence[Statistic], ratios: int, shares: Shares, weight: Floats) -> Lines:
    """Linearise at n units with these weights (n,); a statistic that has no value there is None."""
    points = tuple((one, _line(one, shares, weight)) for one in statistics)
    freedom = tuple(_freedom(one, line, shares, weight) for one, line in points)
    return Lines(ratios=ratios, points=points, freedom=freedom)


def _line(statistic: Statistic, shares: Shares, weight: Floats) -> Linearised | None:
    parts, counts = statistic.at(shares)
    kept = counts > 0
    if not kept.any():
        return None
    # a unit that counts in part, as one whose answers tie, has parts of that size
    found = statistic.metric.linearised(parts[kept] / counts[kept][:, None], (weight * counts)[kept])
    return found if np.isfinite(found.value) else None


def _freedom(statistic: Statistic, line: Linearised | None, shares: Shares, weight: Floats) -> float:
    """Degrees of freedom of a variance that is a sum of squared influences, from how unlike those squares are.

    A few cases may make most of it, as the extreme ones do of R2: then there are few (Satterthwaite 1946, with the
    kurtosis of the influences). With as many as there are cases, R2 covered 91.5 % at 50 (tests/bench/metrics.py).
    """
    if line is None:
        return np.inf
    square = (weight * line.influence(*statistic.at(shares))) ** 2
    unlike = float((square**2).sum() - square.sum() ** 2 / len(square))
    return 2 * float(square.sum()) ** 2 / unlike if unlike > 0 else np.inf


def _column(statistic: Statistic, line: Linearised | None, shares: Shares) -> tuple[Floats, Floats]:
    parts, counts = statistic.at(shares)
    if line is None:
        return np.zeros(len(counts)), np.zeros(len(counts))
    return line.value * counts + line.influence(parts, counts), counts
