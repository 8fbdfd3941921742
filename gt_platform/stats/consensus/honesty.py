"""Whether an honest majority can be made out at all: raters who answer blindly, and raters who copy one another.

No truth is needed, and none is settled here. What to think of a single rater belongs in `gt_platform.stats.raters`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.votes import Codes, Floats, Votes

Flags = NDArray[np.bool_]

LEAST_ANSWERS = 30
"""Answers to items that others answered too, below which nothing is said of a rater."""
LEAST_ELSEWHERE = 10
"""Of them, answers where the others favour another label than usual: with rare labels the honest seldom vary."""
LEAST_RATERS = 3
MOST_RATERS = 400  # the busiest are looked at: the matrix of pairs grows with the square
BLIND, DOUBTFUL = 1.645, 2.326
"""Standard deviations of chance: the upper bound of what is known of a rater, and what 1 blind one in 100 exceeds."""
USUAL = 0.5
"""A blind rater's agreement is also surely less than this share of the median rater's: few answers show nothing."""
IDENTICAL = 0.85
"""Chance-corrected agreement within a group that copies; honest raters reached .8 on the easiest real data tried."""
DISCORD = 0.5
"""Raters who err independently agree across two groups as the geometric mean of within; squared, copiers are below."""
LEAST_RIVALS = 0.1  # agreement among the others: without any, there is no rival truth to be in discord with


@dataclass(frozen=True)
class Honesty:
    """Of `judged` raters, who have enough answers, those who are `blind`, those who copy, and `suspects`; (raters,).

    Suspects copy, or cannot be told from blind raters; none does where together the latter clearly see something.
    """

    judged: Flags
    blind: Flags
    copies: Flags
    suspects: Flags

    @property
    def refusal(self) -> str | None:
        """Why no majority can be trusted, or None."""
        judged, suspects, copies = (int(flags.sum()) for flags in (self.judged, self.suspects, self.copies))
        if judged < LEAST_RATERS or 2 * suspects < judged:
            return None
        blind = suspects - copies
        parts = [f"{blind} answer no better than blindly"] * bool(blind)
        parts += [f"{copies} give one another's answers"] * bool(copies)
        return (
            f"no honest majority can be made out: of {judged} raters with {LEAST_ANSWERS} answers or more, "
            f"{' and '.join(parts)}; give gold answers, or leave those raters out"
        )


def honesty(votes: Votes) -> Honesty:
    """Look for blind and copying raters. A rater's answers are blind when shuffling them would do as well.

    Agreement with the shares of the others' answers, less its mean over all orders of the rater's own answers, is
    measured in standard deviations of those orders (a permutation test by its exact first two moments).
    Copying: a group agrees within itself almost always, but with the rest, who agree among themselves, much less
    than raters who err independently would.
    """
    copies = _copies(votes)
    # copies agree with one another, and would make those who do not copy look blind
    judged, excess, deviation = _against_chance(*_beside_others(votes.only(~copies[votes.rater])), votes.raters)
    doubtful = judged & (excess <= DOUBTFUL * deviation)
    together = _ratio(excess[doubtful], deviation[doubtful]).sum() / np.sqrt(max(doubtful.sum(), 1))
    suspects = copies | (doubtful & (together < DOUBTFUL))
    return Honesty(judged | copies, _blind(judged, excess, deviation), copies, suspects)


def blind_to(votes: Votes, truth: Codes) -> Flags:
    """Raters whose answers follow the known truth no better than blindly, (raters,); `truth` (items,), -1 unknown."""
    known = truth[votes.item] >= 0
    shares = np.eye(votes.labels)[truth[votes.item[known]]]
    judged, excess, deviation = _against_chance(votes.rater[known], votes.label[known], shares, votes.raters)
    return np.asarray(judged & (excess <= BLIND * deviation))


def _blind(judged: Flags, excess: Floats, deviation: Floats) -> Flags:
    usual = float(np.median(excess[judged])) if judged.any() else 0.0
    unlike = excess + BLIND * deviation < USUAL * usual
    return np.asarray(judged & (excess <= BLIND * deviation) & unlike)


def _beside_others(votes: Votes) -> tuple[Codes, Codes, Floats]:
    """Rater, label and the shares of the others' answers, for each answer to an item that others answered too."""
    tally = votes.tally()
    shared = tally.sum(axis=1)[votes.item] > 1
    label, others = votes.label[shared], tally[votes.item[shared]]
    others[np.arange(len(label)), label] -= 1
    return votes.rater[shared], label, others / others.sum(axis=1, keepdims=True)


