"""The sparse long layout of answers: N rows with the codes of an item and of an annotator."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MINIMUM_SHARED = 10
"""Items an annotator must share with others to be learned: below, a bias is known no better than a third of the noise.
"""
MINIMUM_ANNOTATORS = 3
"""Annotators to be learned before a model of them is used at all: of two that differ, either may be the better."""


def refuse_bad(item: Codes, annotator: Codes, said: NDArray[np.generic]) -> None:
    """Raise ValueError for arrays that do not match, negative codes, and an annotator who answers an item twice."""
    if item.ndim != 1 or not item.shape == annotator.shape == said.shape[:1]:
        raise ValueError(
            f"items {item.shape}, annotators {annotator.shape} and answers {said.shape} must be equally long"
        )
    if item.min(initial=0) < 0 or annotator.min(initial=0) < 0:
        raise ValueError("codes of items and annotators count from 0")
    order = np.lexsort((annotator, item))
    if ((np.diff(item[order]) == 0) & (np.diff(annotator[order]) == 0)).any():
        raise ValueError("an annotator may answer an item once; keep one answer of each pair")


def shared_items(item: Codes, annotator: Codes, known: NDArray[np.bool_]) -> Codes:
    """Items of each annotator, (R,), that others answer too, or whose truth is `known` (I,)."""
    shared = (np.bincount(item, minlength=len(known)) > 1) | known
    return np.bincount(annotator, shared[item]).astype(np.int64)


def enough_shared(item: Codes, annotator: Codes) -> bool:
    """Whether MINIMUM_ANNOTATORS annotators share MINIMUM_SHARED items each with others."""
    counts = shared_items(item, annotator, np.zeros(int(item.max(initial=-1)) + 1, dtype=np.bool_))
    return int((counts >= MINIMUM_SHARED).sum()) >= MINIMUM_ANNOTATORS


def totals(code: Codes, rows: Floats, codes: int) -> Floats:
    """Sum the rows (N, C) of each code, (codes, C)."""
    return np.stack([np.bincount(code, column, codes) for column in rows.T], axis=1)
