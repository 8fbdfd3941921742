"""Annotators' skill and matrices where some items are harder for everybody: one shift of the log odds of being right.

Where items differ, those whom most contradict are not therefore wrong: on a hard item few are right, and who these are
is told by the easy ones. The shift is integrated out, item by item, at NODES.
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.consensus.dependence import independent_share
from gt_platform.stats.consensus.pool import Pool
from gt_platform.stats.consensus.votes import MOST_CELLS, Codes, Floats

CYCLES, STEPS = 15, 2  # of Newton's method in each cycle
NODES = (-2.85697, -1.355626, 0.0, 1.355626, 2.85697)
WEIGHTS = (0.0112574, 0.2220759, 0.5333334, 0.2220759, 0.0112574)
"""Gauss and Hermite's five points for a standard normal, and their weights."""
LEAST_HARDNESS = 0.2  # below, items differ too little to tell any from the others
SKILL_LEFT, MATRIX_LEFT = 0.25, 0.5
"""Shares of the correlation that discount answers beside difficulty: what makes everybody see the same wrong label is
not difficulty alone, and matrices are the more misled by it. Chosen on nine real sets, between a quarter and all."""
ALIKE = 8.0  # answers' worth of the usual annotator, of each truth where each has an own skill
LEAST_INFORMATION = 0.03  # of such an answer, however sure the usual annotator is
MOST_MOVED = 1.5
HABIT = 20.0  # answers' worth, of each truth, of wrong labels being given as often as labels are at all
LEAST = 0.001  # of being right or wrong: no answer is proof


def skill(pool: Pool) -> Floats:
    """Each annotator is right with one probability, whatever the truth; wrong answers fall evenly."""
    return _Fit(pool, by_truth=False, left=SKILL_LEFT).posterior()


def matrices(pool: Pool) -> Floats:
    """Each annotator is right with a probability for each truth, and has an own habit when wrong."""
    return _Fit(pool, by_truth=True, left=MATRIX_LEFT).posterior()


def affordable(annotators: int, labels: int) -> bool:
    """Whether there is memory for annotators' matrices at all nodes."""
    return annotators * labels**2 * len(NODES) <= MOST_CELLS // 2


@dataclass
class _Odds:
    """Log odds of being right, (annotators, sides), the `usual` ones (sides,); a side is a truth, or all of them."""

    own: Floats
    usual: Floats

    def right(self, shift: Floats) -> Floats:
        """The probability of being right at each shift, (annotators, sides, nodes)."""
        from scipy.special import expit

        return np.asarray(np.clip(expit(self.own[:, :, None] + shift), LEAST, 1 - LEAST))

    def learn(self, right: Floats, total: Floats, shift: Floats) -> None:
        """Move towards the mode given counts (annotators, sides, nodes), under a normal prior around the usual odds."""
        for _ in range(STEPS):
            chance = self.right(shift)
            slope, bend = (right - total * chance).sum(axis=2), (total * chance * (1 - chance)).sum(axis=2)
            usual = 1 / (1 + np.exp(-self.usual))
            prior = ALIKE * np.maximum(usual * (1 - usual), LEAST_INFORMATION)
            step = (slope - prior * (self.own - self.usual)) / (bend + prior)
            self.own = self.own + np.clip(step, -MOST_MOVED, MOST_MOVED)
            known = bend / (bend + prior)
            self.usual = (known * self.own).sum(axis=0) / np.maximum(known.sum(axis=0), LEAST)


