"""Shares of successes, one for each annotator, with their Beta intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.intervals import LEVEL

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of `n` trials with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def jeffreys(successes: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """Bounds of shares by Jeffreys' interval, the quantiles of Beta(s + 1/2, n - s + 1/2); 0 and 1 at the ends.

    Source: Brown, Cai and DasGupta (2001), which also sets the lower bound of none to 0 and the upper of all to 1.
    Raises ValueError unless 0 <= successes <= n.
    """
    from scipy.special import betaincinv

    right, trials = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if not ((right >= 0) & (right <= trials)).all():
        raise ValueError("successes must lie between 0 and the number of trials")
    low = betaincinv(right + 0.5, trials - right + 0.5, (1 - LEVEL) / 2)
    high = betaincinv(right + 0.5, trials - right + 0.5, (1 + LEVEL) / 2)
    return np.where(right == 0, 0.0, low), np.where(right == trials, 1.0, high)


def shares(annotator: Codes, success: ArrayLike, annotators: int) -> list[Share | None]:
    """Each annotator's share of successes, (R,); None for one without a trial.

    `annotator` (n,) and `success` (n,) of 0 or 1, one of each a trial; a negative success is unknown and no trial:
    whether answers to honeypots were right, or were accepted as they were, or were given faster than anyone can.
    """
    known = np.asarray(success) >= 0
    n = np.bincount(annotator[known], minlength=annotators)
    right = np.bincount(annotator[known], weights=np.asarray(success, dtype=np.float64)[known], minlength=annotators)
    low, high = jeffreys(right, n)
    return [
        Share(value=float(right[at] / n[at]), low=float(low[at]), high=float(high[at]), n=int(n[at])) if n[at] else None
        for at in range(annotators)
    ]
