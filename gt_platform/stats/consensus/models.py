"""What annotators are like, four ways: each takes the votes, and says of every item how probable each label is.

From few unknowns to many: weighted votes, one coin an annotator, an annotator's habits, an annotator's matrix. None is
chosen: held-out answers would choose whichever best predicts the mistakes that annotators share. All begin with the
shares of the votes, stop after CYCLES, and take labels to be as frequent as they are given: estimated, a frequency
runs away with the hard items.
"""

from collections.abc import Callable

import numpy as np

from gt_platform.stats.consensus.dependence import MOST_LABELS, frequencies, independent_share
from gt_platform.stats.consensus.expectation import Steps
from gt_platform.stats.consensus.votes import MOST_CELLS, TIE, Codes, Floats, Votes

CYCLES = 20
ALIKE = 4.0  # answers' worth of the usual annotator that everyone begins with, where each has one skill
EMPHASIS, TURNS = 3.0, 3  # of weighted votes: an annotator weighs agreement to this power, found anew so often
HABITS = 20.0  # answers' worth of what annotators together give where they do not know
MATRICES = 8.0  # answers' worth, of each truth, of the matrix that annotators have in common
COMMON = 100.0  # answers' worth, of each truth, of a common matrix made of skill and habits alone
FEW = 100.0  # answers in a pool from which on models count more than the plain shares of the votes
LEAST, MOST = 0.001, 0.98  # of skill: no answer is proof


class Pool:
    """Votes as every model needs them; `known` (items,) is truth or UNKNOWN, `correlation` that of errors."""

    def __init__(self, votes: Votes, known: Codes | None, correlation: float) -> None:
        self.votes = votes
        self.steps = Steps(votes, known)
        self.shares = self.steps.start()
        self.frequent = frequencies(self.shares)
        self.answers = np.bincount(votes.annotator, minlength=votes.annotators).astype(np.float64)
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


def weighted_votes(pool: Pool) -> Floats:
    """Shares of votes that weigh as much as their annotator agrees with what leads (after crowd-kit's Wawa)."""
    shares = pool.shares
    for _ in range(TURNS):
        ahead = (shares >= shares.max(axis=1, keepdims=True) - TIE).astype(np.float64)
        ahead /= ahead.sum(axis=1, keepdims=True)
        agreement, _ = pool.usual(pool.by_annotator(pool.of_answers(ahead)))
        weighed = pool.by_label(agreement[pool.votes.annotator] ** EMPHASIS)
        total = weighed.sum(axis=1, keepdims=True)
        shares = np.divide(weighed, total, out=np.full_like(weighed, 1 / weighed.shape[1]), where=total > 0)
        shares = pool.steps.clamped(shares)
    return shares


def one_coin(pool: Pool) -> Floats:
    """Right with a probability of one's own, and when wrong, anything else alike (Dawid and Skene 1979, symmetric)."""
    posterior, others = pool.shares, pool.votes.labels - 1
    for _ in range(CYCLES):
        right, _ = pool.usual(pool.by_annotator(pool.of_answers(posterior)))
        right = np.clip(right, LEAST, MOST)
        gain = np.log(right * others / (1 - right))
        posterior = pool.posterior(pool.by_label(gain[pool.votes.annotator]))
    return posterior


def habits(pool: Pool) -> Floats:
    """Knows the truth, or else answers from habit, whatever it is (after MACE: Hovy et al. 2013)."""
    votes, posterior = pool.votes, pool.shares
    cell, size = votes.annotator * votes.labels + votes.label, votes.annotators * votes.labels
    often = np.bincount(votes.label, minlength=votes.labels) + 1.0
    often /= often.sum()
    knows, habit = np.full(votes.annotators, 0.6), np.tile(often, (votes.annotators, 1))
    for _ in range(CYCLES):
        known, guessed = knows[votes.annotator], ((1 - knows)[:, None] * habit).ravel()[cell]
        known = pool.of_answers(posterior) * known / (known + guessed)
        knows = np.clip(pool.usual(pool.by_annotator(known))[0], LEAST, MOST)
        given = np.bincount(cell, 1 - known, size).reshape(habit.shape)
        together = given.sum(axis=0) + often
        habit = given + HABITS * together / together.sum()
        habit /= habit.sum(axis=1, keepdims=True)
        guessed = ((1 - knows)[:, None] * habit).ravel()[cell]
        posterior = pool.posterior(pool.by_label(np.log1p(knows[votes.annotator] / guessed)))
    return posterior


def matrices(pool: Pool) -> Floats:
    """A confusion matrix of one's own, shrunk to the common one, and that to skill and habits (Dawid, Skene 1979)."""
    posterior, labels = pool.shares, pool.votes.labels
    often = np.bincount(pool.votes.label, minlength=labels) + 1.0
    often /= often.sum()
    by_chance = float(often @ often)
    for _ in range(CYCLES):
        counts = pool.steps.counts(posterior)
        common = counts.sum(axis=0)
        right = (np.trace(common) + 1) / (common.sum() + 2)
        knows = max((right - by_chance) / (1 - by_chance), 0.05)
        common += COMMON * (knows * np.eye(labels) + (1 - knows) * often)
        counts = counts + MATRICES * common / common.sum(axis=1, keepdims=True)
        posterior = pool.posterior(pool.steps.evidence(counts / counts.sum(axis=2, keepdims=True)))
    return posterior


Model = Callable[[Pool], Floats]
MODELS: dict[str, tuple[Model, float]] = {
    "weighted votes": (weighted_votes, 1.0),
    "one coin": (one_coin, 1.0),
    "habits": (habits, 1.0),
    "matrices": (matrices, 2.0),
}
"""Each with its weight; matrices count twice, being alone in knowing which labels are confused."""
VOTES_ALONE = "votes"


def affordable(votes: Votes) -> tuple[str, ...]:
    """The models that there is memory and time for; VOTES_ALONE where for none."""
    if votes.items * votes.labels > MOST_CELLS // 2:
        return (VOTES_ALONE,)
    if votes.labels > MOST_LABELS:
        return ("weighted votes",)
    return tuple(name for name in MODELS if name != "matrices" or votes.annotators * votes.labels**2 <= MOST_CELLS // 2)


def together(votes: Votes, known: Codes | None, correlation: float) -> Floats:
    """The weighted mean of what the `affordable` models say and of the shares of the votes, (items, labels).

    The shares count as FEW answers, the models as many as there are.
    """
    pool, names = Pool(votes, known, correlation), affordable(votes)
    if names == (VOTES_ALONE,):
        return pool.shares
    total = np.zeros_like(pool.shares)
    for name in names:
        model, weight = MODELS[name]
        total += weight * model(pool)
    learned = len(votes.item) / (len(votes.item) + FEW)
    return learned * total / sum(MODELS[name][1] for name in names) + (1 - learned) * pool.shares
