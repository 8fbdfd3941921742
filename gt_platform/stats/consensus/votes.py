"""Answers to items as codes, in the long layout that all consensus on categories works on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

TIE = 1e-6
"""Shares and probabilities closer than this are equal: fits stop short, and sums depend on their order."""
MOST_CELLS = 50_000_000  # of a table that others are made from: 400 MB


@dataclass(frozen=True, kw_only=True)
class Votes:
    """n answers: `annotator` said that `item` is `label`, each (n,) codes from 0, ordered by item, then annotator.

    `items`, `annotators` and `labels` say how many there are of each; some may have no answer. `labels` is at least 2.
    """

    item: Codes
    annotator: Codes
    label: Codes
    items: int
    annotators: int
    labels: int

    def tally(self) -> Floats:
        """How many gave each label to each item, (items, labels)."""
        cell = self.item * self.labels + self.label
        counts = np.bincount(cell, minlength=self.items * self.labels)
        return counts.reshape(self.items, self.labels).astype(np.float64)

    def only(self, kept: NDArray[np.bool_]) -> "Votes":
        """The answers marked in `kept` (n,), of the same items, annotators and labels."""
        return Votes(
            item=self.item[kept],
            annotator=self.annotator[kept],
            label=self.label[kept],
            items=self.items,
            annotators=self.annotators,
            labels=self.labels,
        )


def votes(item: ArrayLike, annotator: ArrayLike, label: ArrayLike, *, labels: int) -> Votes:
    """Answers as `Votes`, from three (n,) arrays of codes in any order; there are as many items and annotators as
    codes.

    Raises ValueError for no answers, arrays of different length, codes outside their range, and an annotator who
    answers an item twice.
    """
    items, annotators, given = (
        _codes(name, codes) for name, codes in (("item", item), ("annotator", annotator), ("label", label))
    )
    if not len(items) == len(annotators) == len(given):
        raise ValueError(
            f"{len(items)} items, {len(annotators)} annotators, {len(given)} labels: give one of each an answer"
        )
    if not len(items):
        raise ValueError("no answers: consensus needs at least one")
    if labels < 2 or given.max() >= labels:
        raise ValueError(
            f"label code {given.max()} with {labels} labels: codes are 0 to {labels - 1}, labels at least 2"
        )
    order = np.lexsort((annotators, items))
    items, annotators, given = items[order], annotators[order], given[order]
    twice = np.flatnonzero((np.diff(items) == 0) & (np.diff(annotators) == 0))
    if len(twice):
        raise ValueError(
            f"annotator {annotators[twice[0]]} answers item {items[twice[0]]} twice: keep one of the answers"
        )
    return Votes(
        item=items,
        annotator=annotators,
        label=given,
        items=int(items.max()) + 1,
        annotators=int(annotators.max()) + 1,
        labels=labels,
    )


def leading(support: Floats) -> tuple[Codes, NDArray[np.bool_]]:
    """The best supported label of each item, the first of equals, and whether it leads alone; both (items,).

    `support` is (items, labels); a row without any support has no leader.
    """
    best = support.max(axis=1)
    ahead = support >= best[:, None] - TIE
    return ahead.argmax(axis=1), (ahead.sum(axis=1) == 1) & (best > 0)


def _codes(name: str, codes: ArrayLike) -> Codes:
    array = np.asarray(codes)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"{name} codes must be a list of whole numbers")
    if array.size and array.min() < 0:
        raise ValueError(f"{name} code {array.min()} is negative: leave out answers that are missing")
    return array.astype(np.int64)
