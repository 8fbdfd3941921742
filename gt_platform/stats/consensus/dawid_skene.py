"""Dawid and Skene's model: every annotator has a confusion matrix of their own."""

import numpy as np

from gt_platform.stats.consensus.expectation import Fit, Steps, settled
from gt_platform.stats.consensus.votes import Codes, Floats, Votes

LEAST = 1e-10
"""Without a prior, an answer that an annotator never gave to a truth still has this weight, or one vote could veto."""


def dawid_skene(
    votes: Votes,
    *,
    prior: Floats | None = None,
    gold: Codes | None = None,
    start: Floats | None = None,
    iterations: int = 100,
    tolerance: float = 1e-7,
) -> Fit:
    """Fit by expectation-maximisation, from the shares of votes or from the posterior `start` (items, labels).

    `prior` holds pseudo-counts of answers given the truth: (labels, labels) for every annotator alike, or (annotators,
    labels, labels), such as an annotator's history. With it the fit is the posterior mode, and prevalence gets one
    pseudo-count a label; without it, maximum likelihood. `gold` (items,) clamps items whose truth is known.
    It stops when the penalised marginal log-likelihood, which never falls, gains less than `tolerance` of itself.

    Source: Dawid and Skene, Applied Statistics 28 (1979). Raises ValueError for a prior that is negative, not finite
    or of another shape.
    """
    pseudo = _pseudo_counts(votes, prior)
    steps = Steps(votes, gold)
    posterior = steps.start() if start is None else start
    objective: list[float] = []
    confusion, prevalence = _maximised(steps, posterior, pseudo)
    for iteration in range(iterations):
        if iteration:
            confusion, prevalence = _maximised(steps, posterior, pseudo)
        posterior, likelihood = steps.posterior(confusion, prevalence)
        objective.append(likelihood + _penalty(confusion, prevalence, pseudo))
        if settled(objective, tolerance):
            break
    return Fit(posterior, confusion, prevalence, tuple(objective))


def _maximised(steps: Steps, posterior: Floats, pseudo: Floats | None) -> tuple[Floats, Floats]:
    counts = steps.counts(posterior)
    if pseudo is None:
        counts = np.maximum(counts, LEAST)
        prevalence = posterior.mean(axis=0)
    else:
        counts = counts + pseudo
        prevalence = posterior.sum(axis=0) + 1
    total = counts.sum(axis=2, keepdims=True)
    even = np.full_like(counts, 1 / counts.shape[2])
    return np.divide(counts, total, out=even, where=total > 0), prevalence / prevalence.sum()


def _penalty(confusion: Floats, prevalence: Floats, pseudo: Floats | None) -> float:
    if pseudo is None:
        return 0.0
    from scipy.special import xlogy

    return float(xlogy(np.broadcast_to(pseudo, confusion.shape), confusion).sum() + np.log(prevalence).sum())


def _pseudo_counts(votes: Votes, prior: Floats | None) -> Floats | None:
    if prior is None:
        return None
    shapes = ((votes.labels, votes.labels), (votes.annotators, votes.labels, votes.labels))
    if prior.shape not in shapes:
        raise ValueError(f"a prior of shape {prior.shape}; it must be {shapes[0]} or {shapes[1]}")
    if not np.isfinite(prior).all() or (prior < 0).any():
        raise ValueError("pseudo-counts must be finite and not negative")
    return prior
