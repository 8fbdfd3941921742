"""How much each model of annotators has the evidence for it: by the answers, or the gold, that it has not seen."""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.consensus.expectation import UNKNOWN, predicted
from gt_platform.stats.consensus.folds import folds, thinned
from gt_platform.stats.consensus.models import MAJORITY, MODELS, Model, affordable, vote_shares
from gt_platform.stats.consensus.votes import Codes, Floats, Votes

FOLDS = 5
SIGNIFICANT = 1.96
"""Standard errors by which models must predict better than the majority: 5 %, two-sided."""
LEAST_ANSWERS = 900
"""Of simulated panels of three to twelve annotators with 480 answers, models settled up to 24 points less than the
majority right; with 900 answers at most 2.3 less, and on average 0.1 to 8.5 points more."""
LEAST_HISTORY = 10.0
"""Answers that the annotator of an average answer must have given: nobody is known by fewer."""
LEAST_GOLD = 20
LEAST_WEIGHT = 0.02  # models below are left out: each takes as long as the others
MOST_ANSWERS = 200_000  # more answers do not change the weights, and would take minutes
LEAST_PROBABILITY = 1e-6  # one surprise must not outweigh everything else
ROUNDS = 200


@dataclass(frozen=True)
class Choice:
    """The weight of each model that has any, together 1, and the evidence for it in words."""

    weights: dict[str, float]
    evidence: str

    @property
    def name(self) -> str:
        """The models in words, the weightiest first."""
        if len(self.weights) == 1:
            return next(iter(self.weights))
        ordered = sorted(self.weights.items(), key=lambda part: -part[1])
        return "stacked " + ", ".join(f"{weight:.0%} {name}" for name, weight in ordered)


def choose(votes: Votes, gold: Codes | None = None) -> Choice:
    """Weigh the models by what they predict; the majority alone unless together they predict significantly better.

    With at least LEAST_GOLD answered gold items the models predict these, else answers: five folds are held out in
    turn. The weights maximise the mean log-probability of the weighted models together (stacking: Yao, Vehtari,
    Simpson and Gelman 2018). `gold` (items,) holds known truth or UNKNOWN.
    """
    known = gold is not None and np.count_nonzero(np.isin(np.flatnonzero(gold != UNKNOWN), votes.item)) >= LEAST_GOLD
    if len(votes.item) < LEAST_ANSWERS and not known:
        return _majority(f"{len(votes.item)} answers, fewer than the {LEAST_ANSWERS} that tell raters apart")
    if (history := _history(votes)) < LEAST_HISTORY:
        return _majority(f"an answer's annotator gave {history:.1f} answers on average, fewer than {LEAST_HISTORY:g}")
    if not affordable(votes):
        return _majority(f"{votes.annotators:,} annotators x {votes.labels:,} labels are too many for their matrices")
    if known and gold is not None:
        return _stacked({name: _of_gold(model, votes, gold) for name, model in MODELS.items()}, "gold items")
    sample = thinned(votes, MOST_ANSWERS)
    fold = folds(sample, FOLDS)
    if np.bincount(fold, minlength=FOLDS).max() > len(fold) / 2:
        return _majority("the answers are too much alike to be held out in turn")
    return _stacked({name: _held_out(model, sample, fold, gold) for name, model in MODELS.items()}, "held-out answers")


def posterior(votes: Votes, choice: Choice, gold: Codes | None = None) -> Floats:
    """The weighted mean of the models' probabilities of each label for each item, (items, labels).

    For the majority these are the shares of the votes.
    """
    if set(choice.weights) == {MAJORITY}:
        return vote_shares(votes, gold)
    total = np.zeros((votes.items, votes.labels))
    for name, weight in choice.weights.items():
        total += weight * MODELS[name](votes, gold).posterior
    return total


def _history(votes: Votes) -> float:
    answers = np.bincount(votes.annotator)
    return float((answers**2).sum() / answers.sum())


def _majority(evidence: str) -> Choice:
    return Choice({MAJORITY: 1.0}, evidence)


def _held_out(model: Model, votes: Votes, fold: Codes, gold: Codes | None) -> Floats:
    """The probability of every answer by the model that was fitted without its fold."""
    found = np.zeros(len(fold))
    for held in np.unique(fold):
        seen = fold != held
        found[~seen] = predicted(model(votes.only(seen), gold), votes.only(~seen))
    return found


def _of_gold(model: Model, votes: Votes, gold: Codes) -> Floats:
    """The probability of every answered gold item's truth by the model that was not told it."""
    known = np.flatnonzero((gold != UNKNOWN) & (np.bincount(votes.item, minlength=votes.items) > 0))
    turn = np.arange(len(known)) % FOLDS
    found = np.zeros(len(known))
    for held in range(FOLDS):
        hidden = known[turn == held]
        told = gold.copy()
        told[hidden] = UNKNOWN
        found[turn == held] = model(votes, told).posterior[hidden, gold[hidden]]
    return found


def _stacked(probability: dict[str, Floats], what: str) -> Choice:
    table = np.maximum(np.stack(list(probability.values()), axis=1), LEAST_PROBABILITY)
    weights = np.full(table.shape[1], 1 / table.shape[1])
    for _ in range(ROUNDS):
        share = table * weights
        weights = (share / share.sum(axis=1, keepdims=True)).mean(axis=0)
    gain = np.log(table @ weights) - np.log(table[:, list(probability).index(MAJORITY)])
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    better = float(gain.mean() / error) if error > 0 else 0.0
    if better <= SIGNIFICANT:
        return _majority(f"no model of annotators is significantly better on {len(gain):,} {what}")
    kept = {name: float(weight) for name, weight in zip(probability, weights, strict=True) if weight >= LEAST_WEIGHT}
    total = sum(kept.values())
    why = f"better than the majority by {better:.1f} standard errors on {len(gain):,} {what}"
    return Choice({name: weight / total for name, weight in kept.items()}, why)
