"""Which of one annotator's places are which of another's: overlap, and one-to-one matching by it.

A place is a box with sides along the axes, in any number of dimensions: a span of text is a box in one.
Settling places belongs in `boxes`.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def iou(ours: Floats, theirs: Floats) -> Floats:
    """Intersection over union of every pair of places, (m, k).

    Places are rows of D lowest and then D highest coordinates, (m, 2D) and (k, 2D).
    Raises ValueError for one without a size, or with coordinates that are no finite numbers.
    """
    refuse_sizeless(ours)
    refuse_sizeless(theirs)
    d = ours.shape[1] // 2
    shared = np.ones((len(ours), len(theirs)))
    for low in range(d):
        ends = np.minimum.outer(ours[:, low + d], theirs[:, low + d])
        ends -= np.maximum.outer(ours[:, low], theirs[:, low])
        shared *= np.clip(ends, 0, None, out=ends)
    size, other_size = ((places[:, d:] - places[:, :d]).prod(axis=1) for places in (ours, theirs))
    return np.asarray(shared / (size[:, None] + other_size - shared))


def refuse_sizeless(places: Floats) -> None:
    """Raise ValueError unless all places (m, 2D) have a positive size and finite coordinates."""
    d = places.shape[1] // 2
    if not (np.isfinite(places).all() and (places[:, d:] > places[:, :d]).all()):
        raise ValueError("a place must end after it starts, in every dimension, at coordinates that are finite numbers")


def match(similarity: Floats, threshold: float) -> tuple[Codes, Codes]:
    """Rows and columns of the best one-to-one matching of an (m, k) similarity of 0 to 1, rows ascending.

    Only pairs at or above the threshold match. As many as can be are matched, and among such matchings the one of
    highest total similarity: both numbers are then the same for every order of rows and columns. Found by the
    Hungarian method (Kuhn 1955), by way of scipy, unless no row or column has a choice.
    Raises ValueError for a threshold outside 0 to 1, 0 excluded: what does not overlap at all is not the same.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"the threshold must be above 0 and at most 1, not {threshold}")
    allowed = similarity >= threshold
    if not (allowed.sum(axis=0) > 1).any() and not (allowed.sum(axis=1) > 1).any():
        rows, columns = np.nonzero(allowed)
        return rows, columns
    from scipy.optimize import linear_sum_assignment

    # a pair more must outweigh any gain in similarity
    worth = np.where(allowed, min(similarity.shape) + similarity, 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    kept = allowed[rows, columns]
    return rows[kept], columns[kept]
