"""Whether a mean has moved, from weighted values of whole days: the days of a reference and those of now.

How days differ is told by the reference's own, as in `gt_platform.stats.days`; what is averaged belongs to callers.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.days import PRIOR_DAYS, USUAL, Reference, Spread, spread

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEVEL = 0.95
LEAST_VARIANCE = 1e-12


@dataclass(frozen=True, kw_only=True)
class Daily:
    """Of D days the `mean` (D,) of their rows' values, and of how many rows of equal weight they have as much, (D,).

    `variance` is that of such a row about its day, known with so many degrees of `freedom`. `groups` (D,) are codes of
    days like one another, `alike` (D,) those that now is compared with.
    """

    mean: Floats
    rows: Floats
    variance: float
    freedom: float
    groups: Codes
    alike: Flags

    @classmethod
    def single(cls, mean: float, rows: float, *, variance: float, freedom: float) -> Self:
        """One day."""
        return cls(
            mean=np.array([mean]),
            rows=np.array([rows]),
            variance=variance,
            freedom=freedom,
            groups=np.zeros(1, np.int64),
            alike=np.ones(1, np.bool_),
        )

    @property
    def reference(self) -> Reference:
        """The days, as others take them."""
        return Reference(rows=self.rows, groups=self.groups, alike=self.alike)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How far now lies from the reference, with the bounds of its 95 % interval and the chance of as much."""

    change: float
    low: float
    high: float
    p_value: float


def daily(value: Floats, weight: Floats, day: Codes, days: int) -> Daily:
    """Sum up n weighted values (n,) of the days `day` (n,), codes below `days`.

    Rows of equal weight are what the weighted ones are worth (Kish 1965); their variance is the one by which the
    weighted means of days are off.
    """
    total, squares = np.bincount(day, weight, days), np.bincount(day, weight**2, days)
    mean = _part(np.bincount(day, weight * value, days), total)
    rows = _part(total**2, squares)
    about = weight**2 * (value - mean[day]) ** 2
    count = np.bincount(day, minlength=days)
    freedom = float(np.maximum(count - 1, 0).sum())
    kept = _part(np.maximum(count - 1, 0) * squares, count).sum()
    variance = float(about.sum() / kept) if kept > 0 else 0.0
    return Daily(
        mean=mean,
        rows=rows,
        variance=variance,
        freedom=freedom,
        groups=np.zeros(days, np.int64),
        alike=np.ones(days, np.bool_),
    )


def moved(then: Daily, now: Daily, *, doubt: float = 0.0) -> Moved:
    """Compare the days of now with those of the reference; `doubt` is variance of the difference from elsewhere.

    Student's t with the degrees of freedom of Satterthwaite (1946). Where no two days of the reference are alike, days
    are taken to differ as they usually do.
    """
    from scipy.special import stdtr, stdtrit

    freedom = then.freedom + now.freedom
    own = (then.variance * then.freedom + now.variance * now.freedom) / max(freedom, 1.0)
    own = max(own, LEAST_VARIANCE)
    before = then.rows * then.alike
    between = _between(then, own)
    many = _spans(before) + _spans(now.rows)
    by_rows = own * (1 / before.sum() + 1 / now.rows.sum())
    whole = between.variance * many + by_rows + doubt
    error = many**2 * between.error + 2 * (by_rows + doubt) ** 2 / max(freedom, 1.0)
    change = float(now.rows @ now.mean / now.rows.sum() - before @ then.mean / before.sum())
    degrees, scale = 2 * whole**2 / error, float(np.sqrt(whole))
    half = float(stdtrit(degrees, 0.5 + LEVEL / 2)) * scale
    p_value = float(2 * stdtr(degrees, -abs(change) / scale))
    return Moved(change=change, low=change - half, high=change + half, p_value=p_value)


def enough(days: Daily, rows: float) -> bool:
    """Whether days together have as much as so many rows."""
    return bool(float((days.rows * days.alike).sum()) >= rows)


def _between(then: Daily, own: float) -> Spread:
    days = then.reference
    if days.told.any():
        rest = days.rest(then.rows)
        others = _part(days.rest(then.rows * then.mean), rest)
        return spread(days, (then.mean - np.where(rest > 0, others, then.mean)) ** 2, own)
    usual = USUAL * own
    return Spread(variance=usual, freedom=PRIOR_DAYS, error=2 * usual**2 / PRIOR_DAYS)


def _spans(rows: Floats) -> float:
    """The inverse of how many days of equal size these are worth."""
    return float((rows**2).sum() / rows.sum() ** 2)


def _part(above: ArrayLike, below: ArrayLike) -> Floats:
    upper, lower = np.asarray(above, np.float64), np.asarray(below, np.float64)
    found: Floats = np.divide(upper, lower, out=np.zeros_like(upper), where=lower > 0)
    return found
