"""Several labels at once: label by label, from annotators who miss labels and add some."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.dependence import dependence, independent_share
from gt_platform.stats.consensus.difficulty import MATRIX_LEFT
from gt_platform.stats.consensus.layout import refuse_bad, totals
from gt_platform.stats.consensus.votes import votes

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

PRIOR_LABELS = 10.0
"""Labels' worth, present and absent alike, of the typical annotator everyone starts with."""
LEADS = 0.5
MOST_CYCLES = 200
TOLERANCE = 1e-7
"""Change of every probability below which a cycle was the last."""


@dataclass(frozen=True)
class Consensus:
    """What I items come to on L labels.

    `probability` (I, L) is how likely each label is part of the truth; `sensitivity` (R,) the share of an item's
    labels an annotator finds and `specificity` (R,) the share of the others left out.
    """

    probability: Floats
    sensitivity: Floats
    specificity: Floats


def label_shares(item: Codes, given: Flags) -> Floats:
    """Share of each item's answers that give each label, (I, L); `given` is (N, L)."""
    count = np.bincount(item)
    return totals(item, given.astype(np.float64), len(count)) / np.maximum(count, 1)[:, None]


def settle_sets(item: Codes, annotator: Codes, given: Flags, known: Floats | None = None) -> Floats:
    """The probability of every label of every item, (I, L), by `settle_labels` with the shares of answers beside it.

    Answers that correlate, label by label, count for less in the model. A label leads by the mean of model and share,
    and is as likely as this where the model says otherwise: so little is lost to a majority where labels of some items
    are hard for everybody, or some labels harder to find than others. Arguments and errors are those of
    `settle_labels`.
    """
    refuse_bad(item, annotator, given)
    labels = given.shape[1]
    each = (item[:, None] * labels + np.arange(labels)).ravel()
    said = votes(each, np.repeat(annotator, labels), given.ravel().astype(np.int64), labels=2)
    worth = independent_share(said, MATRIX_LEFT * dependence(said))[::labels]
    found = settle_labels(item, annotator, given, known, worth=worth).probability
    shares = label_shares(item, given)
    both = (found + (shares if known is None else np.where(np.isnan(known), shares, known))) / 2
    return np.where((found > LEADS) == (both > LEADS), found, both)


def settle_labels(
    item: Codes,
    annotator: Codes,
    given: Flags,
    known: Floats | None = None,
    *,
    weight: Floats | None = None,
    worth: Floats | None = None,
) -> Consensus:
    """The probability of every label, by Dawid & Skene's (1979) model of two classes for each label.

    An annotator has one sensitivity and one specificity for all labels, since rare labels tell little. It is found by
    EM, from the shares of the answers; each annotator starts with PRIOR_LABELS labels' worth, present and absent, of
    what all annotators together show against those shares. A label's odds are halfway (geometrically) from how often it
    is given to how often it is then found: found alone, a rare label's run away with what is hard about it.

    `item` and `annotator` are (N,) codes from 0, `given` (N, L) what each annotator gave; `known` (I, L) is 0 or 1 for
    items whose truth is known, NaN elsewhere; `weight` (I,) how many items each one counts for, and `worth` (I,) for
    how much of an answer each of its answers, both 1 by default. Raises ValueError for arrays that do not match and an
    annotator who answers an item twice.
    """
    refuse_bad(item, annotator, given)
    if given.ndim != 2 or given.shape[1] == 0:
        raise ValueError(f"answers {given.shape} must have one column for each label")
    present = given.astype(np.float64)
    items, annotators = int(item.max(initial=-1)) + 1, int(annotator.max(initial=-1)) + 1
    truth = np.full((items, given.shape[1]), np.nan) if known is None else known
    posterior = np.where(np.isnan(truth), label_shares(item, given), truth)
    counts, worth = (np.ones(items) if one is None else one for one in (weight, worth))
    prior = _found(np.zeros_like(annotator), posterior[item], present, counts[item], 1)
    prior = PRIOR_LABELS * _rates(prior + 1)
    often = _odds(counts, posterior)
    for _ in range(MOST_CYCLES):
        before = posterior
        rates = _rates(_found(annotator, posterior[item], present, counts[item], annotators) + prior)
        odds = (often + _odds(counts, posterior)) / 2
        posterior = _expect(item, annotator, present, rates, worth, odds, truth)
        if np.abs(posterior - before).max(initial=0) < TOLERANCE:
            break
    return Consensus(posterior, rates[:, 0, 1], rates[:, 1, 0])


def _odds(counts: Floats, posterior: Floats) -> Floats:
    """The logarithm of how often each label is there, over how often it is not, (L,)."""
    there = counts @ posterior + 0.5
    return np.asarray(np.log(there / (counts.sum() + 1 - there)))


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
    item: Codes, annotator: Codes, present: Floats, rates: Floats, worth: Floats, odds: Floats, truth: Floats
) -> Floats:
    """Posterior of every label of every item."""
    from scipy.special import expit

    left, given = (np.log(rates[:, 0, said] / rates[:, 1, said])[annotator, None] for said in (0, 1))
    found = totals(item, present * given + (1 - present) * left, len(truth))
    return np.where(np.isnan(truth), expit(worth[:, None] * found + odds), truth)
