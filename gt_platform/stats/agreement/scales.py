"""How much two values agree, by level of measurement."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = get_args(Level)
MOST_VALUES = 2048
"""Distinct values of which every pair is still compared; nominal scales with more are no scales, numbers interval."""


def refuse_unknown(level: str) -> None:
    """Raises ValueError for what is no level of measurement."""
    if level not in LEVELS:
        raise ValueError(f"level of measurement {level!r}: choose one of {', '.join(LEVELS)}")


def weights(values: Floats, level: Level) -> Floats:
    """Gwet's (2014, chapter 3) agreement weights, (K, K): 1 for equal values, less the further two are apart.

    Nominal: identity. Ordinal: 1 - C(|r - s| + 1, 2) / C(K, 2) on ranks. Interval: quadratic on the values. Ratio:
    squared differences over squared sums, the largest being 0. Raises ValueError for negative values on a ratio scale.
    """
    if level == "nominal" or len(values) < 2:
        return np.eye(len(values))
    if level == "ordinal":
        apart = np.abs(np.subtract.outer(np.arange(len(values)), np.arange(len(values)))).astype(np.float64)
        return np.asarray(1 - apart * (apart + 1) / (len(values) * (len(values) - 1)))
    distance = metric(values, level)
    return np.asarray(1 - distance / distance.max())


def linear(values: Floats) -> Floats:
    """Weights falling with the distance between values, (K, K)."""
    return 1 - np.abs(np.subtract.outer(values, values)) / max(float(np.ptp(values)), 1e-300)


def metric(values: Floats, level: Level) -> Floats:
    """Krippendorff's squared differences, (K, K); those of an ordinal scale are between the values given as ranks.

    Nominal: 0 or 1. Interval and ordinal: (c - k)^2. Ratio: ((c - k) / (c + k))^2, defined for values that are not
    negative. Raises ValueError.
    """
    if level == "nominal":
        return 1 - np.eye(len(values))
    difference = np.subtract.outer(values, values)
    if level != "ratio":
        return difference**2
    if len(values) and values.min() < 0:
        raise ValueError(f"a ratio scale starts at 0, but there is a value of {values.min():g}; take interval")
    total = np.add.outer(values, values)
    return np.divide(difference, total, out=np.zeros_like(total), where=total > 0) ** 2
