"""A randomisation test of no difference: which system is called the second is a coin flip, by item or by cluster."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gt_platform.stats.comparisons.pairs import Floats, units

EXACT_UNITS = 14
"""Units up to which every one of the 2^U assignments is tried."""
CELLS_AT_ONCE = 2_000_000
TIES = 1 - 1e-9  # equal sums must tie although they are rounded differently


@dataclass(frozen=True, kw_only=True)
class SignFlips:
    """The two-sided p-value, exact or from `flips` random assignments; `groups` is how many units were flipped."""

    p_value: float
    flips: int
    exact: bool
    n: int
    groups: int


def sign_flips(
    difference: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    flips: int = 9999,
    seed: int = 0,
) -> SignFlips:
    """Test (n,) paired differences by flipping the signs of whole units; exact while errors are symmetric about 0.

    Holds for any number of units, clusters of any likeness and any weights. With U units no p-value can be below
    2^(1-U): five cannot show anything at 5 %. Source: Fisher (1935). Raises ValueError.
    """
    if flips < 1:
        raise ValueError(f"{flips} flips; at least 1 is needed")
    found = units(difference, weights, clusters)
    total = found.total[found.total != 0]
    if not total.size:
        return SignFlips(p_value=1.0, flips=0, exact=True, n=found.items, groups=found.total.size)
    observed = abs(float(total.sum())) * TIES
    if total.size <= EXACT_UNITS:
        signs = 1 - 2.0 * (np.arange(2**total.size)[:, None] >> np.arange(total.size) & 1)
        p_value = float((np.abs(signs @ total) >= observed).mean())
        return SignFlips(p_value=p_value, flips=2**total.size, exact=True, n=found.items, groups=found.total.size)
    as_extreme = _as_extreme(total, observed, flips, np.random.Generator(np.random.PCG64(seed)))
    return SignFlips(
        p_value=(1 + as_extreme) / (1 + flips), flips=flips, exact=False, n=found.items, groups=found.total.size
    )


def _as_extreme(total: Floats, observed: float, flips: int, rng: np.random.Generator) -> int:
    at_once = max(1, CELLS_AT_ONCE // total.size)
    count = 0
    for start in range(0, flips, at_once):
        signs = 2.0 * rng.integers(0, 2, (min(at_once, flips - start), total.size), dtype=np.int8) - 1
        count += int((np.abs(signs @ total) >= observed).sum())
    return count
