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


def between_values(values: Floats, counts: Floats, rest: Floats) -> Floats:
    """First Wasserstein distances of counts (D, B) of rising `values` from as many others; 0 where either is empty."""
    apart = np.abs(np.cumsum(_shares(counts) - _shares(rest), axis=-1)[:, :-1]) @ np.diff(values)
    return np.where(_empty(counts, rest), 0.0, apart)


def between_levels(counts: Floats, rest: Floats) -> Floats:
    """Jensen-Shannon distances of counts (D, L) from as many others; 0 where either is empty."""
    empty = _empty(counts, rest)
    found = np.zeros(empty.size)
    if not empty.all():
        found[~empty] = jensen_shannon(rest[~empty], counts[~empty])
    return found


def _shares(counts: Floats) -> Floats:
    shares: Floats = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)
    return shares


def _empty(counts: Floats, rest: Floats) -> NDArray[np.bool_]:
    empty: NDArray[np.bool_] = (counts.sum(axis=-1) == 0) | (rest.sum(axis=-1) == 0)
    return empty
