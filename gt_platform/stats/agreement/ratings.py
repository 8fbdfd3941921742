"""Ratings in a long, sparse layout: one row for each rating that was given; a missing one is a missing row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

WIDEST_RANGE = 1_000_000
"""Integers spread no wider are coded by counting them, which sorting three million takes ten times as long as."""

ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """n ratings: who (`annotator`) gave which unit (`unit`) which value (`code`), each (n,) codes from 0 without gaps.

    `values` (K,) are the distinct values used, or all there were to choose from, rising: what `code` points into.
    Labels without an order have any number as their value. `names` (R,) are the annotators' codes as they were given.
    """

    unit: Codes
    annotator: Codes
    code: Codes
    values: Floats
    names: Codes

    @property
    def units(self) -> int:
        """Units with a rating."""
        return int(self.unit.max()) + 1 if len(self.unit) else 0

    @property
    def annotators(self) -> int:
        """Annotators who gave one."""
        return len(self.names)

    @property
    def numbers(self) -> Floats:
        """Each rating's value, (n,)."""
        return self.values[self.code]

    def where(self, kept: NDArray[np.bool_]) -> "Ratings":
        """Some of the ratings, the values being those of all; units and annotators are dealt anew in the same order."""
        return ratings(self.unit[kept], self.names[self.annotator[kept]], self.numbers[kept], scale=self.values)


def ratings(unit: ArrayLike, annotator: ArrayLike, value: ArrayLike, *, scale: ArrayLike | None = None) -> Ratings:
    """Ratings from three (n,) columns in any order: integer codes of units and annotators, and a number each.

    `value` is a label's code, a level's rank or a measured number, as the level of measurement wants it; NaN is a
    missing rating. `scale` are values there were to choose from, whether used or not: chance agreement and the weights
    of an order depend on them. Raises ValueError for columns of different length, infinite values, or an annotator who
    rated a unit twice.
    """
    units, annotators, numbers = np.asarray(unit), np.asarray(annotator), np.asarray(value)
    if not units.shape == annotators.shape == numbers.shape or units.ndim != 1:
        raise ValueError(
            f"units {units.shape}, annotators {annotators.shape}, values {numbers.shape}: one of each a rating"
        )
    if len(units) and (units.dtype.kind not in "iu" or annotators.dtype.kind not in "iu"):
        raise ValueError("units and annotators must be integer codes")
    if numbers.dtype.kind == "f":
        if np.isinf(numbers).any():
            raise ValueError(f"row {int(np.flatnonzero(np.isinf(numbers))[0])}: an infinite value is no rating")
        present = ~np.isnan(numbers)
        units, annotators, numbers = units[present], annotators[present], numbers[present]
    unit_code, (annotator_code, names), (code, values) = _coded(units)[0], _coded(annotators), _coded(numbers)
    if scale is not None:
        code, values = _offered(code, values.astype(np.float64), np.asarray(scale, dtype=np.float64))
    _refuse_repeats(unit_code, annotator_code, len(names))
    return Ratings(
        unit=unit_code,
        annotator=annotator_code,
        code=code,
        values=values.astype(np.float64),
        names=names.astype(np.int64),
    )


def _coded(column: NDArray[np.generic]) -> tuple[Codes, NDArray[np.generic]]:
    """Codes from 0 without gaps in rising order of the values, and the distinct values."""
    if not len(column):
        return np.zeros(0, dtype=np.int64), column
    if column.dtype.kind not in "iu" or int(column.max()) - int(column.min()) > max(WIDEST_RANGE, 2 * len(column)):
        values, code = np.unique(column, return_inverse=True)
        return code.astype(np.int64), values
    low = column.min()
    offset = (column if low == 0 else column - low).astype(np.int64, copy=False)
    used = np.bincount(offset) > 0
    if used.all():
        return offset, np.arange(len(used)) + low
    return (np.cumsum(used) - 1)[offset], np.flatnonzero(used) + low


def _offered(code: Codes, used: Floats, scale: Floats) -> tuple[Codes, Floats]:
    """Codes that point into the values offered, which are those of the scale and any used besides."""
    values = np.union1d(used, scale)
    return np.searchsorted(values, used)[code], values


def in_order(unit: Codes, annotator: Codes, annotators: int) -> bool:
    """Whether rows rise by unit, then annotator, as those of tables often do; looked at in parts that stay in the
    cache.
    """
    for start in range(0, len(unit) - 1, ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE + 1)
        if (np.diff(unit[part] * annotators + annotator[part]) <= 0).any():
            return False
    return True


def _refuse_repeats(unit: Codes, annotator: Codes, annotators: int) -> None:
    if in_order(unit, annotator, annotators):
        return
    ordered = np.sort(unit * annotators + annotator)
    again = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(again):
        where, who = divmod(int(ordered[again[0]]), annotators)
        raise ValueError(
            f"annotator {who} rated unit {where} more than once (and {len(again) - 1} more): keep one rating of each"
        )
