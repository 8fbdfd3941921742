"""Annotators who answer without looking: always the same label, or any label."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.annotators.answers import Answers
from gt_platform.stats.annotators.confusion import compared_use, expected_use
from gt_platform.stats.annotators.shares import jeffreys
from gt_platform.stats.multiplicity import q_values

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

ALPHA = 0.01
ONE_ANSWER = 0.9
"""Share of one label from which answers count as one answer."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """The label an annotator uses most beyond what is expected: its share of n answers, the share expected, and a
    q-value.

    `entropy` and `expected_entropy` are those of the annotator's labels and of what is expected, in bits. `one_answer`
    says that it is all the annotator gives, against the evidence.
    """

    label: int
    share: float
    expected: float
    n: int
    q_value: float
    entropy: float
    expected_entropy: float
    one_answer: bool


def label_use(given: Answers, truth: Codes, *, minimum: int) -> list[Use | None]:
    """Each annotator's most overused label, by a binomial test against what the truth or the other annotators say
    there.

    q-values are Benjamini-Hochberg's over annotators, each p-value multiplied by the number of labels. None for fewer
    than `minimum` answers to compare. An annotator gives one answer if a label takes ONE_ANSWER of his answers, q <=
    0.01, and its share's lower bound is nearer to all than to what is expected: where most units are of one label, it
    is right.
    """
    used, expected = compared_use(given, truth), expected_use(given, truth)
    n = used.sum(axis=1)
    tested = np.flatnonzero(n >= max(1, minimum))
    share, usual = (part[tested] / n[tested, np.newaxis] for part in (used, np.maximum(expected, 0)))
    label = (share - usual).argmax(axis=1) if len(tested) else tested
    rows = np.arange(len(tested))
    top, norm = share[rows, label], usual[rows, label]
    q = q_values(np.minimum(1, _tail(used[tested, label], n[tested], norm) * given.labels))
    low, _ = jeffreys(used[tested, label], n[tested])
    constant = (top >= ONE_ANSWER) & (q <= ALPHA) & (low > (1 + norm) / 2)
    found: list[Use | None] = [None] * given.annotators
    for at, annotator in enumerate(tested.tolist()):
        found[annotator] = Use(
            label=int(label[at]),
            share=float(top[at]),
            expected=float(norm[at]),
            n=int(n[annotator]),
            q_value=float(q[at]),
            entropy=_entropy(share[at]),
            expected_entropy=_entropy(usual[at]),
            one_answer=bool(constant[at]),
        )
    return found


def chance_agreement(given: Answers, reference: Codes) -> Floats:
    """How often each annotator would match the reference (n,) of his answers by chance, (R,); NaN without any.

    His own labels shuffled over his units: the sum over labels of his share times the reference's share. References of
    -1 are left out.
    """
    kept = reference >= 0
    shape = given.annotators, given.labels
    own, theirs = (
        np.bincount(given.annotator[kept] * given.labels + code[kept], minlength=shape[0] * shape[1]).reshape(shape)
        for code in (given.code, reference)
    )
    n = own.sum(axis=1).astype(np.float64)
    by_chance = np.full(len(n), np.nan)
    np.divide((own * theirs).sum(axis=1), n**2, out=by_chance, where=n > 0)
    return by_chance


def _tail(count: Floats, n: Floats, share: Floats) -> Floats:
    """P(X >= count), X binomial of n trials."""
    from scipy.special import betainc

    tail = betainc(np.maximum(count, 1), n - np.maximum(count, 1) + 1, np.minimum(share, 1))
    return np.where(count < 1, 1.0, tail)


def _entropy(share: Floats) -> float:
    positive = share[share > 0]
    return float(max(0.0, -(positive * np.log2(positive)).sum()))
