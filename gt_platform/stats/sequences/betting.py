"""Betting confidence sequences and e-values for values from 0 to 1: they hold at every n, whatever the distribution.

Source: Waudby-Smith & Ramdas, J. R. Stat. Soc. B 86 (2024). Bets are a mixture of constant ones, not predicted from
the values before: the product of constant bets does not depend on the order of the values.
"""

import numpy as np
from numpy.typing import ArrayLike

from gt_platform.stats.sequences.looks import Counts, Floats, Running, Side, check_alpha, ends, shares, tightened

STAKES = np.geomspace(0.01, 0.9, 10)
"""Shares of the capital put at risk: from effects of a few hundredths of the mean to those as large as it."""
LEVELS = 1000
"""Values are rounded to this many levels, away from the bound, where there are more: at most 0.001 lost."""
HALVINGS = 24
"""Of the interval in which a bound is sought: to 1e-7, on the safe side."""
DROPS = np.array([0.5, 1.0, 2.0])
"""Multiples of the expected drop that are bet on: the true drop is seldom the expected one."""


def betting(values: ArrayLike, looks: ArrayLike | None = None, *, alpha: float = 0.05, side: Side = "both") -> Running:
    """Bounds of the mean of n values from 0 to 1, at L looks; `looks` as in `asymptotic`. Raises ValueError.

    A mean m is ruled out once betting on values above m (or below) multiplies the capital by 1 / alpha, or 2 / alpha
    where both are wanted: Ville (1939). The capital falls as m rises, so the bound is found by bisection.
    """
    check_alpha(alpha)
    value, at = shares(values, "values"), ends(looks, np.size(values))
    wanted = np.log((2 if side == "both" else 1) / alpha)
    low = _lowest(value, at, wanted) if side != "high" else np.zeros(at.size)
    high = 1 - _lowest(1 - value, at, wanted) if side != "low" else np.ones(at.size)
    return tightened(at, np.cumsum(value)[at - 1] / at, low, high)


def evidence(values: ArrayLike, looks: ArrayLike | None = None, *, at_least: float, drop: float = 0.05) -> Floats:
    """The e-values, at L looks, against the mean of n values from 0 to 1 being `at_least` or more.

    At 1 / alpha or more, at any look, a regression is found; that happens with probability alpha at most while there
    is none. The bets are best for half, once and twice the given `drop` below `at_least`. Raises ValueError.
    """
    value, at = shares(values, "values"), ends(looks, np.size(values))
    if not 0 < at_least < 1 or not 0 < drop < at_least:
        raise ValueError(
            f"at_least is {at_least}, drop {drop}: the first must lie between 0 and 1, the second below it"
        )
    # of a mean m - d, 1 / m - 1 / (m - d) is lost at each right answer: Kelly's (1956) bet for the drop d
    stakes = np.minimum(drop * DROPS, 0.9 * at_least) / at_least
    levels, seen = _tallied(1 - value, at)
    return np.exp(_capital(levels, seen, np.full(at.size, 1 - at_least), stakes))


def _lowest(value: Floats, at: Counts, wanted: float) -> Floats:
    """The largest mean that is ruled out at each look, (L,)."""
    levels, seen = _tallied(value, at)
    low, high = np.zeros(at.size), np.ones(at.size)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        out = _capital(levels, seen, middle, STAKES) >= wanted
        low, high = np.where(out, middle, low), np.where(out, high, middle)
    return low


def _tallied(value: Floats, at: Counts) -> tuple[Floats, Counts]:
    """The distinct values, (D,), rounded down where there are too many, and how often each was seen by each look."""
    levels, place = np.unique(value, return_inverse=True)
    if levels.size > LEVELS:
        levels, place = np.unique(np.floor(value * LEVELS) / LEVELS, return_inverse=True)
    look = np.searchsorted(at, np.arange(value.size), side="right")
    inside = look < at.size
    seen = np.bincount(look[inside] * levels.size + place[inside], minlength=at.size * levels.size)
    return levels, np.cumsum(seen.reshape(at.size, levels.size), axis=0)


def _capital(levels: Floats, seen: Counts, mean: Floats, stakes: Floats) -> Floats:
    """The logarithm of what 1 has become, at each look, when betting that the mean is above `mean`, (L,)."""
    from scipy.special import logsumexp

    growth = np.empty((mean.size, stakes.size))
    odds = levels / mean[:, None]
    for number, stake in enumerate(stakes):
        growth[:, number] = (seen * np.log1p(stake * (odds - 1))).sum(axis=1)
    return np.asarray(logsumexp(growth, axis=1) - np.log(stakes.size))
