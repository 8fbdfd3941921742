"""Intraclass correlations of numbers (Shrout & Fleiss 1979), as functions of sums over units.

ICC(1): each unit has annotators of its own; by a one-way analysis of variance that takes any number of ratings of a
unit, two or more (Searle 1971: k0 for their mean number). ICC(2) and ICC(3): the same annotators, drawn from many
(agreement) or the only ones of interest (consistency); a two-way analysis over the units that every annotator rated.
ICC(c,k) is of the mean over all k annotators, ICC(c,1) of a single one.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.chance import quotient
from gt_platform.stats.agreement.ratings import Ratings
from gt_platform.stats.agreement.tally import Tally
from gt_platform.stats.crossed import FEWEST_ANNOTATORS, Left, Panel
from gt_platform.stats.resampling import Statistic

Floats = NDArray[np.float64]

ONE_WAY = ("icc_1", "icc_1k")
TWO_WAY = ("icc_2", "icc_3", "icc_2k", "icc_3k")


def one_way(tally: Tally) -> Statistic:
    """ICC(1,1) and ICC(1,k), k being the mean number k0; undefined if all ratings are equal."""
    values = _scaled(tally.values)
    paired = (tally.size >= 2).astype(np.float64)
    size, total = tally.size * paired, np.asarray(tally.counts @ values) * paired
    square = np.asarray(tally.counts @ values**2) * paired
    return tally.statistic(_one_way, paired, size, size**2, total, total**2 / np.maximum(size, 1), square)


def usual(tally: Tally) -> float:
    """The k0 of ICC(1,k): the mean number of ratings of a unit, less how unevenly they are spread."""
    paired = tally.frequency * (tally.size >= 2)
    ratings = float(paired @ tally.size)
    return (ratings - float(paired @ tally.size**2) / max(ratings, 1)) / max(1, int(paired.sum()) - 1)


def of_mean(single: float, size: float) -> float:
    """The correlation of the mean of so many annotators (Spearman 1910; Brown 1910); -1 where it is less or none."""
    return size * single / max(1 + (size - 1) * single, -size * single)


def complete(ratings: Ratings) -> Floats:
    """The ratings of the units that every annotator rated, (units, annotators)."""
    annotators = ratings.annotators
    whole = np.bincount(ratings.unit, minlength=ratings.units) == annotators
    kept = whole[ratings.unit]
    order = np.lexsort((ratings.annotator[kept], ratings.unit[kept]))
    return np.asarray(_scaled(ratings.values)[ratings.code][kept][order].reshape(-1, max(1, annotators)))


def two_way(matrix: Floats) -> Statistic:
    """ICC(2,1), ICC(3,1), ICC(2,k) and ICC(3,k) of (n, k) numbers; undefined if the units' means are all equal."""
    units, annotators = matrix.shape
    total = matrix.sum(axis=1)
    sums = np.column_stack([np.ones(units), total**2, (matrix**2).sum(axis=1), matrix])

    def of(rows: Floats) -> Floats:
        n, mean = rows[:, 0], rows[:, 3:].sum(axis=1) ** 2 / (rows[:, 0] * annotators)
        by_unit, by_annotator = rows[:, 1] / annotators - mean, (rows[:, 3:] ** 2).sum(axis=1) / n - mean
        return _two_way(n, annotators, by_unit, by_annotator, rows[:, 2] - mean)

    panel = None if annotators < FEWEST_ANNOTATORS else partial(_panel, matrix)
    return Statistic(_ordered(sums), np.ones(units, dtype=np.int64), of, panel=panel)


def _two_way(n: Floats, annotators: int, by_unit: Floats, by_annotator: Floats, square: Floats) -> Floats:
    """The four correlations from sums of squares around the mean: of units, of annotators, and of all."""
    error = np.maximum(square - by_unit - by_annotator, 0) / ((n - 1) * (annotators - 1))
    unit, annotator = by_unit / (n - 1), by_annotator / (annotators - 1)
    true, drift = unit - error, annotators * (annotator - error) / n
    below = (
        unit + (annotators - 1) * error + drift,
        unit + (annotators - 1) * error,
        unit + drift / annotators,
        unit,
    )
    return np.column_stack([quotient(true, part) for part in below])


def _panel(matrix: Floats) -> Panel:
    """The correlations without each column, and with each number as if it were missing (Yates 1933): as expected."""
    units, annotators = matrix.shape
    return Panel(
        annotators=Left(
            values=np.array([_correlations(np.delete(matrix, left, axis=1)) for left in range(annotators)]),
            frequency=np.ones(annotators, dtype=np.int64),
        ),
        ratings=Left(values=_missing(matrix), frequency=np.ones(matrix.size, dtype=np.int64)),
        answers=np.full(annotators, units),
    )


def _correlations(matrix: Floats) -> Floats:
    """The four correlations, (4,)."""
    mean = matrix.sum() ** 2 / max(matrix.size, 1)
    by_unit, by_annotator = ((matrix.sum(axis=axis) ** 2).sum() / max(matrix.shape[axis], 1) - mean for axis in (1, 0))
    n = np.array([float(len(matrix))])
    return np.asarray(_two_way(n, matrix.shape[1], by_unit, by_annotator, (matrix**2).sum() - mean)[0])


def _missing(matrix: Floats) -> Floats:
    """The four correlations, (n k, 4), each with one number in place of which stands what its row and column expect."""
    units, annotators = matrix.shape
    row, column, total = matrix.sum(axis=1)[:, np.newaxis], matrix.sum(axis=0), matrix.sum()
    error = matrix - row / annotators - column / units + total / matrix.size
    change = -error * matrix.size / ((units - 1) * (annotators - 1))
    mean = (total + change) ** 2 / matrix.size
    by_unit = ((row**2).sum() - row**2 + (row + change) ** 2) / annotators - mean
    by_annotator = ((column**2).sum() - column**2 + (column + change) ** 2) / units - mean
    square = (matrix**2).sum() - matrix**2 + (matrix + change) ** 2 - mean
    n = np.full(matrix.size, float(units))
    return _two_way(n, annotators, by_unit.ravel(), by_annotator.ravel(), square.ravel())


def _one_way(rows: Floats) -> Floats:
    units, ratings, squares, total, by_unit, square = rows.T
    between = np.maximum(by_unit - total**2 / ratings, 0) / (units - 1)
    within = np.maximum(square - by_unit, 0) / (ratings - units)
    usual = (ratings - squares / ratings) / (units - 1)
    return np.column_stack(
        [quotient(between - within, between + (usual - 1) * within), quotient(between - within, between)]
    )


def _scaled(values: Floats) -> Floats:
    """Around 0 and between -1 and 1, so that nothing cancels or overflows; correlations stay the same."""
    if not len(values):
        return values
    around = values - values[0] / 2 - values[-1] / 2
    return np.asarray(around / max(float(np.abs(around).max()), 1e-300))


def _ordered(sums: Floats) -> Floats:
    """In an order that depends on neither the units' names nor how sums of their ratings, in any order, are rounded."""
    return sums[np.lexsort(np.round(sums, 9).T)]
