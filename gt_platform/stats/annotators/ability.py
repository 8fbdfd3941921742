"""How often annotators are right, and which labels they give too often, where hardly any truth is known.

What an annotator answered helped to find the truth, so the share that agrees with it flatters everybody: with three
answers an item, by 4 points. Each answer is compared with what the others' say instead, for as much as they tell.
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.one_coin import one_coin
from gt_platform.stats.consensus.votes import Codes, Floats, Votes
from gt_platform.stats.intervals import LEVEL

GRID = 400
"""Abilities tried: steps of a quarter of a point."""
BINS = 400
LEAST = 1e-9


@dataclass(frozen=True)
class Abilities:
    """Of each of R annotators: the share of right answers with its 95 % interval (R,), and of L labels by how much more
    of the answers have it than should, with that interval (R, L). `confusion` (R, L, L) counts answers (last axis) by
    what the truth is expected to be. `known` (R,) are answers to items of known truth.
    """

    share: Floats
    low: Floats
    high: Floats
    over: Floats
    over_low: Floats
    over_high: Floats
    confusion: Floats
    known: Codes


def abilities(votes: Votes, gold: Codes | None = None) -> Abilities:
    """The posterior of each annotator's ability under Jeffreys' prior, given what the others' answers and gold say.

    The others are weighed by one coin each (`one_coin`), whose posterior of an item is taken back by the annotator's
    own factor. The likelihood of an ability a is then that of a mixture, a * P(answer is true) + (1 - a) * P(error).
    Source of the leave-one-out step: Dawid and Skene (1979), whose posterior is a product over annotators.
    """
    fit = one_coin(votes, errors="pooled", prevalence="estimated", gold=gold)
    by_truth = fit.confusion[votes.annotator, :, votes.label]
    others = fit.posterior[votes.item] / np.maximum(by_truth, LEAST)
    others /= np.maximum(others.sum(axis=1, keepdims=True), LEAST)
    share, low, high = _posterior(votes, fit.confusion, others, by_truth)
    over, half = _over_use(votes, others)
    known = np.zeros(votes.items, dtype=np.bool_) if gold is None else gold != UNKNOWN
    return Abilities(
        share=share,
        low=low,
        high=high,
        over=over,
        over_low=over - half,
        over_high=over + half,
        confusion=_counted(votes, fit.posterior),
        known=np.bincount(votes.annotator[known[votes.item]], minlength=votes.annotators),
    )


def _posterior(votes: Votes, confusion: Floats, others: Floats, by_truth: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean and bounds for each annotator, on a grid of abilities."""
    rows = np.arange(len(votes.item))
    right = others[rows, votes.label]
    wrong = 1 - np.einsum("rkk->rk", confusion)[votes.annotator]  # by truth; the coin is the same for every label
    spread = np.where(np.arange(votes.labels) == votes.label[:, None], 0.0, by_truth / np.maximum(wrong, LEAST))
    error = (others * spread).sum(axis=1)
    bin_ = np.rint(BINS * right / np.maximum(right + error, LEAST)).astype(np.int64)
    counts = np.bincount(votes.annotator * (BINS + 1) + bin_, minlength=votes.annotators * (BINS + 1))
    told, ability = np.linspace(0, 1, BINS + 1), (np.arange(GRID) + 0.5) / GRID
    mixture = np.log(np.maximum(np.outer(told, ability) + np.outer(1 - told, 1 - ability), LEAST))
    log = counts.reshape(votes.annotators, BINS + 1) @ mixture - 0.5 * np.log(ability * (1 - ability))
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    below = weight.cumsum(axis=1)
    bounds = [ability[(below >= q).argmax(axis=1)] for q in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
    return weight @ ability, bounds[0], bounds[1]


def _over_use(votes: Votes, others: Floats) -> tuple[Floats, Floats]:
    """Share of each label among the answers less the share it should have, (R, L), and half its 95 % interval."""
    n = np.maximum(np.bincount(votes.annotator, minlength=votes.annotators), 1)[:, None]
    given = votes.label[:, None] == np.arange(votes.labels)
    apart = given - others
    mean = _summed(votes, apart) / n
    variance = np.maximum(_summed(votes, apart**2) / n - mean**2, 1 / (4 * n))
    return mean, 1.96 * np.sqrt(variance / n)


def _summed(votes: Votes, values: Floats) -> Floats:
    columns = [np.bincount(votes.annotator, weights=column, minlength=votes.annotators) for column in values.T]
    return np.stack(columns, axis=1)


def _counted(votes: Votes, posterior: Floats) -> Floats:
    cell = votes.annotator * votes.labels + votes.label
    size = votes.annotators * votes.labels
    counts = [np.bincount(cell, weights=column[votes.item], minlength=size) for column in posterior.T]
    table: Floats = np.stack(counts, axis=1).astype(np.float64)
    return table.reshape(votes.annotators, votes.labels, votes.labels).transpose(0, 2, 1)
