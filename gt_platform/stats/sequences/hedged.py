"""Confidence sequences that hold at once and are tight later: betting all along, asymptotic bounds when they can be."""

import numpy as np
from numpy.typing import ArrayLike

from gt_platform.stats.sequences.asymptotic import TUNED_FOR, asymptotic
from gt_platform.stats.sequences.betting import betting
from gt_platform.stats.sequences.looks import Running, Side, check_alpha, ends, shares, tightened

TRUSTED_FROM = 100
"""Values before which the central limit theorem is not relied on."""
TRUSTED_SPREAD = 10.0
"""n times mean times (1 - mean), some ten answers of the rarer kind, before which it is not either: asymptotic bounds
alone missed a share of .98 in 9 % of 1,500 runs of 2,000 answers looked at every twenty, from then on in 1.5 %."""
EARLY_SHARE = 0.2
"""Share of alpha that betting gets: the first values seldom decide anything."""


def hedged(
    values: ArrayLike,
    looks: ArrayLike | None = None,
    *,
    alpha: float = 0.05,
    side: Side = "both",
    tuned_for: float = TUNED_FOR,
) -> Running:
    """Bounds of the mean of n values from 0 to 1, at L looks; `looks` as in `asymptotic`. Raises ValueError.

    They are those of `betting`, and from TRUSTED_FROM values and TRUSTED_SPREAD on also those of `asymptotic`.
    """
    check_alpha(alpha)
    value, at = shares(values, "values"), ends(looks, np.size(values))
    exact = betting(value, at, alpha=alpha * EARLY_SHARE, side=side)
    low, high = exact.low.copy(), exact.high.copy()
    mean = exact.estimate
    late = (at >= TRUSTED_FROM) & (at * mean * (1 - mean) >= TRUSTED_SPREAD)
    if late.any():
        loose = asymptotic(value, at[late], alpha=alpha * (1 - EARLY_SHARE), side=side, tuned_for=tuned_for)
        low[late], high[late] = np.fmax(low[late], loose.low), np.fmin(high[late], loose.high)
    return tightened(at, mean, low, high)
