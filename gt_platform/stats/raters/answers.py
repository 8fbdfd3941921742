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


@dataclass(frozen=True)
class Answers:
    """n answers: `rater` gave `unit` the label `code`, each (n,) codes below `raters`, `units` and `labels`."""

    unit: Codes
    rater: Codes
    code: Codes
    units: int
    raters: int
    labels: int

    @cached_property
    def counts(self) -> "csr_array":
        """How often each unit was given each label, (units, labels)."""
        from scipy.sparse import csr_array

        return csr_array((np.ones(len(self.unit)), (self.unit, self.code)), shape=(self.units, self.labels))

    @cached_property
    def given(self) -> Codes:
        """How many answers each rater gave, (raters,)."""
        return np.bincount(self.rater, minlength=self.raters)

    @cached_property
    def use(self) -> "csr_array":
        """How often each rater gave each label, (raters, labels)."""
        from scipy.sparse import csr_array

        return csr_array((np.ones(len(self.rater)), (self.rater, self.code)), shape=(self.raters, self.labels))


def answers(unit: ArrayLike, rater: ArrayLike, code: ArrayLike, *, units: int, raters: int, labels: int) -> Answers:
    """Answers from three (n,) columns of integer codes, in any order.

    Raises ValueError for columns of different length, a code outside its range, or a rater who answered a unit twice.
    """
    where, who, what = (np.asarray(part, dtype=np.int64) for part in (unit, rater, code))
    if not where.shape == who.shape == what.shape or where.ndim != 1:
        raise ValueError(f"units {where.shape}, raters {who.shape}, labels {what.shape}: one of each an answer")
    for name, part, limit in (("unit", where, units), ("rater", who, raters), ("label", what, labels)):
        if len(part) and not (part.min() >= 0 and part.max() < limit):
            raise ValueError(f"{name} codes run from {part.min()} to {part.max()}, but there are {limit} from 0")
    key = np.sort(where * raters + who)
    again = np.flatnonzero(key[1:] == key[:-1])
    if len(again):
        twice, by = divmod(int(key[again[0]]), raters)
        raise ValueError(f"rater {by} answered unit {twice} more than once: keep one answer of each")
    return Answers(where, who, what, units, raters, labels)


def truths(truth: ArrayLike | None, answered: Answers) -> Codes:
    """The known label of each unit, (units,), -1 where unknown. Raises ValueError for another shape or label."""
    if truth is None:
        return np.full(answered.units, -1, dtype=np.int64)
    known = np.asarray(truth, dtype=np.int64)
    if known.shape != (answered.units,) or (len(known) and known.max() >= answered.labels):
        raise ValueError(f"truth {known.shape} for {answered.units} units of {answered.labels} labels; -1 for unknown")
    return np.maximum(known, -1)
