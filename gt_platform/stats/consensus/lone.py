"""Whether far answers stand alone: of three answers to an item, how near the middle one is to another."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.variational import Ratings

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ANSWERS = 3
LEAST_ITEMS = 10
USUAL = (0.05, 0.2)
"""What is expected before any item is seen, and its standard deviation."""
MOST = 30.0
"""Medians of the items' variances from which on an item counts no more: no single slip speaks for all."""
ATOM = 0.1
"""Share of the answers from which on one and the same, such as zero, is said for another reason than nearness."""


def lone(ratings: Ratings) -> float:
    """By how much the middle one of three answers lies nearer to another than normal noise would have it; 0 to .5.

    With normal noise the angle arctan(u / sqrt 3), u being how far the middle one is off the middle in halves of the
    range, is even from 0 to 30 degrees however large the noise is, so items that are hard for everybody look like any
    others. A slip leaves two together and one alone. Items count by their variance: where it is small, nobody slipped.
    Those with an answer that is an ATOM of the pool tell nothing, and nor do the others where they are the fewer.
    """
    answers = _triples(ratings)
    value, often = np.unique(ratings.value, return_counts=True)
    atoms = value[often >= ATOM * len(ratings.value)]
    some = (answers[:, 2] > answers[:, 0]) & ~np.isin(answers, atoms).any(axis=1)
    if some.sum() < max(LEAST_ITEMS, len(answers) / 2):
        return USUAL[0]
    low, middle, high = answers[some].T
    off = np.abs(2 * middle - low - high) / (high - low)
    beyond = np.arctan(off / np.sqrt(3)) * 6 / np.pi - 0.5
    variance = answers[some].var(axis=1)
    weight = np.minimum(variance, MOST * np.median(variance))
    weight /= weight.sum()
    known = 12 / float(weight @ weight)  # one over the variance of an even angle's mean
    return float((known * (weight @ beyond) + USUAL[0] / USUAL[1] ** 2) / (known + USUAL[1] ** -2))


def _triples(ratings: Ratings) -> Floats:
    """The answers of the items with ANSWERS, (n, ANSWERS), each item's from the lowest."""
    order = np.lexsort((ratings.value, ratings.item))
    three = np.bincount(ratings.item, minlength=len(ratings.truth)) == ANSWERS
    return np.asarray(ratings.value[order[three[ratings.item[order]]]].reshape(-1, ANSWERS))
