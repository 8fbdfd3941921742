"""The models of annotators that consensus weighs against one another, from all alike to each a matrix of their own."""

from collections.abc import Callable

import numpy as np

from gt_platform.stats.consensus.dawid_skene import dawid_skene
from gt_platform.stats.consensus.expectation import Fit, Steps
from gt_platform.stats.consensus.one_coin import Skill, one_coin
from gt_platform.stats.consensus.votes import MOST_CELLS, Codes, Floats, Votes

Model = Callable[[Votes, Codes | None], Fit]

MAJORITY = "majority"
STRENGTHS = (64.0, 16.0, 4.0)
"""Answers' worth of what is known of all annotators that one's own matrix is shrunk to: even steps from stiff to loose.
"""
MOST_ERROR = 0.999


def affordable(votes: Votes) -> bool:
    """Whether there is memory for every annotator's matrix and every item's probabilities, several times over."""
    return max(votes.annotators * votes.labels**2, votes.items * votes.labels) <= MOST_CELLS


def vote_shares(votes: Votes, gold: Codes | None = None) -> Floats:
    """Each label's share of an item's votes, (items, labels): no matrix, so it is always affordable."""
    return Steps(votes, gold).start()


def equal_annotators(votes: Votes, gold: Codes | None = None) -> Fit:
    """All annotators equally good and errors even, under which the majority's answer is the most probable.

    `posterior` holds the shares of the votes themselves.
    """
    fit = one_coin(votes, prevalence="estimated", skill=Skill(0.5, np.inf), gold=gold)
    return Fit(vote_shares(votes, gold), fit.confusion, fit.prevalence, fit.objective)


def by_skill(strength: float) -> Model:
    """Dawid and Skene's model, each annotator's matrix shrunk to one coin and the errors all of them make together."""

    def fit(votes: Votes, gold: Codes | None) -> Fit:
        base = one_coin(votes, errors="pooled", gold=gold)
        return dawid_skene(votes, prior=strength * base.confusion, gold=gold, start=base.posterior)

    return fit


def by_class(strength: float) -> Model:
    """Dawid and Skene's model, each annotator's matrix shrunk to the common one with errors scaled by skill."""

    def fit(votes: Votes, gold: Codes | None) -> Fit:
        coin = one_coin(votes, gold=gold)
        return dawid_skene(votes, prior=strength * _scaled(votes, coin, gold), gold=gold)

    return fit


def _scaled(votes: Votes, coin: Fit, gold: Codes | None) -> Floats:
    steps = Steps(votes, gold)
    # the shares of the votes, not a fit: where a label is rare, a fit of the common matrix runs away
    common = steps.counts(steps.start()).sum(axis=0) + 1 / votes.labels
    common /= common.sum(axis=1, keepdims=True)
    answers = np.bincount(votes.annotator, minlength=votes.annotators)
    errors = 1 - coin.confusion[:, 0, 0]
    relative = errors / np.average(errors, weights=answers)
    wrong = np.clip(relative[:, None] * (1 - np.diag(common)), 1 - MOST_ERROR, MOST_ERROR)
    spread = common * (1 - np.eye(votes.labels))
    scaled = wrong[:, :, None] * spread / spread.sum(axis=1, keepdims=True)
    return np.asarray(scaled + (1 - wrong)[:, :, None] * np.eye(votes.labels))


MODELS: dict[str, Model] = {
    MAJORITY: equal_annotators,
    "one-coin": lambda votes, gold: one_coin(votes, gold=gold),
    "one-coin, pooled errors": lambda votes, gold: one_coin(votes, errors="pooled", gold=gold),
    **{f"Dawid-Skene, {strength:g} answers of skill": by_skill(strength) for strength in STRENGTHS},
    **{f"Dawid-Skene, {strength:g} answers of class": by_class(strength) for strength in STRENGTHS},
}
