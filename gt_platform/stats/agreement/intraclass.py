"""Intraclass correlations of numbers (Shrout & Fleiss 1979), as functions of sums over units.

ICC(1): each unit has annotators of its own; by a one-way analysis of variance that takes any number of ratings of a
unit, two or more (Searle 1971: k0 for their mean number). ICC(2) and ICC(3): the same annotators, drawn from many
(agreement) or the only ones of interest (consistency); a two-way analysis over the units that every annotator rated.
ICC(c,k) is of the mean over all k annotators, ICC(c,1) of a single one.
"""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.chance import quotient
from gt_platform.stats.agreement.ratings import Ratings
from gt_platform.stats.resampling import Statistic

Floats = NDArray[np.float64]

ONE_WAY = ("icc_1", "icc_1k")
TWO_WAY = ("icc_2", "icc_3", "icc_2k", "icc_3k")


def one_way(ratings: Ratings) -> Statistic:
    """ICC(1,1) and ICC(1,k), k being the mean number k0; undefined if all ratings are equal."""
    values = _scaled(ratings.values)[ratings.code]
    size = np.bincount(ratings.unit).astype(np.float64)
    paired = size >= 2
    total = np.bincount(ratings.unit, weights=values)[paired]
    square = np.bincount(ratings.unit, weights=values**2)[paired]
    size = size[paired]
    sums = np.column_stack([np.ones(len(size)), size, size**2, total, total**2 / size, square])
    return Statistic(_ordered(sums), np.ones(len(size), dtype=np.int64), _one_way)


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
        error = np.maximum(rows[:, 2] - mean - by_unit - by_annotator, 0) / ((n - 1) * (annotators - 1))
        unit, annotator = by_unit / (n - 1), by_annotator / (annotators - 1)
        true, drift = unit - error, annotators * (annotator - error) / n
        below = (
            unit + (annotators - 1) * error + drift,
            unit + (annotators - 1) * error,
            unit + drift / annotators,
            unit,
        )
        return np.column_stack([quotient(true, part) for part in below])

    return Statistic(_ordered(sums), np.ones(units, dtype=np.int64), of)


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
