"""The two steps of expectation-maximisation over annotators' confusion matrices, on a sparse layout.

What is maximised, and which matrices are allowed, belongs in the models: `dawid_skene`, `one_coin` and `models`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gt_platform.stats.consensus.votes import Codes, Floats, Votes

UNKNOWN = -1
"""The code of an item in `gold` whose truth is not known."""


@dataclass(frozen=True)
class Fit:
    """A model of annotators and what it makes of the items.

    `posterior` (items, labels) is the probability of each label being an item's truth; `confusion` (annotators, labels,
    labels) that of an annotator's answer (last axis) given the truth; `prevalence` (labels,) of the labels themselves.
    `objective` has the penalised marginal log-likelihood of every iteration; it never falls.
    """

    posterior: Floats
    confusion: Floats
    prevalence: Floats
    objective: tuple[float, ...]


class Steps:
    """Both steps for one set of votes. `gold` (items,) holds known truth, UNKNOWN where there is none."""

    def __init__(self, votes: Votes, gold: Codes | None = None) -> None:
        from scipy.sparse import csr_array

        self.votes = votes
        cell = (votes.annotator * votes.labels + votes.label).astype(np.int32)
        starts = np.searchsorted(votes.item, np.arange(votes.items + 1)).astype(np.int32)
        shape = (votes.items, votes.annotators * votes.labels)
        self.by_item: Any = csr_array((np.ones(len(cell)), cell, starts), shape=shape)
        self._known = np.flatnonzero(gold != UNKNOWN) if gold is not None else np.empty(0, dtype=np.int64)
        self._truth = gold[self._known] if gold is not None else self._known
        if gold is not None and (len(gold) != votes.items or gold.max(initial=UNKNOWN) >= votes.labels):
            raise ValueError(f"gold must have one label code, or {UNKNOWN}, for each of the {votes.items} items")

    def known_among(self, items: slice) -> tuple[Codes, Codes]:
        """Which of these items, counted from the first of them, have a known truth, and what it is."""
        some = slice(*np.searchsorted(self._known, (items.start, items.stop)).tolist())
        return self._known[some] - items.start, self._truth[some]

    def start(self) -> Floats:
        """Each item's shares of the votes as the first posterior; even where nobody answered."""
        tally = self.votes.tally()
        total = tally.sum(axis=1, keepdims=True)
        shares = np.divide(tally, total, out=np.full_like(tally, 1 / self.votes.labels), where=total > 0)
        return self.clamped(shares)

    def counts(self, posterior: Floats) -> Floats:
        """How often each annotator is expected to have answered what to which truth, (annotators, truth, answer)."""
        shape = (self.votes.annotators, self.votes.labels, self.votes.labels)
        counted: Floats = (self.by_item.T @ posterior).reshape(shape)
        return counted.transpose(0, 2, 1)

    def evidence(self, confusion: Floats) -> Floats:
        """The log likelihood of each item's votes were each label its truth, (items, labels)."""
        size = self.votes.annotators * self.votes.labels
        with np.errstate(divide="ignore"):
            evidence = np.log(confusion).transpose(0, 2, 1).reshape(size, self.votes.labels)
        found: Floats = self.by_item @ evidence
        return found

    def posterior(self, confusion: Floats, prevalence: Floats) -> tuple[Floats, float]:
        """The probability of each label for each item, and the marginal log-likelihood of all votes."""
        joint = self.evidence(confusion)
        with np.errstate(divide="ignore"):  # a label nobody gives has probability 0
            joint += np.log(prevalence)
        peak = joint[:, 0].copy()
        for label in range(1, self.votes.labels):  # numpy's max over a short last axis takes eight times as long
            np.maximum(peak, joint[:, label], out=peak)
        known = joint[self._known, self._truth].sum()
        joint -= peak[:, None]
        np.exp(joint, out=joint)
        total = joint @ np.ones(self.votes.labels)
        per_item = np.log(total) + peak
        per_item[self._known] = 0
        joint /= total[:, None]
        return self.clamped(joint), float(per_item.sum() + known)

    def clamped(self, posterior: Floats) -> Floats:
        """The posterior with the known items at their truth, in place."""
        posterior[self._known] = 0
        posterior[self._known, self._truth] = 1
        return posterior


def settled(objective: list[float], tolerance: float) -> bool:
    """Whether the last iteration gained less than `tolerance` per unit of the objective."""
    return len(objective) > 1 and objective[-1] - objective[-2] <= tolerance * max(1.0, abs(objective[-1]))
