"""Jackknife intervals of agreement among annotators who rated units: over units, and over both.

Whoever asks how well these annotators agree has a sample of units. Whoever asks how well others like them would agree
has a sample of annotators too, often of three, and resampling units tells nothing of the difference between them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.intervals import LEVEL

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

FEWEST_ANNOTATORS = 3
"""Of two annotators there is one pair, which tells nothing of how pairs differ."""
EDGE = 1e-9  # how near an end of its range an agreement may come before its scale has no slope


@dataclass(frozen=True, kw_only=True)
class Left:
    """m values without a part of the data, (D, m): a row for each of D kinds of part, and how many there are, (D,)."""

    values: Floats
    frequency: Codes

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return int(self.frequency.sum())

    def variance(self) -> Floats:
        """The jackknife's variance, (m,); NaN where a value without a part is undefined, as without the last pair."""
        n = self.parts
        apart = self.values - self.frequency @ self.values / n
        return np.asarray((n - 1) / n * (self.frequency @ apart**2))


@dataclass(frozen=True, kw_only=True)
class Panel:
    """m values without each of R annotators, who gave `answers` (R,), and without single ratings."""

    annotators: Left
    ratings: Left
    answers: Codes

    def effective(self) -> float:
        """How many annotators with as many answers each would tell as much: sum n^2 / sum of n^2."""
        return float(self.answers.sum()) ** 2 / float((self.answers.astype(np.float64) ** 2).sum())


def over_units(value: Floats, units: Left, size: float | Floats) -> tuple[Floats, Floats]:
    """95 % bounds, each (m,), of agreement in units of `size` ratings, or of means if 1, for the annotators there are.

    Student's t on the scale that steadies the variance of an intraclass correlation, log (1 + (k - 1) r) / (1 - r)
    (Fisher 1925, section 39), with the jackknife's variance (Arvesen 1969, who takes logarithms for the same reason).
    """
    return _bounds(value, units.variance(), np.full(len(value), units.parts - 1.0), size)


def over_both(value: Floats, units: Left, panel: Panel, size: float | Floats) -> tuple[Floats, Floats]:
    """The same for annotators like these: both are a sample; NaN where a value without an annotator is undefined.

    The variance is that of leaving out units, plus that of leaving out annotators, less what both hold, which is that
    of leaving out single ratings (Owen 2007; Cameron, Gelbach & Miller 2011). Degrees of freedom after Satterthwaite
    (1946), of annotators as many as have equally many answers each; the difference is never taken for less than none.
    """
    unit, annotator = units.variance(), panel.annotators.variance()
    both = unit + np.maximum(annotator - panel.ratings.variance(), 0)
    among = max(panel.effective() - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = both**2 / (unit**2 / (units.parts - 1) + annotator**2 / among)
    return _bounds(value, both, freedom, size)


def _bounds(value: Floats, variance: Floats, freedom: Floats, size: float | Floats) -> tuple[Floats, Floats]:
    from scipy.special import stdtrit

    more = np.asarray(size, dtype=np.float64) - 1
    above, below = np.maximum(1 + more * value, EDGE), np.maximum(1 - value, EDGE)
    slope = (more + 1) / (above * below)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        reach = stdtrit(np.maximum(freedom, 1), 0.5 + LEVEL / 2) * np.sqrt(variance) * slope
        low, high = (_back(above / below * np.exp(sign * reach), more) for sign in (-1, 1))
    return np.minimum(low, value), np.maximum(high, value)


def _back(ratio: Floats, more: Floats) -> Floats:
    return np.where(np.isinf(ratio), 1.0, (ratio - 1) / (ratio + more))
