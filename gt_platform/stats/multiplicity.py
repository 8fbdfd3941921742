"""Many tests at once: how many of the findings may be false."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def q_values(p_values: ArrayLike) -> NDArray[np.float64]:
    """Benjamini-Hochberg q-values of 1-d p-values, in their order.

    Calling every q <= alpha a finding keeps the expected share of false findings at alpha or below. Raises
    ValueError for a p-value outside 0 to 1. Source: Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995).
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    q = np.empty_like(p)
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return q


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's adjusted p-values of 1-d p-values, in their order.

    Calling every one <= alpha a finding makes any false finding at most alpha likely. Raises ValueError for a p-value
    outside 0 to 1. Source: Holm, Scand. J. Stat. 6 (1979).
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)), 1.0)
    return adjusted


def _checked(p_values: ArrayLike) -> NDArray[np.float64]:
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p-values must be a list of numbers from 0 to 1")
    return p
