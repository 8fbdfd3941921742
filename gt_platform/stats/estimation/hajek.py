"""Ratios from units with any inclusion probabilities, alone or in clusters that were drawn as a whole."""

import numpy as np

from gt_platform.stats.design import Codes, Floats, over
from gt_platform.stats.survey import Estimates


def hajek(
    probability: Floats,
    numerator: Floats,
    denominator: Floats,
    *,
    stratum: Codes | None = None,
    cluster: Codes | None = None,
) -> Estimates:
    """Estimate m ratios of totals (n, m), each unit standing for 1 / its inclusion `probability` (n,).

    The weighted ratio is Hajek's (1971). Its variance is that of totals of ultimate clusters, drawn as if with
    replacement within strata (Hansen, Hurwitz & Madow 1953), which is a little too large where much of the
    population was drawn. Without `cluster` (n,) every unit is its own, without `stratum` (n,) there is one. Student's
    t has as many degrees of freedom as clusters less strata. `effective` counts clusters, not units.

    Raises ValueError for a probability that is not above 0 and at most 1, values that are not finite, and a cluster
    that lies in several strata. A stratum with a single cluster is judged by its distance from the mean over all. One
    cluster alone shows no variance: its error is NaN, and no interval follows.
    """
    _check(probability, numerator, denominator)
    n = len(probability)
    stratum = np.zeros(n, dtype=np.int64) if stratum is None else np.unique(stratum, return_inverse=True)[1]
    cluster = np.arange(n) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    weight = (1 / probability)[:, None]
    value = over((weight * numerator).sum(axis=0), (weight * denominator).sum(axis=0))
    residual = numerator - np.nan_to_num(value) * denominator
    shares, sums = _by(cluster, weight * denominator), _by(cluster, weight * residual)
    deviation, factor = _deviations(sums, _strata_of(stratum, cluster))
    total, seen = np.abs(shares.sum(axis=0)), (shares != 0).sum(axis=0)
    variance = np.where(seen > 1, (factor * deviation**2).sum(axis=0), np.nan)
    scatter = over((weight * residual**2).sum(axis=0), (weight * denominator**2).sum(axis=0))
    return Estimates(
        value,
        over(np.sqrt(variance), total),
        np.maximum(seen - (stratum.max(initial=0) + 1.0), 1.0),
        (denominator != 0).sum(axis=0),
        np.nan_to_num(over(total**2, (shares**2).sum(axis=0))),
        np.nan_to_num(over((factor * deviation**3).sum(axis=0), variance**1.5)),
        np.nan_to_num(scatter),
    )


def _deviations(sums: Floats, stratum: Codes) -> tuple[Floats, Floats]:
    """How far each cluster's total is from its stratum's mean, (C, m), and C_h / (C_h - 1), (C, 1)."""
    count = np.bincount(stratum).astype(np.float64)[stratum][:, None] if len(stratum) else np.ones((0, 1))
    mean = _by(stratum, sums)[stratum] / count
    mean = np.where(count > 1, mean, sums.mean(axis=0) if len(sums) else 0.0)
    return sums - mean, count / np.maximum(count - 1, 1)


def _by(code: Codes, values: Floats) -> Floats:
    """Totals of `values` (n, m) by code."""
    out = np.zeros((int(code.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(out, code, values)
    return out


def _strata_of(stratum: Codes, cluster: Codes) -> Codes:
    first = np.unique(cluster, return_index=True)[1]
    if (stratum[first][cluster] != stratum).any():
        raise ValueError("a cluster lies in several strata: name its parts apart, or estimate without strata")
    return np.asarray(stratum[first])


def _check(probability: Floats, numerator: Floats, denominator: Floats) -> None:
    if not ((probability > 0) & (probability <= 1)).all():
        raise ValueError("an inclusion probability is not above 0 and at most 1: such a unit could not have been drawn")
    if not (np.isfinite(numerator).all() and np.isfinite(denominator).all()):
        raise ValueError("values must be finite: leave out units without an answer")
