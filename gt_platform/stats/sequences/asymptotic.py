"""Asymptotic confidence sequences: a mean that may be looked at as often as one likes, by the central limit theorem.

Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, Annals of Statistics 52 (2024). Nothing here knows that the
first looks are too early for it, nor that shares near 1 need many more values: for values from 0 to 1 see hedged.py.
"""

import numpy as np
from numpy.typing import ArrayLike

from gt_platform.stats.sequences.looks import Floats, Running, Side, check_alpha, ends, finite, tightened

TUNED_FOR = 400
"""Values after which the bounds are tightest, a few hundred labels being what most decisions here take."""
TUNED_FOR_PERIODS = 12
"""The same in periods, such as nights of 20 to 50 labels."""


def asymptotic(
    values: ArrayLike,
    looks: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    alpha: float = 0.05,
    side: Side = "both",
    tuned_for: float = TUNED_FOR,
) -> Running:
    """Bounds of the mean of n independent values, or of their mean weighted by (n,) `weights`, at L looks.

    `looks` (L,) counts the values seen by each look; without it there is one after every value. The standard error
    is the running one; weights count by Kish's (1965) effective size. A look at fewer than two values, or at equal
    ones, has no bounds (infinite ones). Raises ValueError.
    """
    check_alpha(alpha)
    value, at = finite(values, "values"), ends(looks, np.size(values))
    weight = np.ones(value.size) if weights is None else _positive(weights, value.size)
    total, squares = np.cumsum(weight)[at - 1], np.cumsum(weight**2)[at - 1]
    centred = value - value[0]  # sums of squares of large numbers would lose the small differences
    mean = np.cumsum(weight * centred)[at - 1] / total
    variance = np.maximum(np.cumsum(weight * centred**2)[at - 1] / total - mean**2, 0)
    effective = total**2 / squares
    half = np.full(at.size, np.inf)
    known = (at > 1) & (variance > 1e-12 * (1 + mean**2))
    half[known] = np.sqrt(variance[known]) * _boundary(effective[known], alpha, side, tuned_for) / effective[known]
    return _bounds(at, value[0] + mean, half, side)


def from_estimates(
    estimates: ArrayLike,
    errors: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    alpha: float = 0.05,
    side: Side = "both",
    tuned_for: float = TUNED_FOR_PERIODS,
) -> Running:
    """Bounds of the common mean of T periods' unbiased (T,) `estimates` with (T,) standard `errors`, at each period.

    For estimates of a designed sample, such as last night's stratified score. The mean is weighted by (T,)
    `weights`, equal ones if none are given; take what was known beforehand, such as effective sample sizes, never
    the inverse squared errors: a share's error shrinks as the share rises, which would bias the mean. `tuned_for`
    counts periods like the first whose error is not 0. Raises ValueError.
    """
    check_alpha(alpha)
    value, error = finite(estimates, "estimates"), finite(errors, "errors")
    if value.shape != error.shape or (error < 0).any():
        raise ValueError(f"{value.size} estimates, {error.size} errors: give one of each, errors not negative")
    weight = np.ones(value.size) if weights is None else _positive(weights, value.size)
    total, squares = np.cumsum(weight), np.cumsum((weight * error) ** 2)
    half = np.full(value.size, np.inf)
    known = squares > 0
    if known.any():
        unit = squares[known][0]
        half[known] = np.sqrt(unit) * _boundary(squares[known] / unit, alpha, side, tuned_for) / total[known]
    return _bounds(np.arange(1, value.size + 1), np.cumsum(weight * value) / total, half, side)


def _boundary(time: Floats, alpha: float, side: Side, tuned_for: float) -> Floats:
    """What a random walk with unit steps stays within at all times, with probability 1 - alpha: Robbins (1970)."""
    if not tuned_for > 0:
        raise ValueError(f"tuned_for is {tuned_for}; it must be above 0")
    level = alpha if side == "both" else min(2 * alpha, 0.999)
    log = -2 * np.log(level)
    grown = time * (log + np.log(log + 1)) / tuned_for + 1  # t rho^2 + 1, with the paper's rho for `tuned_for`
    spread = time * grown / (grown - 1)
    if side == "both":
        return np.asarray(np.sqrt(2 * spread * np.log(np.sqrt(grown) / alpha)))
    return np.asarray(np.sqrt(2 * spread * np.log(1 + np.sqrt(grown) / (2 * alpha))))


def _bounds(at: ArrayLike, mean: Floats, half: Floats, side: Side) -> Running:
    low = mean - half if side != "high" else np.full(mean.size, -np.inf)
    high = mean + half if side != "low" else np.full(mean.size, np.inf)
    return tightened(np.asarray(at, dtype=np.int64), mean, low, high)


def _positive(weights: ArrayLike, size: int) -> Floats:
    found = finite(weights, "weights")
    if found.size != size or (found <= 0).any():
        raise ValueError(f"{found.size} weights for {size} values: give one each, all above 0")
    return found
