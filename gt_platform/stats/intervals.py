"""95 % intervals: for shares, for means, and for ratios estimated from a designed sample.

Where evidence is too thin for an interval there is none, and then no estimate either.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.survey import Estimates

Floats = NDArray[np.float64]

LEVEL = 0.95
MINIMUM_UNITS = 10
"""Units below which no interval is given: a share's would be wider than half of all that is possible."""
MINIMUM_EFFECTIVE = 5.0
"""The same for the effective sample size, which a few heavy units can bring down."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its bounds, and the effective sample size behind them."""

    estimate: float
    low: float
    high: float
    effective: float


def wilson(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Bounds of a share of n trials by Wilson's (1927) score interval; n need not be whole, and may be infinite."""
    from scipy.special import ndtri

    k = ndtri(0.5 + LEVEL / 2) ** 2 / n
    centre, half = share + k / 2, np.sqrt(k * share * (1 - share) + k**2 / 4)
    low, high = (centre - half) / (1 + k), (centre + half) / (1 + k)
    return np.clip(low, 0, share), np.clip(high, share, 1)  # rounding must not leave the estimate outside


def intervals(estimates: Estimates, lowest: Floats, highest: Floats) -> list[Interval | None]:
    """The interval of each of m ratios that can lie between `lowest` and `highest`, each (m,), maybe infinite.

    Between finite bounds it is Wilson's interval at the effective sample size, R (1 - R) / variance with R scaled
    to 0-1, reduced for the degrees of freedom: Korn & Graubard (1998), whose own choice, Clopper-Pearson, covers
    97-99 % where Wilson's covers 95-97 % (Franco, Little, Louis & Slud 2019 found the same). It leans away from
    the nearer bound, as skewed errors do, where Student's t, which unbounded ratios get, covers too little.

    None, which means insufficient evidence, with fewer than MINIMUM_UNITS units, an effective sample size below
    MINIMUM_EFFECTIVE, or equal values without finite bounds. Only a population answered in full is known exactly.
    """
    enough = (estimates.n >= MINIMUM_UNITS) & (np.nan_to_num(estimates.effective) >= MINIMUM_EFFECTIVE)
    bounded = np.isfinite(highest - lowest)
    known = bounded | (estimates.error > 0) | np.isinf(estimates.effective)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        low, high, effective = _between(estimates, lowest, highest)
        half = np.nan_to_num(_quantile(estimates) * estimates.error)
    low = np.where(bounded, low, np.maximum(estimates.value - half, lowest))
    high = np.where(bounded, high, np.minimum(estimates.value + half, highest))
    effective = np.where(bounded, effective, estimates.effective)
    return [
        Interval(*map(float, parts)) if given else None
        for given, *parts in zip(enough & known, estimates.value, low, high, effective, strict=True)
    ]


def _between(estimates: Estimates, lowest: Floats, highest: Floats) -> tuple[Floats, Floats, Floats]:
    """Wilson's bounds and the effective sample size behind them."""
    from scipy.special import ndtri

    span = highest - lowest
    share, spread = np.clip((estimates.value - lowest) / span, 0, 1), (estimates.error / span) ** 2
    # without any spread, as in a sample that is all right, the spread of the weights is all there is to go by
    effective = np.where(spread > 0, share * (1 - share) / spread, estimates.effective)
    low, high = wilson(share, effective * (ndtri(0.5 + LEVEL / 2) / _quantile(estimates)) ** 2)
    return (
        np.minimum(lowest + span * low, estimates.value),
        np.maximum(lowest + span * high, estimates.value),
        effective,
    )


def _quantile(estimates: Estimates) -> Floats:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(np.fmax(estimates.freedom, 1.0), 0.5 + LEVEL / 2))
