"""Bootstrap intervals of statistics that are functions of sums over independent units.

A statistic is given the units' weighted sums, one row for each resample, so that thousands of resamples are one matrix
product. Units that are alike are one row with a frequency, and a great many are dealt into random groups.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.crossed import Left, Panel
from gt_platform.stats.intervals import LEVEL

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

REPLICATES = 2000
MOST_GROUPS = 4096
"""Groups beyond which more of them no longer sharpen an interval: its width then varies by 1 %."""
MOST_UNDEFINED = 0.05
"""Share of resamples in which a statistic may be undefined before the bootstrap says nothing about it."""
CELLS_AT_ONCE = 4_000_000
TIES = 1e-9  # resamples like the units as they are must tie with them although their sums are rounded otherwise
FLAT = 1e-12  # values no further apart are equal but for rounding


@dataclass(frozen=True)
class Statistic:
    """m functions of sums: `sums` (D, S) of each distinct unit, `frequency` (D,) how many such units there are.

    `of` turns (B, S) weighted sums into (B, m) values, NaN where one is undefined. `contrary` (S,) are the sums of a
    unit unlike the others, which lowers the values: what may exist though none was seen. `panel` gives the values
    without each of those who rated the units, where they are a sample as well.
    """

    sums: "Floats | csr_array"
    frequency: Codes
    of: Callable[[Floats], Floats]
    contrary: Floats | None = None
    panel: Callable[[], Panel] | None = None

    def value(self) -> Floats:
        """The m values of the units as they are."""
        return np.asarray(self.at((self.frequency @ self.sums)[np.newaxis])[0])

    def at(self, sums: Floats) -> Floats:
        """The values of (B, S) sums; what cannot be divided is NaN without a warning."""
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            return self.of(sums)

    def without(self, lost: "Floats | csr_array") -> Floats:
        """The values, (B, m), where the sums of all units are less by `lost` (B, S)."""
        from scipy.sparse import issparse

        total = self.frequency @ self.sums
        at_once = max(1, CELLS_AT_ONCE // max(1, len(total)))
        parts: list[Any] = [lost[start : start + at_once] for start in range(0, lost.shape[0], at_once)]
        return np.concatenate([self.at(total - (part.toarray() if issparse(part) else part)) for part in parts])


def columns(*parts: "Floats | csr_array") -> "Floats | csr_array":
    """Sums side by side, each (D,) or (D, S); sparse where there are more units than will be resampled as they are."""
    from scipy.sparse import csr_array, hstack, issparse

    upright: list[Any] = [part[:, np.newaxis] if part.ndim == 1 else part for part in parts]
    if upright[0].shape[0] > MOST_GROUPS and any(map(issparse, upright)):
        return csr_array(hstack(upright))
    return np.hstack([part.toarray() if issparse(part) else part for part in upright])


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """m values with their bounds, each (m,); NaN where undefined. The bounds are NaN where the value is."""

    value: Floats
    low: Floats
    high: Floats


def bootstrap(statistic: Statistic, *, seed: int, replicates: int = REPLICATES) -> Bootstrap:
    """95 % BCa bootstrap intervals over units (Efron 1987), with an acceleration from the jackknife.

    More units than MOST_GROUPS are dealt at random into that many groups of nearly one size, which are then resampled
    whole: the random-groups bootstrap has the same expected spread (Wolter 2007, chapter 2) at a bounded cost.

    The quantiles are those of Student's t, widened by sqrt(n / (n - 1)), for the spread that resampling n units loses
    (Hesterberg 2015).

    Where every resample gives one value, as when all units agree, a bootstrap sees no doubt at all. But a share q =
    1 - .025^(1/n) of other units may go unseen in n (Clopper & Pearson 1934): the bounds are q away from the value, and
    the lower one no higher than the value with a share q of contrary units. It is up to the caller to cut them at
    the ends of the statistic's range. Where over 5 % of the resamples are undefined there are no bounds. Raises
    ValueError without units or replicates.
    """
    if statistic.frequency.sum() < 1 or replicates < 1:
        raise ValueError(f"{statistic.frequency.sum()} units, {replicates} replicates: both need one at least")
    rng = np.random.Generator(np.random.PCG64(seed))
    value, drawn = statistic.value(), _grouped(statistic, rng)
    found = np.concatenate([drawn.at(weights @ drawn.sums) for weights in _resamples(drawn, replicates, rng)])
    left_out = drawn.without(drawn.sums)
    bounds = [_bca(*column, drawn.frequency) for column in zip(value, found.T, left_out.T, strict=True)]
    low, high = np.array(bounds, dtype=np.float64).reshape(-1, 2).T
    with np.errstate(invalid="ignore"):
        flat = np.ptp(np.where(np.isfinite(found), found, value), axis=0) <= FLAT
    lowest, highest = _unseen(statistic, value)
    return Bootstrap(value=value, low=np.where(flat, lowest, low), high=np.where(flat, highest, high))


def without_units(statistic: Statistic, *, seed: int) -> Left:
    """The values without each unit, or each group of them where there are too many."""
    drawn = _grouped(statistic, np.random.Generator(np.random.PCG64(seed)))
    return Left(values=drawn.without(drawn.sums), frequency=drawn.frequency)


def _grouped(statistic: Statistic, rng: np.random.Generator) -> Statistic:
    """The statistic over groups of units where there are too many distinct units."""
    sums, frequency = dealt(statistic.sums, statistic.frequency, rng)
    return statistic if sums is statistic.sums else Statistic(sums, frequency, statistic.of)


def dealt(sums: "Floats | csr_array", frequency: Codes, rng: np.random.Generator) -> tuple[Floats | Any, Codes]:
    """Sums (D, S) of things and how many there are of each, (D,); of groups of them where too many are distinct."""
    from scipy.sparse import coo_array, issparse

    count = len(frequency)
    if count <= MOST_GROUPS:
        return sums, frequency
    thing = np.repeat(np.arange(count), frequency)
    group = rng.permutation(len(thing)) % MOST_GROUPS
    shared = coo_array((np.ones(len(thing)), (group, thing)), shape=(MOST_GROUPS, count)).tocsr()
    found = shared @ sums
    return found.toarray() if issparse(found) else found, np.ones(MOST_GROUPS, dtype=np.int64)


def _resamples(statistic: Statistic, replicates: int, rng: np.random.Generator) -> list[Floats]:
    """Chunks of (b, D) weights: how often each distinct unit is drawn, with replacement."""
    size = int(statistic.frequency.sum())
    at_once = max(1, CELLS_AT_ONCE // len(statistic.frequency))
    starts = range(0, replicates, at_once)
    return [
        rng.multinomial(size, statistic.frequency / size, size=min(at_once, replicates - start)).astype(np.float64)
        for start in starts
    ]


def _bca(value: float, found: Floats, left_out: Floats, frequency: Codes) -> tuple[float, float]:
    from scipy.special import ndtr, ndtri, stdtrit

    defined = found[np.isfinite(found)]
    if not np.isfinite(value) or len(defined) < (1 - MOST_UNDEFINED) * len(found):
        return np.nan, np.nan
    equal = np.abs(defined - value) <= TIES
    below = (((defined < value) & ~equal).sum() + equal.sum() / 2) / len(defined)
    bias = ndtri(np.clip(below, 0.5 / len(defined), 1 - 0.5 / len(defined)))
    n = max(2, int(frequency.sum()))
    z = bias + stdtrit(n - 1, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) * np.sqrt(n / (n - 1))
    share = ndtr(bias + z / (1 - _acceleration(left_out, frequency) * z))
    low, high = np.quantile(defined, share)
    return min(float(low), value), max(float(high), value)


def _acceleration(left_out: Floats, frequency: Codes) -> float:
    """A sixth of the skewness of the jackknife's influences; 0 where they do not vary."""
    kept = np.isfinite(left_out)
    if not kept.any():
        return 0.0
    weight = frequency[kept]
    influence = np.average(left_out[kept], weights=weight) - left_out[kept]
    square = float(weight @ influence**2)
    return float(weight @ influence**3) / (6 * square**1.5) if square > 1e-24 else 0.0


def _unseen(statistic: Statistic, value: Floats) -> tuple[Floats, Floats]:
    """Bounds of values without spread, for the units of another kind that n units may have missed."""
    n = int(statistic.frequency.sum())
    share = 1 - ((1 - LEVEL) / 2) ** (1 / n)
    low = value - share
    if statistic.contrary is not None:
        total = statistic.frequency @ statistic.sums
        low = np.fmin(low, statistic.at((total + n * share / (1 - share) * statistic.contrary)[np.newaxis])[0])
    return low, value + share
