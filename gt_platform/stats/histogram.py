"""Two samples of one number as counts on few values, few enough to be dealt out a thousand times.

How samples are dealt out, and what is concluded, does not belong here: see calibration.py and permutation.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.distances import Counts, Floats

STEPS = 2**44  # values become whole numbers up to here, so that no sum depends on the order of rows
BITS = 16  # 2**BITS bins of equal width; as few rows are sorted instead
WIDE = 1024  # a bin that makes more of the distance than 1 / WIDE is divided further

Positions = NDArray[np.int64]
Bins = tuple[Positions, Counts, Floats]  # where each starts; rows of either side in it; the sum of their way into it


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """1-d `values` in rising order, how often each is in both samples together, and how often in the current one.

    Values, which start from the `lowest`, and the Wasserstein `distance` of the samples are in steps of `step`.
    """

    values: Floats
    pooled: Counts
    current: Counts
    distance: float
    step: float
    lowest: float

    def coarser(self, most: int) -> tuple[Floats, Counts, Counts]:
        """At most `most` values, each the mean of neighbours, their pooled counts, and those in the current sample.

        Neighbours are merged that hold few rows and make little of the distance. Bins of equal width would drown the
        bulk of a heavy tail, and quantiles its tail.
        """
        if self.values.size <= most:
            return self.values, self.pooled, self.current
        share = np.cumsum(self.pooled)[:-1] / self.pooled.sum()
        reach = np.cumsum(_moved_by_chance(share) * np.diff(self.values))
        places = ((share + reach / reach[-1]) / 2 * (most - 1)).astype(np.int64)
        starts = np.concatenate([[0], 1 + np.flatnonzero(np.diff(places, prepend=0))])
        pooled = np.add.reduceat(self.pooled, starts)
        means = np.add.reduceat(self.values * self.pooled, starts) / pooled
        return means, pooled, np.add.reduceat(self.current, starts)


def histogram(reference: Floats, current: Floats) -> Histogram:
    """Counts of two 1-d samples of finite values, in any order; neither may be empty.

    Up to 65,536 rows on their distinct values. More are counted in as many bins of equal width, and what falls into
    too wide a bin, as the bulk of a heavy tail does, in as many again: two million rows take 20 ms, 50 with a heavy
    tail, sorting them 110. The distance is then exact but for bins within which cumulative shares cross: measured on
    normal, log-normal, Pareto, Cauchy, bimodal and mostly-zero samples within 0.05 % of the exact one, 0.15 % where one
    is fifty times as large as the other.
    """
    low, span = _range(reference, current)
    per_step = STEPS / max(span, 1e-290)
    starts, counts, ways = _counted([_placed(side, low, per_step) for side in (reference, current)])
    sizes = np.array([[reference.size], [current.size]])
    widths = np.diff(starts, append=starts[-1])
    # the integral over a bin of the difference of cumulative shares: what stood at its start, and what its rows add
    moved = np.diff(counts / sizes, axis=0)[0]
    area = (np.cumsum(moved) - moved) * widths + np.diff((counts * widths - ways) / sizes, axis=0)[0]
    pooled = counts.sum(axis=0)
    values = starts - starts[0] + ways.sum(axis=0) / pooled
    return Histogram(
        values=values,
        pooled=pooled,
        current=counts[1],
        distance=float(np.abs(area).sum()),
        step=2 / per_step,
        lowest=2 * low,
    )


def deviation(sample: Floats) -> float:
    """Population standard deviation of a 1-d sample of finite values; above 65,536 of them within 0.003 %."""
    low, span = _range(sample)
    if sample.size <= 2**BITS:
        return float(np.sort((sample / 2 - low) / (span or 1.0)).std()) * 2 * span
    counts = np.bincount(_placed(sample, low, 2**BITS / max(span, 1e-290)))
    share, places = counts / sample.size, np.arange(counts.size) / 2**BITS
    return float(np.sqrt((places - places @ share) ** 2 @ share)) * 2 * span


def _range(*samples: Floats) -> tuple[float, float]:
    """Half of the smallest value, and half of the range: 1e308 - -1e308 would overflow."""
    low = min(float(sample.min()) for sample in samples) / 2
    return low, max(float(sample.max()) for sample in samples) / 2 - low


def _placed(sample: Floats, low: float, per_step: float) -> Positions:
    places = sample / 2
    places -= low  # in place: fresh arrays of a million rows cost more than the arithmetic
    places *= per_step
    return places.astype(np.int64)


def _counted(sides: list[Positions]) -> Bins:
    """Bins in rising order that each hold a row."""
    found, bits = [], 64
    while sum(side.size for side in sides) > 2**BITS:
        low, high = min(int(side.min(initial=STEPS)) for side in sides), max(int(side.max(initial=0)) for side in sides)
        narrower = max((high - low).bit_length() - BITS, 0)
        if narrower == bits:
            break
        bits = narrower
        bins, sides = _binned(sides, low, bits)
        found.append(bins)
    ordered = [np.sort(side) for side in sides]
    together = np.sort(np.concatenate(sides))
    values = together[np.diff(together, prepend=-1) > 0]
    counts = np.array([np.diff(np.searchsorted(side, values), append=side.size) for side in ordered])
    found.append((values, counts, np.zeros(counts.shape)))
    starts, counts, ways = (np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
    order = np.argsort(starts)
    return starts[order], counts[:, order], ways[:, order]


def _binned(sides: list[Positions], low: int, bits: int) -> tuple[Bins, list[Positions]]:
    """Bins of width 2**bits from `low` on, and the rows of bins too wide."""
    places = [(side - low) >> bits for side in sides]
    counts = np.array([np.bincount(place, minlength=2**BITS) for place in places])
    ways = np.array([_ways(side, place, low, bits) for side, place in zip(sides, places, strict=True)])
    held = counts.sum(axis=0)
    reach = _moved_by_chance((np.cumsum(held) - held / 2) / held.sum())
    wide = (reach * WIDE > reach.sum()) & (held > 0) & (bits > 0)
    kept = np.flatnonzero((held > 0) & ~wide)
    left = [side[wide[place]] if wide.any() else side[:0] for side, place in zip(sides, places, strict=True)]
    return (low + (kept << bits), counts[:, kept], ways[:, kept]), left


def _ways(side: Positions, places: Positions, low: int, bits: int) -> Floats:
    within = side - low
    within &= (1 << bits) - 1
    return np.bincount(places, within, 2**BITS).astype(np.float64)


def _moved_by_chance(share: Floats) -> Floats:
    """How far chance moves a cumulative share, up to a factor; times the gap there, what that makes of a distance."""
    moved: Floats = np.sqrt(np.maximum(share * (1 - share), 0))
    return moved
