"""Several labels at once: label by label, from annotators who miss labels and add some."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.layout import refuse_bad, totals

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

PRIOR_LABELS = 10.0
"""Labels' worth, present and absent alike, of the typical annotator everyone starts with."""
MOST_CYCLES = 200
TOLERANCE = 1e-7
"""Rise of the log posterior per answer below which a cycle was the last."""


@dataclass(frozen=True)
class Consensus:
    """What I items come to on L labels.

    `probability` (I, L) is how likely each label is part of the truth; `sensitivity` (R,) the share of an item's
    labels an annotator finds and `specificity` (R,) the share of the others left out. `bounds` are the log posterior
    after each cycle.
    """

    probability: Floats
    sensitivity: Floats
    specificity: Floats
    bounds: tuple[float, ...]


def label_shares(item: Codes, given: Flags) -> Floats:
    """Share of each item's answers that give each label, (I, L); `given` is (N, L)."""
    count = np.bincount(item)
    return totals(item, given.astype(np.float64), len(count)) / np.maximum(count, 1)[:, None]


def settle_labels(
    item: Codes, annotator: Codes, given: Flags, known: Floats | None = None, weight: Floats | None = None
) -> Consensus:
    """The probability of every label, by Dawid & Skene's (1979) model of two classes for each label.

    An annotator has one sensitivity and one specificity for all labels, since rare labels tell little; labels have
    their own frequencies. The mode of the posterior is found by EM, from the shares of the answers; each annotator
    starts with PRIOR_LABELS labels' worth, present and absent, of what all annotators together show against those
    shares.

    `item` and `annotator` are (N,) codes from 0, `given` (N, L) what each annotator gave; `known` (I, L) is 0 or 1 for
    items whose truth is known, NaN elsewhere; `weight` (I,) how many items each one counts for, 1 by default. Raises
    ValueError for arrays that do not match and an annotator who answers an item twice.
    """
    refuse_bad(item, annotator, given)
    if given.ndim != 2 or given.shape[1] == 0:
        raise ValueError(f"answers {given.shape} must have one column for each label")
    present = given.astype(np.float64)
    items, annotators = int(item.max(initial=-1)) + 1, int(annotator.max(initial=-1)) + 1
    truth = np.full((items, given.shape[1]), np.nan) if known is None else known
    posterior = np.where(np.isnan(truth), label_shares(item, given), truth)
    counts = np.ones(items) if weight is None else weight
    prior = _found(np.zeros_like(annotator), posterior[item], present, counts[item], 1)
    prior = PRIOR_LABELS * _rates(prior + 1)
    bounds: list[float] = []
    while len(bounds) < MOST_CYCLES:
        rates = _rates(_found(annotator, posterior[item], present, counts[item], annotators) + prior)
        frequency = (counts @ posterior + 0.5) / (counts.sum() + 1)
        posterior, each = _expect(item, annotator, present, rates, frequency, truth)
        likely = float(counts @ each)
        halves = (np.log(frequency) + np.log1p(-frequency)).sum() / 2
        bounds.append(likely + float((prior * np.log(rates)).sum() + halves))
        if len(bounds) > 1 and bounds[-1] - bounds[-2] < TOLERANCE * given.size:
            break
    return Consensus(posterior, rates[:, 0, 1], rates[:, 1, 0], tuple(bounds))


def _found(annotator: Codes, posterior: Floats, present: Floats, weight: Floats, annotators: int) -> Floats:
    """Expected labels that are there or not (second axis: there first), left out or given (last), by annotator."""
    pairs = [
        (posterior * (1 - present)).sum(axis=1),
        (posterior * present).sum(axis=1),
        ((1 - posterior) * (1 - present)).sum(axis=1),
        ((1 - posterior) * present).sum(axis=1),
    ]
    return totals(annotator, weight[:, None] * np.stack(pairs, axis=1), annotators).reshape(annotators, 2, 2)


def _rates(count: Floats) -> Floats:
    return np.asarray(count / count.sum(axis=2, keepdims=True))


def _expect(
    item: Codes, annotator: Codes, present: Floats, rates: Floats, frequency: Floats, truth: Floats
) -> tuple[Floats, Floats]:
    """Posterior of every label and the log likelihood of every item."""
    logs = np.log(rates)[annotator]
    sides = []
    for side, share in ((0, frequency), (1, 1 - frequency)):
        each = present * logs[:, side, 1, None] + (1 - present) * logs[:, side, 0, None]
        sides.append(totals(item, each, len(truth)) + np.log(share))
    there = np.where(truth == 0, -np.inf, sides[0])
    absent = np.where(truth == 1, -np.inf, sides[1])
    total = np.logaddexp(there, absent)
    return np.exp(there - total), np.asarray(total.sum(axis=1))
