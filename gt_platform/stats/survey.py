"""Estimating ratios of totals from a stratified sample, with a variance that holds in small strata.

Turning an estimate and its variance into an interval belongs in `intervals`.
"""

from dataclasses import dataclass, replace

import numpy as np

from gt_platform.stats.between import Sampled, between
from gt_platform.stats.clusters import together
from gt_platform.stats.design import (
    PRIOR_UNITS,
    Codes,
    Design,
    Floats,
    over,
    stratified,
    stratum_sums,
    unit_weights,
    unweighted,
)

__all__ = ["Codes", "Design", "Estimates", "Floats", "linearised", "ratio", "stratified", "unweighted"]

MOST_GAIN = 1.5
"""How much stratification can be believed to gain when there are few degrees of freedom; see `ratio`."""


@dataclass(frozen=True)
class Estimates:
    """m ratios, each field (m,). `value` and `error` are NaN where no unit counts towards the denominator.

    `error` is the standard error, `freedom` its degrees of freedom, `n` the units with a denominator, and
    `effective` Kish's (1965) effective sample size: that of a simple random sample from a population without
    end in which equally scattered values would give the same variance. `skewness` is that of the value's own
    distribution and `scatter` the variance of a unit's values around it; None where they are not known.
    """

    value: Floats
    error: Floats
    freedom: Floats
    n: Codes
    effective: Floats
    skewness: Floats | None = None
    scatter: Floats | None = None


def ratio(
    design: Design, numerator: Floats, denominator: Floats, *, cluster: Codes | Sampled | None = None
) -> Estimates:
    """Estimate m ratios of totals, sum(numerator) / sum(denominator); both are (n, m) in the design's order.

    A domain is estimated by setting both to 0 outside it. The weighted ratio is Hajek's; its variance is
    Taylor's linearisation with the finite population correction (Sarndal, Swensson & Wretman 1992, 5.6-5.8).

    A stratum of two to four units often shows no variance at all, so intervals from the textbook's s_h^2
    cover too little. Each s_h^2 is mixed with the variance pooled over all strata, as if PRIOR_UNITS more
    units had been seen; a single unit thus takes the pooled one, and none is ever without variance.

    Even so, a stratum with most of the weight may by luck show too little. The variance is therefore never less
    than that of an unstratified sample with these weights divided by MOST_GAIN + df / 100: half as much again is
    the most that strata were seen to gain in practice, and more is believed as degrees of freedom show it.

    Units with the same code in `cluster` (n,) may resemble each other, as events of one user do; see `together`, and
    `between` where clusters are a sample of others like them.
    """
    if len(design.first) == 0:
        n = np.zeros(denominator.shape[1], dtype=np.int64)
        none = np.full(len(n), np.nan)
        return Estimates(none, none, none, n, np.zeros(len(n)))
    weight = unit_weights(design)[:, None]
    value = over((weight * numerator).sum(axis=0), (weight * denominator).sum(axis=0))
    residual = numerator - np.nan_to_num(value) * denominator
    return linearised(design, value, residual, denominator, cluster=cluster)


def linearised(
    design: Design, value: Floats, residual: Floats, share: Floats, *, cluster: Codes | Sampled | None = None
) -> Estimates:
    """The estimates of m values (m,) whose errors are the weighted means of `residual` (n, m), see `ratio`.

    `share` (n, m) is what each unit adds to the total that the residuals' total is divided by; 0 outside a domain.
    """
    n = (share != 0).sum(axis=0)
    weight = unit_weights(design)[:, None]
    total = (weight * share).sum(axis=0)
    scale = (weight * share**2).sum(axis=0)
    pooled = np.nan_to_num(over((weight * residual**2).sum(axis=0), scale))
    factor = (design.weight**2 * (1 - design.fraction))[:, None]
    spread = factor * stratum_sums(design, share**2)
    census = (spread.sum(axis=0) == 0) & (n > 0)
    freedom = np.where(census, n - 1.0, _freedom(design, share, spread))
    variance = (factor * _mixed(design, residual, share, pooled)).sum(axis=0)
    variance = np.fmax(variance, pooled * spread.sum(axis=0) / (MOST_GAIN + freedom / 100))
    effective = np.where(census, np.inf, over(total**2, spread.sum(axis=0)))
    skewness = np.nan_to_num(over(_third(design, residual, share, weight), variance**1.5)) * np.sign(total)
    found = Estimates(value, over(np.sqrt(variance), np.abs(total)), freedom, n, effective, skewness, pooled)
    if isinstance(cluster, Sampled):
        extra, clusters = between(design, residual, share, cluster, found.error**2)
        own = over(found.error**4, found.freedom)
        return _clustered(found, extra, over((found.error**2 + extra) ** 2, own + extra**2 / clusters))
    if cluster is None:
        return found
    extra, clusters = together(design, residual, share, cluster)
    own = found.error**2
    freedom = over(own * found.freedom + extra * np.fmax(clusters, 1), own + extra)
    return _clustered(found, extra, np.fmin(found.freedom, freedom))


def _clustered(found: Estimates, extra: Floats, freedom: Floats) -> Estimates:
    """Add what clusters vary together, which leaves so many degrees of freedom."""
    own = found.error**2
    freedom = np.where(extra > 0, freedom, found.freedom)
    skewness = None if found.skewness is None else found.skewness * np.nan_to_num(over(own, own + extra)) ** 1.5
    return replace(found, error=np.sqrt(own + extra), freedom=freedom, skewness=skewness)


def _third(design: Design, residual: Floats, share: Floats, weight: Floats) -> Floats:
    """The third cumulant of the weighted total of the residuals, (m,): a stratum's own mixed with the pooled one."""
    count = design.answered[:, None]
    centred = residual - np.repeat(stratum_sums(design, residual) / count, design.answered.astype(np.int64), axis=0)
    own = count * stratum_sums(design, _cubed(centred)) / np.maximum(count - 2, 1)
    size = _cubed(np.abs(share))
    pooled = np.nan_to_num(over((weight * _cubed(residual)).sum(axis=0), (weight * size).sum(axis=0)))
    prior = PRIOR_UNITS * pooled * stratum_sums(design, size)
    factor = (design.weight**3 * (1 - design.fraction))[:, None]
    return np.asarray((factor * ((count - 1) * own + prior) / (count - 1 + PRIOR_UNITS)).sum(axis=0))


def _cubed(values: Floats) -> Floats:
    """Numpy's own power takes ten times as long."""
    return values * values * values


def _mixed(design: Design, residual: Floats, denominator: Floats, pooled: Floats) -> Floats:
    """r_h * s_h^2 of each stratum after mixing, (H, m)."""
    count = design.answered[:, None]
    # r_h - 1 times r_h s_h^2
    own = count * stratum_sums(design, residual**2) - stratum_sums(design, residual) ** 2
    prior = pooled * stratum_sums(design, denominator**2)
    # rounding can leave a stratum without variance a hair below 0
    return np.asarray((np.maximum(own, 0) + PRIOR_UNITS * prior) / (count - 1 + PRIOR_UNITS))


def _freedom(design: Design, denominator: Floats, spread: Floats) -> Floats:
    """Satterthwaite's (1946) degrees of freedom at equal variances: those estimated would be too unstable."""
    count = design.answered[:, None]
    members = stratum_sums(design, (denominator != 0).astype(np.float64))
    own = members * (count - 1 + PRIOR_UNITS) / count
    return over(spread.sum(axis=0) ** 2, np.nan_to_num(over(spread**2, own)).sum(axis=0))
