"""Mean pairwise similarity, for answers that are compared by a number: boxes by IoU, texts by edit distance."""

import numpy as np
from numpy.typing import ArrayLike

from gt_platform.stats.agreement.coefficient import Basis, Coefficient, Resampling, coefficients
from gt_platform.stats.resampling import Statistic


def mean_similarity(
    unit: ArrayLike, similarity: ArrayLike, *, raters: int, resampling: Resampling | None = None
) -> Coefficient:
    """Mean over units of the mean similarity, 0 to 1, of their pairs of answers, with its interval over units.

    `unit` (p,) integer codes and `similarity` (p,), one of each for every pair of answers that was compared; NaN is a
    pair that was not. `raters` is how many gave the answers. Raises ValueError for similarities outside 0 to 1.
    """
    units, values = np.asarray(unit), np.asarray(similarity, dtype=np.float64)
    if units.shape != values.shape or units.ndim != 1 or (len(units) and units.dtype.kind not in "iu"):
        raise ValueError(f"units {units.shape}, similarities {values.shape}: one integer code and one value a pair")
    units, values = units[~np.isnan(values)], values[~np.isnan(values)]
    if len(values) and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(f"similarities lie between 0 and 1, not from {values.min():g} to {values.max():g}")
    _, code, count = np.unique(units, return_inverse=True, return_counts=True)
    means = np.sort(np.bincount(code, weights=values, minlength=len(count)) / count)
    distinct, frequency = np.unique(means, return_counts=True)
    statistic = Statistic(np.column_stack([distinct, np.ones(len(distinct))]), frequency, _mean)
    basis = Basis(len(means), raters, "units with a pair of answers")
    return coefficients(("similarity",), statistic, basis, resampling or Resampling(), lowest=0.0)[0]


def _mean(
    rows: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return rows[:, :1] / rows[:, 1:]
