"""How each annotator errs: confusion matrices, and labels over- and under-used."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.annotators.answers import Answers

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def confusion(given: Answers, truth: Codes, annotator: int) -> Codes:
    """One annotator's answers, (labels, labels): rows the truth, columns what was said; none of truth -1."""
    own = given.annotator == annotator
    known = truth[given.unit[own]]
    cell = known[known >= 0] * given.labels + given.code[own][known >= 0]
    return np.bincount(cell, minlength=given.labels**2).reshape(given.labels, given.labels)


def expected_use(given: Answers, truth: Codes) -> Floats:
    """How often each annotator would give each label by the truth, or where unknown as others did the same units.

    (annotators, labels), over the units with a known truth or another answer; so is `compared_use`, what was given
    there.
    """
    weight, counted = _reference(given, truth)
    found = np.zeros((given.annotators, given.labels))
    known = truth[given.unit] >= 0
    np.add.at(found, (given.annotator[known], truth[given.unit[known]]), 1)
    rest = counted & ~known
    others = given.counts[given.unit[rest]].multiply(weight[rest, np.newaxis]).tocoo()
    np.add.at(found, (given.annotator[rest][others.row], others.col), others.data)
    np.subtract.at(found, (given.annotator[rest], given.code[rest]), weight[rest])
    return found


def compared_use(given: Answers, truth: Codes) -> Floats:
    """How often each annotator gave each label to units with a known truth or another answer, (annotators, labels)."""
    _, counted = _reference(given, truth)
    cell = given.annotator[counted] * given.labels + given.code[counted]
    return np.bincount(cell, minlength=given.annotators * given.labels).reshape(-1, given.labels).astype(np.float64)


def _reference(given: Answers, truth: Codes) -> tuple[Floats, NDArray[np.bool_]]:
    """The weight of each other answer to the unit, and whether there is anything to compare the answer with, (n,)."""
    others = np.bincount(given.unit, minlength=given.units)[given.unit] - 1
    return 1 / np.maximum(others, 1), (truth[given.unit] >= 0) | (others > 0)
