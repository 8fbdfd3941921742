"""How much annotators err together: items that look like something else to everybody, found without any truth.

Answers to one item are not independent given its truth: some items are hard for everyone. Where this is left out,
five answers pass for five witnesses, and a model that explains shared mistakes as truth predicts the answers best.
"""

import numpy as np

from gt_platform.stats.consensus.folds import thinned
from gt_platform.stats.consensus.votes import Codes, Floats, Votes

CORRELATIONS = (0.001, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
PRIOR = (1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.3)  # before any answer: higher ones were found on no real votes tried
UNSEEN = 1.5
"""A fit without truth takes some shared mistakes for truth: on ten real sets it finds .4 to 1.3 of what there is."""
HIGHEST = 0.25
"""Beyond, answers weigh so little that items fall to the commonest label."""
STIFF = 100.0  # answers' worth, of each truth, that errors are taken to fall evenly on the other labels
CYCLES = 20
MOST_ANSWERS = 100_000  # more tell the correlation no better than it need be known
MOST_CELLS = 1_000_000  # of answers x labels looked at together: a second's work
MOST_LABELS = 300  # beyond, a common matrix is not to be learned
USUAL = 0.1
RIGHT = (0.5, 0.95)
"""Shares of right answers that items' difficulty is told from: beyond, a few wrong ones would make it endless."""


def dependence(votes: Votes) -> float:
    """The correlation of two annotators' answers to an item of known truth, 0 to HIGHEST, by the votes alone.

    An item's votes are taken as Dirichlet-multinomial given its truth, with the matrix all annotators have in common
    and labels as frequent as they are given; the correlation is its mean under PRIOR and the likelihood of a sample.
    Source of the model: Mosimann, Biometrika 49 (1962).
    """
    if votes.labels > MOST_LABELS:
        return USUAL
    sample = thinned(votes, min(MOST_ANSWERS, MOST_CELLS // votes.labels))
    patterns = _Patterns(sample)
    likelihood = np.array([patterns.likelihood(rho) for rho in CORRELATIONS]) + np.log(PRIOR)
    weight = np.exp(likelihood - likelihood.max())
    return float(min(UNSEEN * (weight @ CORRELATIONS) / weight.sum(), HIGHEST))


def independent_share(votes: Votes, correlation: float) -> Floats:
    """What an answer counts beside the others of its item, (items,): n answers for n / (1 + (n - 1) correlation)."""
    answers = np.bincount(votes.item, minlength=votes.items)
    return np.asarray(1 / (1 + np.maximum(answers - 1, 0) * correlation))


def hardness(votes: Votes, correlation: float) -> float:
    """The standard deviation of items' difficulty, on the log odds of being right, that makes answers so correlate.

    To first order, a shift of the log odds moves the chance p of being right by p (1 - p) as much. How many are right
    follows from how many of two answers to an item agree, errors falling evenly on the other labels.
    """
    tally = votes.tally()
    total = tally.sum(axis=1)
    pairs = (tally * (tally - 1)).sum(axis=1) / np.maximum(total - 1, 1)
    agreed, even = pairs.sum() / max(total[total > 1].sum(), 1.0), 1 / votes.labels
    right = even + np.sqrt(max(agreed - even, 0.0) * (1 - even))
    right = float(np.clip(right, *RIGHT))
    return float(np.sqrt(correlation / (right * (1 - right))))


def frequencies(shares: Floats) -> Floats:
    """How frequent each label is given, (labels,), from the shares of each item's votes, (items, labels)."""
    found = shares.sum(axis=0) + 1
    return np.asarray(found / found.sum())


class _Patterns:
    """The distinct counts of labels an item may have got, and how many items have them."""

    def __init__(self, votes: Votes) -> None:
        cell, count = np.unique(votes.item * votes.labels + votes.label, return_counts=True)
        item, self._label = np.divmod(cell, votes.labels)
        answered, self._row = np.unique(item, return_inverse=True)
        self._rows = len(answered)
        self._count, self._level = np.unique(count, return_inverse=True)
        self._counts = count.astype(np.float64)
        self._total = np.bincount(self._row, self._counts)
        self._labels = votes.labels
        shares = self._gathered(np.eye(self._labels)[self._label] * self._counts[:, None])
        self._shares = shares / self._total[:, None]

    def likelihood(self, correlation: float) -> float:
        """Log likelihood of all items at this correlation, at the common matrix that fits them best."""
        from scipy.special import gammaln

        worth = (1 - correlation) / correlation
        frequent = np.log(frequencies(self._shares))
        constant = gammaln(worth) - gammaln(self._total + worth)
        posterior = self._shares
        for _ in range(CYCLES):
            likely = worth * self._matrix(posterior)
            table = gammaln(likely[:, :, None] + self._count) - gammaln(likely)[:, :, None]
            joint = self._gathered(table[:, self._label, self._level].T) + constant[:, None] + frequent
            peak = joint.max(axis=1, keepdims=True)
            posterior = np.exp(joint - peak)
            total = posterior.sum(axis=1, keepdims=True)
            posterior /= total
        return float((peak + np.log(total)).sum())

    def _matrix(self, posterior: Floats) -> Floats:
        found = np.zeros((self._labels, self._labels))
        np.add.at(found.T, self._label, posterior[self._row] * self._counts[:, None])
        right = (np.trace(found) + 1) / (found.sum() + 2)
        even = np.full_like(found, (1 - right) / (self._labels - 1))
        np.fill_diagonal(even, right)
        found += STIFF * even
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def _gathered(self, values: Floats) -> Floats:
        """Sums of (entries, labels) values by item."""
        starts: Codes = np.searchsorted(self._row, np.arange(self._rows))
        return np.asarray(np.add.reduceat(values, starts, axis=0))
