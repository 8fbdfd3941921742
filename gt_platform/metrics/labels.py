"""Metrics of answers that are labels: averages over classes, and Matthews' correlation.

All are functions of the same totals: of each label, how often it was given, how often it is true, how often both. An
output that is no valid answer gives no label: it lowers recall, and precision not at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from gt_platform.metrics.base import SHARE, Case, Corpus, Floats, Linearised, Ratio, between, of_means
from gt_platform.metrics.kinds import labels, one_label, some_labels

Rows = tuple[Floats, Floats, Floats]
LEAST_CASES = 8.0
"""Effective cases of a label in truth below which nothing is known of it: where one label in four had four of 50,
intervals of averages over labels covered 73 to 90 % (tests/bench/metrics.py)."""
THIN = 0.1
"""The share of the labels that may have fewer: what is not known of them is then a small part of the average."""


def told(answer: object) -> set[str]:
    """The labels that an answer has: one, several, or none."""
    return {answer} if isinstance(answer, str) else set(answer) if isinstance(answer, list) else set()


def counted(case: Case) -> tuple[float, ...]:
    """Of each label whether it was given and is true, then whether given, then whether true."""
    given, true = told(case.valid), told(case.truth)
    names = labels(case.kind)
    return tuple(float(name in of) for of in (given & true, given, true) for name in names)


def _rows(mean: Floats) -> Rows:
    both, given, true = np.split(mean, 3, axis=1)
    return both, given, true


def _over(one: Floats, other: Floats) -> Floats:
    """0 where there is nothing to divide by, as scikit-learn's zero_division=0."""
    return np.divide(one, other, out=np.zeros_like(one), where=other > 0)


def _precision(both: Floats, given: Floats, true: Floats) -> Floats:  # noqa: ARG001 - one of three alike
    return _over(both, given)


def _recall(both: Floats, given: Floats, true: Floats) -> Floats:  # noqa: ARG001
    return _over(both, true)


def _f1(both: Floats, given: Floats, true: Floats) -> Floats:
    return _over(2 * both, given + true)


OF = {"precision": _precision, "recall": _recall, "f1": _f1}


def _macro(of: Callable[[Floats, Floats, Floats], Floats]) -> Callable[[Floats], Floats]:
    """The plain mean over labels that are given or true anywhere."""

    def function(mean: Floats) -> Floats:
        rows = _rows(mean)
        there = rows[1] + rows[2] > 0
        return np.asarray((of(*rows) * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1))

    return function


def _weighted(of: Callable[[Floats, Floats, Floats], Floats]) -> Callable[[Floats], Floats]:
    """The mean over labels by how often they are true."""

    def function(mean: Floats) -> Floats:
        rows = _rows(mean)
        return _over((of(*rows) * rows[2]).sum(axis=1), rows[2].sum(axis=1))

    return function


def _unless_thin(function: Callable[[Floats], Floats]) -> Callable[[Floats, Floats], Linearised]:
    """Thin where labels with few cases are more than THIN of those that count alike."""
    line = of_means(function)

    def linearised(parts: Floats, weight: Floats) -> Linearised:
        _, given, true = np.split(parts, 3, axis=1)
        heavy = weight[:, np.newaxis]
        effective = _over((heavy * true).sum(axis=0) ** 2, (heavy**2 * true**2).sum(axis=0))
        there = (given + true > 0).any(axis=0)
        few = there & (effective < LEAST_CASES)
        return replace(line(parts, weight), thin=bool(few.sum() > THIN * there.sum()))

    return linearised


def _balanced(mean: Floats) -> Floats:
    both, _, true = _rows(mean)
    return np.asarray(_over(both, true).sum(axis=1) / np.maximum((true > 0).sum(axis=1), 1))


