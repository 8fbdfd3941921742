"""How large a distance chance makes: counts of two samples dealt out again at their sizes, and what follows from it.

Distances are the callers'; which samples are compared, and how, belongs in permutation.py.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.distances import Counts, Floats

CELLS_AT_ONCE = 4_000_000  # draws x levels held in memory: 32 MB
SWAPS_PER_LEVEL = 8  # swapping a row costs 10 ns, drawing the count of a level 50-130 ns (measured)
DENSE = 64  # rows expected of a level in the smaller sample from which its count is drawn as a normal, at 10 ns
TIES = 1e-9  # equal tables of counts must tie although their sums are rounded differently


def by_chance(
    distance: Callable[[Floats], Floats],
    pooled: Counts,
    current: Counts,
    *,
    permutations: int,
    rng: np.random.Generator,
) -> tuple[float, Floats]:
    """The distance of 1-d counts, and the distances that chance makes of them, in rising order.

    `distance` takes counts of the current sample with levels in the last axis and returns one distance for every row;
    `pooled` counts both samples.
    """
    observed = float(distance(current[np.newaxis].astype(np.float64))[0])
    dealt = redealt(pooled, int(current.sum()), permutations, rng)
    return observed, np.sort(np.concatenate([distance(counts) for counts in dealt]))


def judged(observed: float, chance: Floats, alpha: float) -> tuple[float, float]:
    """The threshold that chance, sorted, exceeds with probability alpha, and the p-value of what was observed.

    The p-value is (1 + chance further apart + half of chance exactly as far) / (1 + permutations), the mid-p of
    Lancaster (1961): with few possible tables, as of a binary column, counting ties as further apart would find nothing
    at the rate alpha promises. It is at most alpha exactly when the distance is above the threshold. Raises ValueError
    for too few permutations for alpha.
    """
    allowed = alpha * (chance.size + 1) - 1 + 1e-9
    if allowed < 0:
        raise ValueError(f"{chance.size} permutations cannot reach alpha {alpha}; use {int(np.ceil(1 / alpha))}")
    p_value = (1 + _further(chance, observed)) / (1 + chance.size)
    threshold = float(chance[chance.size - 1 - int(allowed)])
    rare = _further(chance, threshold) <= allowed  # even a distance as large as this
    return threshold * (1 - TIES if rare else 1 + TIES), p_value


def redealt(pooled: Counts, size: int, permutations: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Counts of random samples of `size` rows without replacement, a block of rows after the other."""
    at_once = max(1, CELLS_AT_ONCE // pooled.size)
    for start in range(0, permutations, at_once):
        yield _dealt(pooled, size, min(at_once, permutations - start), rng)


def _dealt(pooled: Counts, size: int, draws: int, rng: np.random.Generator) -> Floats:
    """Exact counts of sparse levels and of all dense ones together; given those, normal counts of each dense one."""
    rows = int(pooled.sum())
    dense = pooled * min(size, rows - size) >= DENSE * rows
    exact = np.append(pooled[~dense], pooled[dense].sum())
    by_row = min(size, rows - size) < SWAPS_PER_LEVEL * exact.size
    drawn = rng.multivariate_hypergeometric(exact, size, size=draws, method="count" if by_row else "marginals")
    counts = np.empty((draws, pooled.size))
    counts[:, ~dense] = drawn[:, :-1]
    if dense.any():
        counts[:, dense] = _normal(pooled[dense], drawn[:, -1:], rng)
    return counts


def _normal(pooled: Counts, size: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Normal counts with the mean and the covariance of the multivariate hypergeometric distribution."""
    rows = pooled.sum()
    share = pooled / rows
    noise = rng.standard_normal((size.size, pooled.size))
    noise *= np.sqrt(share)
    noise -= noise.sum(axis=1, keepdims=True) * share
    noise *= np.sqrt(size * (rows - size) / max(rows - 1, 1))
    noise += size * share
    return noise


def _further(chance: Floats, observed: float) -> float:
    """How many of the sorted distances are above the one observed, half of those equal to it included."""
    low, high = np.searchsorted(chance, [observed * (1 - TIES), observed * (1 + TIES)], "right")
    return float(chance.size - (low + high) / 2)
