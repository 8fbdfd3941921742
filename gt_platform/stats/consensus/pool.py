"""A pool of votes as every model of annotators needs it: what an answer counts, and how frequent labels are."""

import numpy as np

from gt_platform.stats.consensus.dependence import frequencies, hardness, independent_share
from gt_platform.stats.consensus.expectation import Steps
from gt_platform.stats.consensus.votes import Codes, Floats, Votes

ALIKE = 4.0  # answers' worth of the usual annotator that everyone begins with, where each has one skill


class Pool:
    """Votes, `known` (items,) truth or UNKNOWN, and the `correlation` of errors, from which `hardness` follows."""

    def __init__(self, votes: Votes, known: Codes | None, correlation: float) -> None:
        self.votes = votes
        self.steps = Steps(votes, known)
        self.shares = self.steps.start()
        self.frequent = frequencies(self.shares)
        self.answers = np.bincount(votes.annotator, minlength=votes.annotators).astype(np.float64)
        self.correlation, self.hardness = correlation, hardness(votes, correlation)
        self._worth = independent_share(votes, correlation)[:, None]

    def posterior(self, evidence: Floats) -> Floats:
        """The probability of each label from the log likelihood of an item's votes, both (items, labels)."""
        joint = self._worth * evidence + np.log(self.frequent)
        joint -= joint.max(axis=1, keepdims=True)
        np.exp(joint, out=joint)
        return self.steps.clamped(joint / joint.sum(axis=1, keepdims=True))

    def of_answers(self, values: Floats) -> Floats:
        """What `values` (items, labels) say of the label that each answer gives, (n,)."""
        return np.asarray(values[self.votes.item, self.votes.label])

    def by_annotator(self, values: Floats) -> Floats:
        """Sums of the answers' values (n,) by annotator."""
        return np.asarray(np.bincount(self.votes.annotator, values, self.votes.annotators), dtype=np.float64)

    def by_label(self, values: Floats) -> Floats:
        """Sums of the answers' values (n,) by item and label given, (items, labels)."""
        votes = self.votes
        cell = votes.item * votes.labels + votes.label
        summed = np.bincount(cell, values, votes.items * votes.labels)
        return np.asarray(summed.reshape(votes.items, votes.labels), dtype=np.float64)

    def usual(self, right: Floats) -> tuple[Floats, float]:
        """Each annotator's share of answers that are `right` (annotators,), shrunk to the mean; and the mean."""
        mean = float((right.sum() + 1) / (self.answers.sum() + 2))
        return (right + ALIKE * mean) / (self.answers + ALIKE), mean
