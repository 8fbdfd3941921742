"""Answers given as labels, in a long, sparse layout, and how often each unit was given each label."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """n answers: `annotator` gave `unit` the label `code`, each (n,) codes below `annotators`, `units` and `labels`."""

    unit: Codes
    annotator: Codes
    code: Codes
    units: int
    annotators: int
    labels: int

    @cached_property
    def counts(self) -> "csr_array":
        """How often each unit was given each label, (units, labels)."""
        from scipy.sparse import csr_array

        return csr_array((np.ones(len(self.unit)), (self.unit, self.code)), shape=(self.units, self.labels))

    @cached_property
    def given(self) -> Codes:
        """How many answers each annotator gave, (annotators,)."""
        return np.bincount(self.annotator, minlength=self.annotators)

    @cached_property
    def use(self) -> "csr_array":
        """How often each annotator gave each label, (annotators, labels)."""
        from scipy.sparse import csr_array

        return csr_array(
            (np.ones(len(self.annotator)), (self.annotator, self.code)), shape=(self.annotators, self.labels)
        )


def answers(
    unit: ArrayLike, annotator: ArrayLike, code: ArrayLike, *, units: int, annotators: int, labels: int
) -> Answers:
    """Answers from three (n,) columns of integer codes, in any order.

    Raises ValueError for columns of different length, a code outside its range, or an annotator who answered a unit
    twice.
    """
    where, who, what = (np.asarray(part, dtype=np.int64) for part in (unit, annotator, code))
    if not where.shape == who.shape == what.shape or where.ndim != 1:
        raise ValueError(f"units {where.shape}, annotators {who.shape}, labels {what.shape}: one of each an answer")
    for name, part, limit in (("unit", where, units), ("annotator", who, annotators), ("label", what, labels)):
        if len(part) and not (part.min() >= 0 and part.max() < limit):
            raise ValueError(f"{name} codes run from {part.min()} to {part.max()}, but there are {limit} from 0")
    key = np.sort(where * annotators + who)
    again = np.flatnonzero(key[1:] == key[:-1])
    if len(again):
        twice, by = divmod(int(key[again[0]]), annotators)
        raise ValueError(f"annotator {by} answered unit {twice} more than once: keep one answer of each")
    return Answers(unit=where, annotator=who, code=what, units=units, annotators=annotators, labels=labels)


def truths(truth: ArrayLike | None, answered: Answers) -> Codes:
    """The known label of each unit, (units,), -1 where unknown. Raises ValueError for another shape or label."""
    if truth is None:
        return np.full(answered.units, -1, dtype=np.int64)
    known = np.asarray(truth, dtype=np.int64)
    if known.shape != (answered.units,) or (len(known) and known.max() >= answered.labels):
        raise ValueError(f"truth {known.shape} for {answered.units} units of {answered.labels} labels; -1 for unknown")
    return np.maximum(known, -1)
