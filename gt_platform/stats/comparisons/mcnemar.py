"""Two systems that are each right or wrong: McNemar's exact test, and an interval for the difference of accuracy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gt_platform.stats.comparisons.difference import Difference
from gt_platform.stats.comparisons.pairs import Flips, flips

HALVINGS = 50


@dataclass(frozen=True, kw_only=True)
class McNemar:
    """Both two-sided p-values, that of the exact test and the mid-p, with the discordant pairs behind them."""

    p_value: float
    mid_p: float
    lost: int
    gained: int
    n: int


def mcnemar(first: ArrayLike, second: ArrayLike) -> McNemar:
    """Test whether two systems, right (1) or wrong (0) on the same items, are equally often right.

    Given the discordant pairs, those gained are half of them on average: a binomial test. The exact test errs in at
    most 5 % of comparisons without a difference, often in far fewer; the mid-p (Lancaster 1961) comes closer to 5 %
    and exceeds it rarely and little (Fagerland, Lydersen & Laake 2013). Without discordant pairs both are 1.
    Source: McNemar, Psychometrika 12 (1947). Raises ValueError.
    """
    from scipy.stats import binom

    found = flips(first, second)
    fewer, both = min(found.lost.size, found.gained.size), found.lost.size + found.gained.size
    tail = 2 * float(binom.cdf(fewer, both, 0.5))
    exact = min(1.0, tail)
    mid = min(1.0, tail - float(binom.pmf(fewer, both, 0.5)))
    return McNemar(p_value=exact, mid_p=mid, lost=found.lost.size, gained=found.gained.size, n=found.n)


def accuracy_difference(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Difference:
    """The second system's accuracy less the first's, with Tango's score interval, which holds from few pairs on.

    Source: Tango, Statistics in Medicine 17 (1998). `p_value` is McNemar's mid-p. Raises ValueError.
    """
    found = flips(first, second)
    estimate = (found.gained.size - found.lost.size) / found.n
    share = (found.gained.size + found.lost.size) / found.n
    error = float(np.sqrt(max(share - estimate**2, 0) / found.n))
    low, high = _score_bound(found, -1.0, level), _score_bound(found, 1.0, level)
    return Difference(
        estimate=estimate,
        low=low,
        high=high,
        error=error,
        freedom=float("inf"),
        n=found.n,
        groups=found.n,
        p_value=mcnemar(first, second).mid_p,
    )


def _score_bound(found: Flips, end: float, level: float) -> float:
    """The difference between the estimate and `end` that the score test just does not reject."""
    from scipy.special import ndtri

    critical = float(ndtri(0.5 + level / 2)) ** 2
    estimate = (found.gained.size - found.lost.size) / found.n
    inside, outside = estimate, end
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if _score(found, middle) <= critical:
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2


def _score(found: Flips, difference: float) -> float:
    """The squared score statistic of a difference, whose variance uses the likeliest share of lost items under it."""
    n, gained, lost = found.n, found.gained.size, found.lost.size
    b = (2 * n - gained + lost) * difference - gained - lost
    c = -lost * difference * (1 - difference)
    lost_share = (np.sqrt(max(b * b - 8 * n * c, 0.0)) - b) / (4 * n)
    variance = n * (2 * lost_share + difference * (1 - difference))
    distance = gained - lost - n * difference
    return float(distance**2 / variance) if variance > 1e-12 else (0.0 if distance == 0 else np.inf)
