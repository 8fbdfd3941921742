"""How days differ, and how far another day may then lie from them by chance alone.

Rows of one day share what the day was like. A test that deals rows out as if they were independent finds every day
unlike every other once days are large; here the reference's own days say how unlike days are. Rows within a day belong
in permutation.py, clusters of rows in units.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

PRIOR_DAYS = 2.0
"""Days' worth of the usual difference that the observed one is mixed with."""
USUAL = 0.0025
"""The usual variance between days, over that between rows: days a twentieth of a standard deviation apart."""
TINY = 1e-140
"""What keeps quotients of squares finite."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """D days that another is held against.

    `alike` (D,) are those it is compared with; `groups` (D,) are codes of days like one another, each of which is
    compared with the others of its group. `rows` (D,) are their sizes.
    """

    rows: Floats
    groups: Codes
    alike: NDArray[np.bool_]

    @property
    def freedom(self) -> float:
        """What is known of how days differ, in degrees of freedom: a group's days less one."""
        return float(sum(count - 1 for count in np.unique(self.groups, return_counts=True)[1]))

    def rest(self, counts: Floats) -> Floats:
        """For each day what the others of its group hold together, of anything that adds up over days, (D, …)."""
        totals = np.zeros((int(self.groups.max()) + 1, *counts.shape[1:]))
        np.add.at(totals, self.groups, counts)
        left: Floats = totals[self.groups] - counts
        return left

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which days have another to be compared with, and both have rows."""
        others: NDArray[np.bool_] = (self.rest(self.rows) > 0) & (self.rows > 0)
        return others


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The variance between days, and how well it is known; both 0 where nothing tells."""

    variance: float
    freedom: float
    error: float


def spread(days: Reference, apart: Floats, by_rows: float) -> Spread:
    """How much days vary, from how far `apart` (D,) each lies from the others of its group, squared.

    `by_rows` is the mean squared distance that rows alone make of two samples, over the sum of their sizes' inverses:
    what is left of the distances is the days'. A day of few rows tells little of it, and weighs as little. It is mixed
    with PRIOR_DAYS of the USUAL one; none is the least.
    """
    told = days.told
    if not told.any():
        return Spread(variance=0.0, freedom=0.0, error=0.0)
    rest, sizes = days.rest(days.rows)[told], days.rows[told]
    others = days.rest(np.ones_like(days.rows))[told]
    expected = by_rows * (1 / sizes + 1 / rest)
    shrunk = others / (others + 1)  # a mean of `others` days is itself off by chance
    usual = USUAL * by_rows
    telling = 1 / np.maximum(usual + expected, TINY) ** 2
    telling /= telling.sum()
    freedom = days.freedom / (told.sum() * float(telling @ telling))
    found = float(telling @ (shrunk * (apart[told] - expected)))
    weight = freedom + PRIOR_DAYS
    variance = max((PRIOR_DAYS * usual + freedom * found) / weight, 0.0)
    scatter = variance + float(telling @ (shrunk * expected))
    error = 2 * (PRIOR_DAYS * usual**2 + freedom * scatter**2) / weight**2
    return Spread(variance=variance, freedom=weight, error=error)


def mean_moved(
    days: Reference, means: Floats, current: tuple[float, float], variance: float, *, freedom: float = np.inf
) -> float:
    """The p-value of a day's mean against days' `means` (D,); `current` is its mean and rows, `variance` the rows' own.

    Student's t with the degrees of freedom of Satterthwaite (1946), where the rows' variance has `freedom` of them.
    Without two days alike it is that of rows alone.
    """
    from scipy.stats import norm, t

    mean, rows = current
    held = days.rows * days.alike
    total = float(held.sum())
    if not total or not rows or variance <= 0:
        return 1.0
    known = np.where(days.rows > 0, means, 0.0)
    between = spread(days, _apart(days, known), variance)
    by_rows = variance * (1 / rows + 1 / total)
    many = differing(days)
    whole = between.variance * many + by_rows
    error = many**2 * between.error + 2 * by_rows**2 / freedom
    distance = abs(mean - float(held @ known) / total) / np.sqrt(whole)
    return float(2 * (t.sf(distance, 2 * whole**2 / error) if error else norm.sf(distance)))


def further(chance: Floats, observed: float, days: Reference, between: Spread) -> float:
    """The chance of a distance beyond `observed` where rows alone make the distances `chance` (B,), and days differ.

    What a day adds is as Student's t, with the degrees of freedom of its variance, to either side.
    """
    from scipy.stats import t

    scale = np.sqrt(between.variance * differing(days))
    beyond = t.sf((observed - chance) / scale, between.freedom) + t.sf((observed + chance) / scale, between.freedom)
    return float((1 + np.minimum(beyond, 1).sum()) / (1 + chance.size))


def beyond_chance(chance: Floats, days: Reference, between: Spread, alpha: float) -> float:
    """The distance that `further` gives the chance alpha. Raises ValueError for too few distances for alpha."""
    from scipy.optimize import brentq

    if 1 / (1 + chance.size) > alpha:
        raise ValueError(f"{chance.size} permutations cannot reach alpha {alpha}; use {int(np.ceil(1 / alpha))}")
    high = float(chance[-1]) + np.sqrt(between.variance)
    while further(chance, high, days, between) > alpha:
        high *= 2
    return float(brentq(lambda at: further(chance, at, days, between) - alpha, 0.0, high, xtol=1e-12, rtol=1e-9))


def differing(days: Reference) -> float:
    """The days that a comparison with another is made of, in how much they vary: that one, and part of each alike."""
    held = days.rows * days.alike
    return float(1 + (held**2).sum() / held.sum() ** 2)


def _apart(days: Reference, means: Floats) -> Floats:
    """How far each day's mean lies from that of the others of its group, squared; 0 where there are none."""
    rest = days.rest(days.rows)
    others = np.divide(days.rest(means * days.rows), rest, out=means.copy(), where=rest > 0)
    squared: Floats = (means - others) ** 2
    return squared
