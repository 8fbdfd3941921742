"""The answer most like all others, for answers of which nothing but their similarity is known."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def medoid(similarity: Floats) -> tuple[Codes, float]:
    """The answer with the greatest mean similarity to the others, and that mean (Kaufman & Rousseeuw 1987).

    `similarity` is (n, n) and symmetric, each 0 to 1, its diagonal ignored. Several are returned where their means
    are equal, as those of two always are. Raises ValueError for fewer than two answers, and for anything that isn't
    such a matrix.
    """
    n = len(similarity)
    if similarity.ndim != 2 or similarity.shape != (n, n) or not np.allclose(similarity, similarity.T, atol=1e-6):
        raise ValueError(f"similarities {similarity.shape} must be a symmetric matrix without NaN")
    if n < 2:
        raise ValueError("one answer is like no other; there must be at least two")
    if similarity.min() < 0 or similarity.max() > 1:
        raise ValueError("similarities must be 0 to 1")
    mean = (similarity.sum(axis=1) - np.diag(similarity)) / (n - 1)
    return np.flatnonzero(mean >= mean.max() - 1e-9), float(mean.max())