class _Fit:
    """One model of a pool, by expectation-maximisation from the shares of its votes."""

    def __init__(self, pool: Pool, *, by_truth: bool, left: float) -> None:
        self.pool, self.by_truth = pool, by_truth
        differ = pool.hardness >= LEAST_HARDNESS
        self.shift = pool.hardness * np.array(NODES) if differ else np.zeros(1)
        self.weights = np.array(WEIGHTS) if differ else np.ones(1)
        self.worth = independent_share(pool.votes, (left if differ else 1.0) * pool.correlation)[:, None]
        sides = pool.votes.labels if by_truth else 1
        self.odds = _Odds(np.ones((pool.votes.annotators, sides)), np.ones(sides))

    def posterior(self) -> Floats:
        """The probability of each label for each item, (items, labels)."""
        counts = self.pool.steps.counts(self.pool.shares)[..., None] * self.weights
        for cycle in range(CYCLES):
            self._learn(counts)
            posterior, counts = self._expect(self._evidence(counts), count=cycle < CYCLES - 1)
        return posterior

    def _learn(self, counts: Floats) -> None:
        """Learn the odds from how often everyone is expected to answer what, (annotators, truth, answer, nodes)."""
        right = np.einsum("rkku->rku", counts)
        total = counts.sum(axis=2)
        if not self.by_truth:
            right, total = right.sum(axis=1, keepdims=True), total.sum(axis=1, keepdims=True)
        self.odds.learn(right, total, self.shift)

    def _evidence(self, counts: Floats) -> Floats:
        """The logarithm of each answer's probability given truth and node, (annotators x answers, truths x nodes)."""
        votes = self.pool.votes
        right = np.broadcast_to(self.odds.right(self.shift), (votes.annotators, votes.labels, len(self.shift)))
        wrong = self._wrong(counts.sum(axis=3)) if self.by_truth else 1 / (votes.labels - 1)
        chance = np.asarray(np.log1p(-right)[:, :, None, :] + np.log(wrong)[..., None])
        chance = np.broadcast_to(chance, counts.shape).copy()
        every = np.arange(votes.labels)
        chance[:, every, every] = np.log(right)
        return chance.transpose(0, 2, 1, 3).reshape(votes.annotators * votes.labels, -1)

    def _wrong(self, counts: Floats) -> Floats:
        """How often each annotator gives which label when wrong, (annotators, truth, answer); the diagonal is idle."""
        others = 1 - np.eye(self.pool.votes.labels)
        given = counts * others
        common = given.sum(axis=0) + HABIT * self.pool.frequent * others / (1 - self.pool.frequent)[:, None]
        given += ALIKE * common / common.sum(axis=1, keepdims=True)
        return np.asarray(given / given.sum(axis=2, keepdims=True) + np.eye(self.pool.votes.labels))

    def _expect(self, evidence: Floats, *, count: bool) -> tuple[Floats, Floats]:
        """The posterior (items, labels), and counts as `_learn` needs them where asked for, some items at a time."""
        votes, steps = self.pool.votes, self.pool.steps
        shape, nodes = (votes.annotators, votes.labels, votes.labels, len(self.shift)), len(self.shift)
        posterior, counts = np.empty((votes.items, votes.labels)), np.zeros_like(evidence)
        prior = (np.log(self.pool.frequent)[:, None] + np.log(self.weights)).ravel()
        rows = max(1, max(evidence.size, MOST_CELLS // 10) // evidence.shape[1])
        for start in range(0, votes.items, rows):
            some = slice(start, start + rows)
            joint = steps.by_item[some] @ evidence
            joint *= self.worth[some]
            joint += prior
            _clamp(joint.reshape(-1, votes.labels, nodes), *steps.known_among(some))
            joint -= joint.max(axis=1, keepdims=True)
            np.exp(joint, out=joint)
            joint /= joint.sum(axis=1, keepdims=True)
            posterior[some] = joint.reshape(-1, votes.labels, nodes).sum(axis=2)
            if count:
                counts += steps.by_item[some].T @ joint
        return posterior, counts.reshape(shape).transpose(0, 2, 1, 3)


def _clamp(joint: Floats, known: Codes, truth: Codes) -> None:
    """Leave `known` rows of (items, labels, nodes) their `truth` alone, in place."""
    kept = joint[known, truth].copy()
    joint[known] = -np.inf
    joint[known, truth] = kept
