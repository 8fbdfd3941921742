"""Annotators who answer without looking, found without any truth: as well shuffled, or always the same."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.votes import Codes, Floats, Votes

Flags = NDArray[np.bool_]

LEAST_ANSWERS = 30
"""Answers to items that others answered too, below which nothing is said of an annotator."""
ATTAINABLE = 7.0
"""Standard deviations that answering as most others do must be worth, or too little is at stake to tell who looks: with
rare labels, and with few items, the honest often look blind."""
BLIND, DOUBTFUL = 1.645, 2.326
"""Standard deviations of chance: the upper bound of what is known of an annotator, and what 1 blind one in 100 exceeds.
"""
USUAL = 0.5
"""A blind annotator's agreement is also surely less than this share of the median annotator's: few answers show
nothing."""
ONE_LABEL = 0.95
"""Share of one label from which an annotator gives just that."""
ANOTHER = 0.2
"""Share of the others' answers that must surely be another label, for giving one label to be a fault."""
CHUNK = 4_000_000  # answers x labels looked at together: 32 MB


@dataclass(frozen=True)
class Chance:
    """Of each annotator, (annotators,): whether there is enough to judge, agreement above chance, and chance's
    deviation.
    """

    judged: Flags
    excess: Floats
    deviation: Floats

    @property
    def score(self) -> Floats:
        """The agreement above chance in deviations."""
        return in_deviations(self.excess, self.deviation)


def in_deviations(excess: Floats, deviation: Floats) -> Floats:
    """The excess in deviations, 0 where chance leaves nothing open."""
    return np.divide(excess, deviation, out=np.zeros_like(excess), where=deviation > 1e-12)


def doubtful(votes: Votes) -> tuple[Flags, Flags]:
    """Annotators who cannot be told from blind ones, and of them those who surely are blind; both (annotators,).

    Each is compared with the others' shares. The worst half of those in doubt leave before the rest is compared
    anew, because blind answers among the others make honest ones look blind as well. None is in doubt where all who
    left clearly see something together.
    """
    left = np.ones(votes.annotators, dtype=np.bool_)
    score = np.zeros(votes.annotators)
    while True:
        found = beside_others(votes, left)
        doubt = np.flatnonzero(found.judged & left & (found.score <= DOUBTFUL))
        if not len(doubt) or left.sum() <= 2:
            break
        worst = doubt[np.argsort(found.score[doubt], kind="stable")][: (len(doubt) + 1) // 2]
        score[worst] = found.score[worst]
        left[worst] = False
    usual = float(np.median(found.excess[found.judged & left])) if (found.judged & left).any() else 0.0
    unlike = found.excess + BLIND * found.deviation < USUAL * usual
    blind = ~left & (score <= BLIND) & (unlike | ~found.judged)
    together = score[~left].sum() / np.sqrt(max((~left).sum(), 1))
    return (~left if together < DOUBTFUL else np.zeros_like(left)), blind


def one_answer(votes: Votes) -> Flags:
    """Annotators, (annotators,), who give one label only, where the annotators who do not surely give another one
    often.
    """
    given = np.bincount(votes.annotator * votes.labels + votes.label, minlength=votes.annotators * votes.labels)
    given = given.reshape(votes.annotators, votes.labels)
    answers = given.sum(axis=1)
    constant = (answers >= LEAST_ANSWERS) & (given.max(axis=1) >= ONE_LABEL * answers)
    tally = votes.only(~constant[votes.annotator]).tally()
    total = tally.sum(axis=1)
    asked = constant[votes.annotator] & (total[votes.item] > 0)
    same = tally[votes.item[asked], votes.label[asked]] / total[votes.item[asked]]
    count = np.bincount(votes.annotator[asked], minlength=votes.annotators)
    share = np.bincount(votes.annotator[asked], same, votes.annotators) / np.maximum(count, 1)
    bound = share + BLIND * np.sqrt(share * (1 - share) / np.maximum(count, 1))
    return np.asarray(constant & (count >= LEAST_ANSWERS) & (bound < 1 - ANOTHER))


def beside_others(votes: Votes, among: Flags) -> Chance:
    """Each annotator beside the shares of the other annotators' answers, of those in `among` (annotators,)."""
    tally = votes.only(among[votes.annotator]).tally()
    own = among[votes.annotator]
    shared = tally.sum(axis=1)[votes.item] > own
    label, others = votes.label[shared], tally[votes.item[shared]]
    others[np.arange(len(label)), label] -= own[shared]
    others /= others.sum(axis=1, keepdims=True)
    return against(votes.annotator[shared], label, others, votes.annotators)


def against(annotator: Codes, label: Codes, shares: Floats, annotators: int) -> Chance:
    """Annotators' agreement with the `shares` (n, labels) beside each of n answers.

    Chance is its mean over all orders of the annotator's own answers, with their deviation: the first two moments of
    the permutation test, exactly.
    """
    if not len(annotator):
        return Chance(np.zeros(annotators, dtype=np.bool_), np.zeros(annotators), np.zeros(annotators))
    count = np.bincount(annotator, minlength=annotators)
    attainable = in_deviations(*_above_chance(annotator, shares.argmax(axis=1), shares, count))
    return Chance(
        (count >= LEAST_ANSWERS) & (attainable >= ATTAINABLE), *_above_chance(annotator, label, shares, count)
    )


def _above_chance(annotator: Codes, label: Codes, shares: Floats, count: Codes) -> tuple[Floats, Floats]:
    labels, annotators = shares.shape[1], len(count)
    per_answer = 1 / np.maximum(count, 1)[:, None]
    own = (
        np.bincount(annotator * labels + label, minlength=annotators * labels).reshape(annotators, labels) * per_answer
    )
    usual = _by_annotator(annotator, shares, annotators) * per_answer
    observed = np.bincount(annotator, shares[np.arange(len(label)), label], annotators) * per_answer[:, 0]
    scatter = np.empty(len(annotator))
    step = max(1, CHUNK // labels)
    for rows in (slice(start, start + step) for start in range(0, len(annotator), step)):
        centred = shares[rows] - usual[annotator[rows]]
        centred -= (own[annotator[rows]] * centred).sum(axis=1, keepdims=True)
        scatter[rows] = (own[annotator[rows]] * centred**2).sum(axis=1)
    squares = np.bincount(annotator, scatter, annotators)
    deviation = np.sqrt(squares / np.maximum(count - 1, 1) * per_answer[:, 0])
    return observed - (own * usual).sum(axis=1), deviation


def _by_annotator(annotator: Codes, values: Floats, annotators: int) -> Floats:
    """Sums of (n, m) values by annotator, (annotators, m)."""
    return np.stack([np.bincount(annotator, column, annotators) for column in values.T], axis=1)
