"""Prediction-powered inference: labels of a few units, predictions of a judge for all.

The judge may be as wrong as it likes: its errors on the labeled units are taken off again.
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.design import Codes, Design, Floats, over
from gt_platform.stats.survey import Estimates, linearised

SHRINKAGE = 10.0
"""Units' worth of the pooled lambda each stratum's own is mixed with; 10 by simulation (tests/bench/estimators.py)."""
LEAST_UNITS = 3
"""Labels below which a slope and a spread around it cannot both be told."""


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """Predictions of the units without labels, by stratum: how many, their mean and variance (ddof 0); each (H,)."""

    units: Floats
    mean: Floats
    variance: Floats


def predicted(prediction: Floats, stratum: Codes, strata: int) -> Predicted:
    """Sum up the predictions (N,) of the units without labels; what SQL or a stream has summed up does as well."""
    units = np.bincount(stratum, minlength=strata).astype(np.float64)
    present = np.maximum(units, 1)
    mean = np.bincount(stratum, prediction, strata) / present
    return Predicted(
        units=units, mean=mean, variance=np.bincount(stratum, (prediction - mean[stratum]) ** 2, strata) / present
    )


def ppi(
    value: Floats, prediction: Floats, stratum: Codes, others: Predicted, *, lambdas: Floats | None = None
) -> Estimates:
    """Estimate one mean from labels drawn at random within H strata, and predictions for everyone; fields (1,).

    `value` and `prediction` (n,) are the labeled units', `stratum` (n,) their codes, ascending; `others` sums up the
    units without labels. The estimate is the sum over strata of W_h (lambda_h mean of the others' predictions + mean
    of value - lambda_h prediction), W_h the stratum's share of all units: PPI++ (Angelopoulos, Duchi & Zrnic 2023), in
    strata Fisch et al. (2024). With one stratum lambda is theirs, cov / ((1 + n / N) var) clipped to 0-1; with several
    each stratum's own is mixed with SHRINKAGE units of the one that would be best for all. `lambdas` (H,) sets them.

    Raises ValueError where a stratum has labels but no units without, or none at all, or values are not finite.
    """
    labeled = np.bincount(stratum, minlength=len(others.units)).astype(np.float64)
    _check(value, prediction, stratum, others, labeled)
    size = labeled + others.units
    first = np.searchsorted(stratum, np.arange(len(size)))
    design = Design(
        first=first, answered=labeled, weight=size / labeled, fraction=np.zeros(len(size)), population=int(size.sum())
    )
    tuned = tuned_lambdas(value, prediction, stratum, others) if lambdas is None else lambdas
    weight, share = (size / labeled)[stratum] / size.sum(), size / size.sum()
    rectified = value - tuned[stratum] * prediction
    estimate = np.array([(share * tuned * others.mean).sum() + weight @ rectified])
    # a fitted slope leaves residuals too small, as any regression does
    fitted = 1.0 if lambdas is not None else np.sqrt((len(value) - 1) / (len(value) - 2))
    centred = (rectified - weight @ rectified)[:, None] * fitted
    found = linearised(design, estimate, centred, np.ones((len(value), 1)))
    imputed = (share**2 * tuned**2 * others.variance / others.units).sum()
    error = np.sqrt(found.error**2 + imputed)
    scatter = np.array([weight @ (value - weight @ value) ** 2])
    shrunk = np.nan_to_num(over(found.error, error)) ** 3
    skewness = None if found.skewness is None else found.skewness * shrunk
    return Estimates(estimate, error, np.maximum(found.freedom - 1, 1), found.n, found.effective, skewness, scatter)


def tuned_lambdas(value: Floats, prediction: Floats, stratum: Codes, others: Predicted) -> Floats:
    """How far each stratum's predictions are trusted, (H,) from 0 to 1; see `ppi`."""
    strata = len(others.units)
    n = np.bincount(stratum, minlength=strata).astype(np.float64)
    mean = np.bincount(stratum, prediction, strata) / n
    middle = np.bincount(stratum, value, strata) / n
    covariance = np.bincount(stratum, (value - middle[stratum]) * (prediction - mean[stratum]), strata) / n
    own = np.bincount(stratum, (prediction - mean[stratum]) ** 2, strata)
    between = n * others.units / (n + others.units) * (mean - others.mean) ** 2
    variance = (own + others.units * others.variance + between) / np.maximum(n + others.units - 1, 1)
    variance = variance * (1 + n / others.units)
    weight = (n + others.units) ** 2 / n
    pooled = _slope(np.array([weight @ covariance]), np.array([weight @ variance]))
    if strata == 1:
        return pooled
    return np.asarray((n * _slope(covariance, variance) + SHRINKAGE * pooled) / (n + SHRINKAGE))


def _slope(covariance: Floats, variance: Floats) -> Floats:
    """Between 0 and 1; 0 where all predictions are the same."""
    slope = np.zeros(len(covariance))
    np.divide(covariance, variance, out=slope, where=variance > 0)
    return np.clip(slope, 0, 1)


def _check(value: Floats, prediction: Floats, stratum: Codes, others: Predicted, labeled: Floats) -> None:
    if len(value) < LEAST_UNITS:
        raise ValueError(f"{len(value)} labels: PPI needs at least {LEAST_UNITS}")
    if not (len(value) == len(prediction) == len(stratum)) or (np.diff(stratum) < 0).any():
        raise ValueError("give each labeled unit a value, a prediction and a stratum, in the order of their strata")
    if len(labeled) > len(others.units) or (labeled == 0).any() or (others.units <= 0).any():
        raise ValueError("every stratum needs labeled units and units without labels: join those that have none")
    if not all(np.isfinite(part).all() for part in (value, prediction, others.mean, others.variance)):
        raise ValueError("values and predictions must be finite: leave out units without them")
