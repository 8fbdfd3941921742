"""One coin an annotator: right with a probability of their own, and when wrong, wrong as everybody is."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gt_platform.stats.consensus.expectation import Fit, Steps, settled
from gt_platform.stats.consensus.votes import Codes, Floats, Votes

ROUNDS = 6  # of estimating the spread of skill anew; on real votes the third already changes it by less than 1 %
CLOSE = 0.01
MOST_STRENGTH = 1e4  # beyond, all annotators are equally good for any purpose


@dataclass(frozen=True)
class Skill:
    """How annotators' accuracies are distributed: Beta with this mean, worth `strength` answers."""

    mean: float
    strength: float


def one_coin(
    votes: Votes,
    *,
    errors: Literal["even", "pooled"] = "even",
    prevalence: Literal["even", "estimated"] = "even",
    skill: Skill | None = None,
    gold: Codes | None = None,
    iterations: int = 100,
    tolerance: float = 1e-7,
) -> Fit:
    """Fit by expectation-maximisation; `errors` fall evenly on the other labels, or as all annotators' do together.

    Accuracies are shrunk towards their common mean as strongly as their own scatter tells (empirical Bayes, by
    moments, in rounds), unless `skill` says how; infinite strength makes all annotators equal. `gold` (items,) clamps
    items whose truth is known. `objective` is that of the last round. Labels are taken to be equally frequent unless
    `prevalence` is "estimated": with three answers an item and a rare label, the estimate runs away (of votes so
    simulated, 90 to 91 % were settled right instead of 95 %).

    Source: the symmetric case of Dawid and Skene (1979); Kleinman, JASA 68 (1973), for the moments.
    """
    steps = Steps(votes, gold)
    posterior = steps.start()
    answers = np.bincount(votes.annotator, minlength=votes.annotators).astype(np.float64)
    assumed = skill or _skill(steps.counts(posterior), answers)
    for _ in range(ROUNDS):
        fit = _fitted(steps, posterior, answers, assumed, (errors, prevalence), iterations, tolerance)
        posterior = fit.posterior
        found = skill or _skill(steps.counts(posterior), answers)
        if skill or abs(np.log(found.strength / assumed.strength)) < CLOSE:
            break
        assumed = found
    return fit


def _fitted(
    steps: Steps,
    posterior: Floats,
    answers: Floats,
    skill: Skill,
    shape: tuple[str, str],
    iterations: int,
    tolerance: float,
) -> Fit:
    labels, (errors, how) = steps.votes.labels, shape
    objective: list[float] = []
    for _ in range(iterations):
        counts = steps.counts(posterior)
        right = np.einsum("rkk->r", counts)
        accuracy = _accuracy(right, answers, skill)
        spread = _spread(counts.sum(axis=0), errors)
        confusion = accuracy[:, None, None] * np.eye(labels) + (1 - accuracy)[:, None, None] * spread
        prevalence = posterior.sum(axis=0) + 1 if how == "estimated" else np.ones(labels)
        prevalence /= prevalence.sum()
        posterior, likelihood = steps.posterior(confusion, prevalence)
        objective.append(likelihood + _penalty(accuracy, spread, prevalence, skill))
        if settled(objective, tolerance):
            break
    return Fit(posterior, confusion, prevalence, tuple(objective))


def _accuracy(right: Floats, answers: Floats, skill: Skill) -> Floats:
    if np.isinf(skill.strength):
        return np.full(len(right), (right.sum() + 1) / (answers.sum() + 2))
    return np.asarray((right + skill.strength * skill.mean) / (answers + skill.strength))


def _spread(pooled: Floats, errors: str) -> Floats:
    """Where wrong answers fall, given the truth; the diagonal is 0. One pseudo-count a row keeps it defined."""
    labels = len(pooled)
    wrong = pooled + 1 / labels if errors == "pooled" else np.ones_like(pooled)
    wrong[np.diag_indices(labels)] = 0
    return np.asarray(wrong / wrong.sum(axis=1, keepdims=True))


def _penalty(accuracy: Floats, spread: Floats, prevalence: Floats, skill: Skill) -> float:
    """Log-density of the priors under which `_accuracy` and `_spread` are the modes, up to constants."""
    labels = len(prevalence)
    off = spread[~np.eye(labels, dtype=np.bool_)]
    fixed = np.log(prevalence).sum() + np.log(off).sum() / labels
    if np.isinf(skill.strength):
        return float(fixed + np.log(accuracy[0]) + np.log(1 - accuracy[0]))
    right = skill.strength * skill.mean * np.log(accuracy)
    return float(fixed + (right + skill.strength * (1 - skill.mean) * np.log(1 - accuracy)).sum())


def _skill(counts: Floats, answers: Floats) -> Skill:
    right, total, annotators = np.einsum("rkk->r", counts), answers.sum(), np.count_nonzero(answers)
    mean = float((right.sum() + 1) / (total + 2))
    share = np.divide(right, answers, out=np.full_like(right, mean), where=answers > 0)
    scatter = (answers * (share - mean) ** 2).sum() - (annotators - 1) * mean * (1 - mean)
    pairs = total - (answers**2).sum() / total - (annotators - 1)
    variance = max(float(scatter / max(pairs, 1e-9)), mean * (1 - mean) / MOST_STRENGTH)
    return Skill(mean, float(np.clip(mean * (1 - mean) / variance - 1, 1.0, MOST_STRENGTH)))
