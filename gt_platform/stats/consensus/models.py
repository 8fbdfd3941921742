"""What annotators are like, four ways: each takes the votes, and says of every item how probable each label is.

From few unknowns to many: weighted votes, an annotator's skill, habits, and matrix (`difficulty` has two). None is
chosen: held-out answers would choose whichever best predicts the mistakes that annotators share. All begin with the
shares of the votes, stop after CYCLES, and take labels to be as frequent as they are given: estimated, a frequency
runs away with the hard items.
"""

from collections.abc import Callable

import numpy as np

from gt_platform.stats.consensus.dependence import MOST_LABELS
from gt_platform.stats.consensus.difficulty import affordable as matrices_affordable
from gt_platform.stats.consensus.difficulty import matrices, skill
from gt_platform.stats.consensus.pool import Pool
from gt_platform.stats.consensus.votes import MOST_CELLS, TIE, Codes, Floats, Votes

CYCLES = 20
EMPHASIS, TURNS = 3.0, 3  # of weighted votes: an annotator weighs agreement to this power, found anew so often
HABITS = 20.0  # answers' worth of what annotators together give where they do not know
FEW = 100.0  # answers in a pool from which on models count more than the plain shares of the votes
LEAST, MOST = 0.001, 0.98  # of skill: no answer is proof


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


Model = Callable[[Pool], Floats]
MODELS: dict[str, tuple[Model, float]] = {
    "weighted votes": (weighted_votes, 1.0),
    "one coin": (one_coin, 1.0),
    "habits": (habits, 1.0),
    "skill": (skill, 1.0),
    "matrices": (matrices, 3.0),
}
"""Each with its weight; matrices count as much as the others, being alone in knowing which labels are confused."""
VOTES_ALONE = "votes"
SIMPLE, USUAL = ("weighted votes", "one coin", "habits"), ("weighted votes", "skill", "habits", "matrices")


def affordable(votes: Votes) -> tuple[str, ...]:
    """The models that there is memory and time for; VOTES_ALONE where for none."""
    if votes.items * votes.labels > MOST_CELLS // 2:
        return (VOTES_ALONE,)
    if votes.labels > MOST_LABELS:
        return ("weighted votes",)
    return USUAL if matrices_affordable(votes.annotators, votes.labels) else SIMPLE


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
