"""The sparse long layout of answers: N rows with the codes of an item and of a rater."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MINIMUM_SHARED = 10
"""Items a rater must share with others to be learned: below, a bias is known no better than a third of the noise."""
MINIMUM_RATERS = 3
"""Raters to be learned before a model of them is used at all: of two that differ, either may be the better."""


def refuse_bad(item: Codes, rater: Codes, said: NDArray[np.generic]) -> None:
    """Raise ValueError for arrays that do not match, negative codes, and a rater who answers an item twice."""
    if item.ndim != 1 or not item.shape == rater.shape == said.shape[:1]:
        raise ValueError(f"items {item.shape}, raters {rater.shape} and answers {said.shape} must be equally long")
    if item.min(initial=0) < 0 or rater.min(initial=0) < 0:
        raise ValueError("codes of items and raters count from 0")
    order = np.lexsort((rater, item))
    if ((np.diff(item[order]) == 0) & (np.diff(rater[order]) == 0)).any():
        raise ValueError("a rater may answer an item once; keep one answer of each pair")


def shared_items(item: Codes, rater: Codes, known: NDArray[np.bool_]) -> Codes:
    """Items of each rater, (R,), that others answer too, or whose truth is `known` (I,)."""
    shared = (np.bincount(item, minlength=len(known)) > 1) | known
    return np.bincount(rater, shared[item]).astype(np.int64)


def enough_shared(item: Codes, rater: Codes) -> bool:
    """Whether MINIMUM_RATERS raters share MINIMUM_SHARED items each with others."""
    counts = shared_items(item, rater, np.zeros(int(item.max(initial=-1)) + 1, dtype=np.bool_))
    return int((counts >= MINIMUM_SHARED).sum()) >= MINIMUM_RATERS


def totals(code: Codes, rows: Floats, codes: int) -> Floats:
    """Sum the rows (N, C) of each code, (codes, C)."""
    return np.stack([np.bincount(code, column, codes) for column in rows.T], axis=1)