def _against_chance(rater: Codes, label: Codes, shares: Floats, raters: int) -> tuple[Flags, Floats, Floats]:
    """Who can be judged, each rater's agreement with `shares` (n, labels) above chance, and chance's deviation."""
    labels = shares.shape[1]
    if not len(rater):
        return np.zeros(raters, dtype=np.bool_), np.zeros(raters), np.zeros(raters)
    count = np.bincount(rater, minlength=raters).astype(np.float64)
    per_answer = 1 / np.maximum(count, 1)[:, None]
    own = _by_rater(rater, np.eye(labels)[label], raters) * per_answer
    usual = _by_rater(rater, shares, raters) * per_answer
    led = _by_rater(rater, np.eye(labels)[shares.argmax(axis=1)], raters)
    chance = (own * usual).sum(axis=1)
    observed = np.bincount(rater, shares[np.arange(len(label)), label], raters) * per_answer[:, 0]
    centred = shares - usual[rater]
    centred -= (own[rater] * centred).sum(axis=1, keepdims=True)
    squares = np.bincount(rater, (own[rater] * centred**2).sum(axis=1), raters)
    deviation = np.sqrt(squares / np.maximum(count - 1, 1) * per_answer[:, 0])
    judged = (count >= LEAST_ANSWERS) & (count - led.max(axis=1) >= LEAST_ELSEWHERE)
    return judged, observed - chance, deviation


def _ratio(excess: Floats, deviation: Floats) -> Floats:
    return np.divide(excess, deviation, out=np.zeros_like(excess), where=deviation > 1e-12)


def _by_rater(rater: Codes, values: Floats, raters: int) -> Floats:
    """Sums of (n, m) values by rater, (raters, m)."""
    return np.stack([np.bincount(rater, column, raters) for column in values.T], axis=1)


def _copies(votes: Votes) -> Flags:
    copies = np.zeros(votes.raters, dtype=np.bool_)
    answers = np.bincount(votes.rater, minlength=votes.raters)
    order = np.argsort(-answers, kind="stable")
    chosen = order[answers[order] >= LEAST_ANSWERS][:MOST_RATERS]
    while len(chosen) > LEAST_RATERS:
        kappa, common = _pairwise(votes, chosen)
        group = _identical_group(kappa, common)
        if group is None:
            break
        copies[chosen[group]] = True
        chosen = chosen[~group]
    return copies


def _pairwise(votes: Votes, chosen: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Cohen's kappa of every pair of the chosen raters on the items both answered, 0 where none, and how many."""
    from scipy.sparse import csr_array

    place = np.full(votes.raters, -1)
    place[chosen] = np.arange(len(chosen))
    kept = place[votes.rater] >= 0
    row, item, label = place[votes.rater[kept]], votes.item[kept], votes.label[kept]
    ones, raters = np.ones(len(row)), len(chosen)
    answered = csr_array((ones, (row, item)), shape=(raters, votes.items))
    answers = csr_array((ones, (row, item * votes.labels + label)), shape=(raters, votes.items * votes.labels))
    common = (answered @ answered.T).toarray()
    agreed = (answers @ answers.T).toarray()
    own = np.bincount(row * votes.labels + label, minlength=raters * votes.labels).reshape(raters, -1)
    share = own / own.sum(axis=1, keepdims=True)
    chance = share @ share.T
    observed = np.divide(agreed, common, out=np.zeros_like(agreed), where=common > 0)
    kappa = np.divide(
        observed - chance, 1 - chance, out=np.zeros_like(chance), where=(1 - chance > 1e-9) & (common > 0)
    )
    np.fill_diagonal(common, 0)
    return kappa, common


def _identical_group(kappa: Floats, common: Floats) -> Flags | None:
    """The raters who copy one another, if any do: linked by near identity, at odds with the rest."""
    from scipy.sparse.csgraph import connected_components

    linked = (kappa >= IDENTICAL) & (common >= LEAST_ANSWERS)
    _, group_of = connected_components(linked, directed=False)
    for number in np.argsort(-np.bincount(group_of), kind="stable"):
        group = group_of == number
        if group.sum() < 2:
            return None
        within, between, among = (
            _mean(kappa, common, *sides) for sides in ((group, group), (group, ~group), (~group, ~group))
        )
        if among >= LEAST_RIVALS and max(between, 0.0) ** 2 < DISCORD * within * among:
            return np.asarray(group)
    return None


def _mean(kappa: Floats, common: Floats, one: Flags, other: Flags) -> float:
    weight = common[np.ix_(one, other)]
    return float((kappa[np.ix_(one, other)] * weight).sum() / weight.sum()) if weight.sum() else 0.0
