"""Distances between two samples of one variable, as Evidently defines them, from counts of each distinct value.

How large a distance chance alone makes does not belong here: see permutation.py.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Drawn = NDArray[np.int64] | NDArray[np.float64]  # counts dealt out at random, many of them, need not be whole


def wasserstein(values: Floats, pooled: Counts, current: Drawn) -> Floats:
    """First Wasserstein distance between the current sample and the reference, which is `pooled` less `current`.

    1-d `values` are the distinct ones in rising order, `pooled` how often each is in both samples together, and
    `current`, in its last axis, how often in the current one; one distance for every row. Neither sample may be empty.
    """
    size = current.sum(axis=-1, keepdims=True)
    rest = pooled.sum() - size
    # difference of the cumulative shares: C/m - (P - C)/n, with pooled counts P and current counts C
    difference = np.cumsum(current, axis=-1)[..., :-1] * (1 / size + 1 / rest)
    difference -= np.cumsum(pooled)[:-1] / rest
    distances: Floats = np.abs(difference, out=difference) @ np.diff(values)
    return distances


def jensen_shannon(reference: Drawn, current: Drawn) -> Floats:
    """Jensen-Shannon distance with natural logarithms, 0 to sqrt(ln 2): Evidently's `jensenshannon`.

    Counts per level in the last axis; one distance for every row. Neither sample may be empty.
    Source: Endres and Schindelin, IEEE Trans. Inf. Theory 49 (2003).
    """
    p = reference / reference.sum(axis=-1, keepdims=True)
    q = current / current.sum(axis=-1, keepdims=True)
    middle = (p + q) / 2
    divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    distances: Floats = np.sqrt(np.maximum(divergence, 0.0))
    return distances


def _relative_entropy(p: Floats, q: Floats) -> Floats:
    ratio = np.divide(p, q, out=np.ones_like(q), where=p > 0)
    entropy: Floats = (p * np.log(ratio)).sum(axis=-1)
    return entropy
