"""How much of the truth a value tells that is what is expected of it: what users differ by shows the less in it.

What follows for clusters belongs in `stats.between`.
"""

import numpy as np

from gt_platform.stats.design import Design, Floats, over, unit_weights
from gt_platform.stats.label_error.corrections import Corrections
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.two_phase import Units


def told_by_cells(design: Design, units: Units, corrections: Corrections) -> Floats:
    """For n units and m metrics, (n, m): 1 where an expert or a ruling said the truth, else what its cell tells of it.

    That is the share of the truth's variance that lies between cells: where an event's truth is one more, what is
    expected of its cell is so much more on average, and the product of two events of a user by the square.
    """
    left = (units.inside & ~units.checked)[:, None].astype(np.float64)
    numerator = units.shares.numerator + left * corrections.numerator[units.cell]
    denominator = units.shares.denominator + left * corrections.denominator[units.cell]
    weight = unit_weights(design)[:, None]
    ratio = np.nan_to_num(over((weight * numerator).sum(axis=0), (weight * denominator).sum(axis=0)))
    within = corrections.variance(ratio)[units.cell]
    return np.where(units.checked[:, None], 1.0, _told(numerator - ratio * denominator, within, weight * left))


def told_by_beliefs(design: Design, candidates: list[Shares], posterior: Floats) -> Floats:
    """The same, (n, m), of truth that is one of K candidates, each (n, m), with these chances (n, K)."""
    chances = [posterior[:, [at]] for at in range(len(candidates))]
    numerator = sum((p * one.numerator for p, one in zip(chances, candidates, strict=True)), np.zeros(1))
    denominator = sum((p * one.denominator for p, one in zip(chances, candidates, strict=True)), np.zeros(1))
    weight = unit_weights(design)[:, None]
    ratio = np.nan_to_num(over((weight * numerator).sum(axis=0), (weight * denominator).sum(axis=0)))
    mean = numerator - ratio * denominator
    moved = [one.numerator - ratio * one.denominator for one in candidates]
    within = sum((p * (each - mean) ** 2 for p, each in zip(chances, moved, strict=True)), np.zeros(1))
    return np.broadcast_to(_told(mean, within, weight), mean.shape).copy()


def _told(value: Floats, within: Floats, weight: Floats) -> Floats:
    total = np.maximum(weight.sum(axis=0), 1e-300)
    mean = (weight * value).sum(axis=0) / total
    between = (weight * (value - mean) ** 2).sum(axis=0) / total
    return np.nan_to_num(over(between, between + (weight * within).sum(axis=0) / total), nan=1.0)
