"""Intervals, of 95 % unless told: for shares, for means, and for ratios estimated from a designed sample.

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
ALL_OR_NOTHING = 0.4
"""Share of the variance a mean allows that right-or-wrong values come up to: 1 for shares, over .5 for F1; the
absolute error of a number has .05 to .3 of it."""
LEAST_SKEWNESS = 1e-4


@dataclass(frozen=True)
class Interval:
    """An estimate with its bounds, and the effective sample size behind them."""

    estimate: float
    low: float
    high: float
    effective: float


def wilson(share: Floats, n: Floats, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Bounds of a share of n trials by Wilson's (1927) score interval; n need not be whole, and may be infinite."""
    from scipy.special import ndtri

    k = ndtri(0.5 + level / 2) ** 2 / n
    centre, half = share + k / 2, np.sqrt(k * share * (1 - share) + k**2 / 4)
    low, high = (centre - half) / (1 + k), (centre + half) / (1 + k)
    return np.clip(low, 0, share), np.clip(high, share, 1)  # rounding must not leave the estimate outside


def intervals(estimates: Estimates, lowest: Floats, highest: Floats, *, level: float = LEVEL) -> list[Interval | None]:
    """The interval of each of m ratios that can lie between `lowest` and `highest`, each (m,), maybe infinite.

    Between finite bounds it is Wilson's interval at the effective sample size, R (1 - R) / variance with R scaled
    to 0-1, reduced for the degrees of freedom: Korn & Graubard (1998), whose own choice, Clopper-Pearson, covers
    97-99 % where Wilson's covers 95-97 % (Franco, Little, Louis & Slud 2019 found the same). It leans away from
    the nearer bound, as skewed errors do, where Student's t covers too little.

    Values that scatter far less than the bounds allow, and those without bounds, get Student's t with Hall's (1992)
    transformation for skewness where that is known: for the absolute error of a number in samples of 50, it covers
    93-95 % where Wilson's covers 89-93 % and t's 87-92 %.

    None, which means insufficient evidence, with fewer than MINIMUM_UNITS units, an effective sample size below
    MINIMUM_EFFECTIVE, an unknown error, or equal values without finite bounds. Only a population answered in full is
    known exactly.
    """
    enough = (estimates.n >= MINIMUM_UNITS) & (np.nan_to_num(estimates.effective) >= MINIMUM_EFFECTIVE)
    bounded = np.isfinite(highest - lowest)
    value = np.clip(estimates.value, lowest, highest)
    known = (bounded & ~np.isnan(estimates.error)) | (estimates.error > 0) | np.isinf(estimates.effective)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        low, high, effective = _between(estimates, lowest, highest, level)
        below, above = (np.nan_to_num(part) for part in _transformed(estimates, level))
    shares = bounded & _all_or_nothing(estimates, lowest, highest)
    low = np.where(shares, low, np.maximum(value - below, lowest))
    high = np.where(shares, high, np.minimum(value + above, highest))
    effective = np.where(bounded, effective, estimates.effective)
    return [
        Interval(*map(float, parts)) if given else None
        for given, *parts in zip(enough & known, value, low, high, effective, strict=True)
    ]


def _between(estimates: Estimates, lowest: Floats, highest: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Wilson's bounds and the effective sample size behind them."""
    from scipy.special import ndtri

    span = highest - lowest
    share, spread = np.clip((estimates.value - lowest) / span, 0, 1), (estimates.error / span) ** 2
    scatter = share * (1 - share)
    if estimates.scatter is not None:
        # A regression may estimate more than all, where R (1 - R) is 0 while its values scatter. Farther than an error
        # from the bounds the values of a low F1 scatter more than R (1 - R), which would make intervals a fifth short.
        near = np.clip(share, np.fmin(np.sqrt(spread), 1 / 2), 1 - np.fmin(np.sqrt(spread), 1 / 2))
        scatter = np.fmax(scatter, np.minimum(estimates.scatter / span**2, near * (1 - near)))
    # without any spread, as in a sample that is all right, the spread of the weights is all there is to go by
    effective = np.where((spread > 0) & (scatter > 0), scatter / spread, estimates.effective)
    reduced = effective * (ndtri(0.5 + level / 2) / _quantile(estimates, level)) ** 2
    low, high = wilson(share, reduced, level=level)
    value = np.clip(estimates.value, lowest, highest)
    return np.minimum(lowest + span * low, value), np.maximum(lowest + span * high, value), effective


def _all_or_nothing(estimates: Estimates, lowest: Floats, highest: Floats) -> NDArray[np.bool_]:
    """Whether values scatter about as widely as their mean allows; so they do where nothing is known of them."""
    if estimates.scatter is None:
        return np.ones(len(estimates.value), dtype=np.bool_)
    with np.errstate(invalid="ignore", over="ignore"):
        most = (estimates.value - lowest) * (highest - estimates.value)
        return np.asarray((estimates.error == 0) | (estimates.scatter >= ALL_OR_NOTHING * most))


def _transformed(estimates: Estimates, level: float) -> tuple[Floats, Floats]:
    """How far Student's t, skewness undone by Hall's (1992) cubic transformation, reaches below and above."""
    t = _quantile(estimates, level)
    if estimates.skewness is None:
        return t * estimates.error, t * estimates.error
    # the transformation has no slope at 0, where it is the identity
    skewness = np.where(np.abs(estimates.skewness) < LEAST_SKEWNESS, LEAST_SKEWNESS, estimates.skewness)
    reach = 3 / skewness * (np.cbrt(1 + skewness * (np.stack([t, -t]) - skewness / 6)) - 1) * estimates.error
    return np.maximum(reach[0], 0), np.maximum(-reach[1], 0)


def _quantile(estimates: Estimates, level: float) -> Floats:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(np.fmax(estimates.freedom, 1.0), 0.5 + level / 2))


def wilson_half_width(share: float, n: float, freedom: float) -> float:
    """Half the width of `intervals` at an estimated share, an effective sample size and degrees of freedom."""
    from scipy.special import ndtri, stdtrit

    reduced = n * (ndtri(0.5 + LEVEL / 2) / stdtrit(freedom, 0.5 + LEVEL / 2)) ** 2
    low, high = wilson(np.array([share]), np.array([reduced]))
    return float(high[0] - low[0]) / 2


def student_half_width(variance: float, freedom: float) -> float:
    """Half the width of `intervals` where a metric has no bounds, its skewness aside."""
    from scipy.special import stdtrit

    return float(stdtrit(max(freedom, 1.0), 0.5 + LEVEL / 2) * np.sqrt(variance))
