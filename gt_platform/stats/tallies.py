"""Two samples of one number counted on few values, by day; how they are compared belongs in permutation.py."""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.distances import Counts
from gt_platform.stats.histogram import BITS, Histogram, histogram
from gt_platform.stats.units import Codes, Floats, Units

SUPPORT = 256  # distinct values up to which numbers are counted as they are; beyond, they are binned
CROWDED = 0.02  # share of all rows in one bin of the histogram from which it does not tell their ranks


@dataclass(frozen=True, kw_only=True)
class Tallies:
    """Counts on B rising `values`: of both samples compared (B,), of the current one (B,), and of each day (D, B).

    `codes` are each row's value, of either side; None where the reference is one day and rows stand for themselves.
    """

    values: Floats
    pooled: Counts
    current: Counts
    by_day: Floats
    codes: tuple[Codes, Codes] | None


def tallied(found: Histogram, reference: Floats, current: Floats, units: Units) -> Tallies:
    """Counts of the samples that `found` is the histogram of: the current one, and the reference's days alike."""
    values, pooled, drawn = found.coarser(SUPPORT)
    if units.groups.size == 1 and units.clusters is None:
        by_day = (pooled - drawn)[np.newaxis].astype(np.float64)
        return Tallies(values=values, pooled=pooled, current=drawn, by_day=by_day, codes=None)
    codes = _placed(reference, values, found), _placed(current, values, found)
    by_day = units.tallied(codes[0], values.size)
    return Tallies(values=values, pooled=pooled, current=drawn, by_day=by_day, codes=codes)


def ranked(found: Histogram, reference: Floats, current: Floats, units: Units, otherwise: Tallies) -> Tallies:
    """Counts that tell ranks: `otherwise`, unless a few far values leave most rows in one bin of equal width.

    Then values are drawn together by the inverse hyperbolic sine of their distance to the median, over the quartiles'.
    """
    rows = reference.size + current.size
    if rows <= 2**BITS or found.pooled.max() < CROWDED * rows:
        return otherwise
    lower, middle, upper = np.quantile(np.concatenate([reference, current]), [0.25, 0.5, 0.75])
    with np.errstate(over="ignore"):
        before, now = (
            np.arcsinh(np.nan_to_num((side - middle) / max(upper - lower, 1e-290))) for side in (reference, current)
        )
    return tallied(histogram(before[units.held], now), before, now, units)


def _placed(sample: Floats, values: Floats, found: Histogram) -> Codes:
    """Which of the values each row is nearest to."""
    edges = (values[1:] + values[:-1]) / 2
    with np.errstate(over="ignore", invalid="ignore"):
        return np.searchsorted(edges, np.nan_to_num((sample - found.lowest) / found.step)).astype(np.int64)