def _matthews(mean: Floats) -> Floats:
    """What is no valid answer is one label more."""
    both, given, true = _rows(mean)
    invalid = np.maximum(1 - given.sum(axis=1), 0)
    covariance = both.sum(axis=1) - (given * true).sum(axis=1)
    product = (1 - (given**2).sum(axis=1) - invalid**2) * (1 - (true**2).sum(axis=1))
    return np.where(product > 1e-15, covariance / np.sqrt(np.maximum(product, 1e-15)), 0.0)


def _micro(name: str) -> Callable[[Case], Mapping[str, tuple[float, float]]]:
    def shares(case: Case) -> dict[str, tuple[float, float]]:
        both, given, true = (float(one.sum()) for one in np.split(np.array(counted(case)), 3))
        return {"*": {"precision": (both, given), "recall": (both, true), "f1": (2 * both, given + true)}[name]}

    return shares


def _each(name: str) -> Callable[[Case], Mapping[str, tuple[float, float]]]:
    def shares(case: Case) -> dict[str, tuple[float, float]]:
        rows = zip(labels(case.kind), *np.split(np.array(counted(case)), 3), strict=True)
        found = {label: (float(both), float(given), float(true)) for label, both, given, true in rows}
        return {
            label: {"precision": (b, g), "recall": (b, t), "f1": (2 * b, g + t)}[name]
            for label, (b, g, t) in found.items()
        }

    return shares


SAID = {"precision": "of the outputs with a label, the share that is right", "recall": "of what has a label in truth, "
    "the share that is found", "f1": "the harmonic mean of precision and recall"}  # fmt: skip
FUNCTION = {name: f"sklearn.metrics.{name}_score" for name in SAID}


def _ratio(name: str, *, micro: bool) -> Ratio:
    return Ratio(
        name=f"micro_{name}" if micro else name,
        about=f"{SAID[name]}, {'over all labels together' if micro else 'label by label'}",
        suits=one_label,
        limits=between(*SHARE),
        library=f"{FUNCTION[name]}(average={chr(34) + 'micro' + chr(34) if micro else None})",
        empty="insufficient evidence where no case counts towards it",
        shares=_micro(name) if micro else _each(name),
    )


def _average(name: str, *, weighted: bool) -> Corpus:
    over = "by how often each is true" if weighted else "each of those that occur counting alike"
    average = "weighted" if weighted else "macro"
    return Corpus(
        name=f"{average}_{name}",
        about=f"{SAID[name]}; the mean over labels, {over}",
        suits=some_labels,
        limits=between(*SHARE),
        library=f'{FUNCTION[name]}(average="{average}", zero_division=0)',
        empty="0 of a label that is never given, or never true; labels that never occur are left out",
        parts=counted,
        linearised=of_means(_weighted(OF[name])) if weighted else _unless_thin(_macro(OF[name])),
    )


PRECISION, RECALL, F1 = (_ratio(name, micro=False) for name in SAID)
MICRO_PRECISION, MICRO_RECALL, MICRO_F1 = (_ratio(name, micro=True) for name in SAID)
MACRO_PRECISION, MACRO_RECALL, MACRO_F1 = (_average(name, weighted=False) for name in SAID)
WEIGHTED_PRECISION, WEIGHTED_RECALL, WEIGHTED_F1 = (_average(name, weighted=True) for name in SAID)
BALANCED_ACCURACY = Corpus(
    name="balanced_accuracy",
    about="the mean over true labels of how often each is found",
    suits=one_label,
    limits=between(*SHARE),
    library="sklearn.metrics.balanced_accuracy_score",
    empty="labels that are never true are left out",
    parts=counted,
    linearised=_unless_thin(_balanced),
)
MCC = Corpus(
    name="mcc",
    about="Matthews' correlation of outputs and truth: 0 by chance, 1 where all are right",
    suits=one_label,
    limits=between(-1.0, 1.0),
    library="sklearn.metrics.matthews_corrcoef",
    empty="0 where all outputs, or all truths, are one label",
    parts=counted,
    linearised=of_means(_matthews),
)
