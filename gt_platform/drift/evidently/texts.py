"""Evidently's classifier of texts: the area under its curve on the half of the rows that it did not see."""

from collections.abc import Callable

import numpy as np
import polars as pl

from gt_platform.drift.evidently.methods import REFUSALS, UncomputableError, quietly
from gt_platform.stats.units import Codes, Floats


def area_by_evidently(texts: pl.Series) -> Callable[[Codes, Codes], float]:
    """Of rows before and after the area less one half. It raises UncomputableError."""
    from evidently.legacy.utils.data_drift_utils import calculate_text_drift_score

    rows = texts.to_pandas()

    def area(before: Codes, after: Codes) -> float:
        try:
            with quietly():
                found, _ = calculate_text_drift_score(rows.iloc[before], rows.iloc[after], bootstrap=False)
        except REFUSALS as error:
            raise UncomputableError(f"Evidently's classifier of texts says: {str(error).split('. ')[0]}") from None
        return float(found) - 0.5

    return area


def half_seen(before: int, after: int, count: int) -> Floats:
    """Sorted, how far above one half the area lies by chance: Mann & Whitney's (1947), of the rows not learned from."""
    from scipy.special import ndtri

    rows = before / 2, after / 2
    deviation = np.sqrt((sum(rows) + 1) / (12 * rows[0] * rows[1]))
    found: Floats = np.maximum(deviation * ndtri((np.arange(count) + 0.5) / count), 0.0)
    return found
