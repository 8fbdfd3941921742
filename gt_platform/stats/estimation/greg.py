"""Generalised regression: what is known of every unit of the population sharpens what is known of the sample.

The variance of the residuals by design is the business of `survey`.
"""

from dataclasses import replace

import numpy as np

from gt_platform.stats.between import Sampled
from gt_platform.stats.design import Codes, Design, Floats, over, unit_weights
from gt_platform.stats.survey import Estimates, linearised

MOST_LEVERAGE = 0.5
"""A unit that decides half of its own prediction leaves no residual to judge it by; see `greg`."""


def calibrated(weight: Floats, auxiliary: Floats, totals: Floats) -> Floats:
    """The g-weights (n,) that bring a sample's weighted totals of p auxiliary variables to the known `totals` (p,).

    g = 1 + (t - t_w)' (sum of w x x')^-1 x, the least change of the weights in the chi-square distance (Deville &
    Sarndal 1992). `auxiliary` (n, p) holds the intercept too, 0 in all columns outside a domain. A column that the
    others make up in the sample cannot be calibrated on and changes nothing. Raises ValueError for values that are
    not finite or do not fit each other, and for weights that are not positive.
    """
    _check(weight, auxiliary, totals)
    return _brought(weight, auxiliary, totals, _inverse(weight, auxiliary))


def _brought(weight: Floats, auxiliary: Floats, totals: Floats, inverse: Floats) -> Floats:
    return np.asarray(1 + auxiliary @ (inverse @ (totals - weight @ auxiliary)))


def greg(
    design: Design,
    numerator: Floats,
    denominator: Floats,
    auxiliary: Floats,
    totals: Floats,
    *,
    cluster: Codes | Sampled | None = None,
) -> Estimates:
    """Estimate m ratios of totals (n, m) with weights calibrated on p auxiliary variables known for every unit.

    The generalised regression estimator (Sarndal, Swensson & Wretman 1992, 6.4-6.6): it is nearly unbiased however
    wrong the linear model, and the more precise the better the auxiliaries predict. `auxiliary` (n, p) and `totals`
    (p,) are as in `calibrated`; the totals are those of the very units that the design stands for.

    The variance is that of the g-weighted residuals within strata. Residuals of a model fitted to the same units are
    too small: each is divided by 1 - its leverage, at most MOST_LEVERAGE (HC3, MacKinnon & White 1985), and every
    auxiliary beyond the intercept takes a degree of freedom.
    """
    weight = unit_weights(design)
    _check(weight, auxiliary, totals)
    inverse = _inverse(weight, auxiliary)
    g = _brought(weight, auxiliary, totals, inverse)[:, None]
    value = over((weight[:, None] * g * numerator).sum(axis=0), (weight[:, None] * g * denominator).sum(axis=0))
    linear = numerator - np.nan_to_num(value) * denominator
    residual = _left(weight, auxiliary, linear, inverse)
    leverage = weight * ((auxiliary @ inverse) * auxiliary).sum(axis=1)
    # the intercept's own share of the leverage is what the variance within strata already accounts for
    inside = auxiliary.any(axis=1)
    excess = np.clip(leverage - 1 / max(int(inside.sum()), 1), 0, MOST_LEVERAGE)[:, None]
    found = linearised(design, value, g * residual / (1 - excess), g * denominator, cluster=cluster)
    spent = max(int(np.linalg.matrix_rank((auxiliary * np.sqrt(weight)[:, None])[inside])) - 1, 0)
    scatter = over((weight[:, None] * linear**2).sum(axis=0), (weight[:, None] * denominator**2).sum(axis=0))
    return replace(found, freedom=found.freedom - spent, scatter=np.nan_to_num(scatter))


def unexplained(weight: Floats, auxiliary: Floats, values: Floats) -> Floats:
    """What the auxiliary variables (n, p) do not tell of values (n, m), by weighted least squares."""
    return _left(weight, auxiliary, values, _inverse(weight, auxiliary))


def _left(weight: Floats, auxiliary: Floats, values: Floats, inverse: Floats) -> Floats:
    return np.asarray(values - auxiliary @ (inverse @ (auxiliary * weight[:, None]).T @ values))


def _inverse(weight: Floats, auxiliary: Floats) -> Floats:
    """The inverse of the weighted cross-products (p, p); of columns of any scale, and without those made up."""
    inside = auxiliary.any(axis=1)
    weighted = auxiliary[inside] * np.sqrt(weight[inside])[:, None]
    scale = np.sqrt((weighted**2).sum(axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    # not of the products themselves: squaring would lose half the digits of a column that hardly varies
    root = np.linalg.pinv(weighted / scale, rcond=1e-9)
    return np.asarray(root @ root.T / np.outer(scale, scale))


def _check(weight: Floats, auxiliary: Floats, totals: Floats) -> None:
    if auxiliary.ndim != 2 or auxiliary.shape != (len(weight), len(totals)):
        raise ValueError(
            f"auxiliary is {auxiliary.shape}: need a row for each of {len(weight)} units and a column for each of "
            f"{len(totals)} totals"
        )
    if not (np.isfinite(auxiliary).all() and np.isfinite(totals).all()):
        raise ValueError(
            "auxiliary variables and their totals must be finite: give missing values a level of their own"
        )
    if not (np.isfinite(weight).all() and (weight > 0).all()):
        raise ValueError("weights must be finite and positive")
