"""How probable the most voted label is where annotators are alike, but some items harder than others.

A share of votes is no probability: two of two is 1, however weak the annotators. Which annotators to believe more
belongs in the models of `models`.
"""

import numpy as np

from gt_platform.stats.consensus.votes import Codes, Floats, Votes

PLACES = 9
"""Difficulties that are told apart, from where nobody is better than chance to where hardly anybody errs."""
MOST_RIGHT = 0.99
LURES = (0.0, 0.5)
"""Share of an item's wrong answers that fall on one and the same label: on none in particular, or on one that lures."""
PRIOR_ITEMS = 10.0
"""Items' worth of what is expected beforehand: easy items more often than hard ones, in proportion (Beta(2, 1))."""
CYCLES, CLOSE = 500, 1e-6


def probability_right(votes: Votes) -> Floats:
    """How probable it is that an item's most voted label (one of them, if several tie) is its truth, (items,).

    How common each difficulty and lure is gets estimated from all items by expectation-maximisation, beginning with
    what is expected; labels are equally frequent beforehand. 0 for an item without votes.
    """
    pattern, which, items = np.unique(_counts(votes), axis=0, return_inverse=True, return_counts=True)
    total = pattern.sum(axis=1)
    likelihood = _likelihood(pattern.astype(np.float64), votes.labels)
    several = np.append(np.ones(pattern.shape[1] - 1), votes.labels - pattern.shape[1] + 1)
    joint = likelihood * several[:, None]
    prior = np.tile(np.arange(1.0, PLACES + 1), likelihood.shape[2] // PLACES)
    prior *= PRIOR_ITEMS / prior.sum()
    common = prior / prior.sum()
    for _ in range(CYCLES):
        share = joint * common
        share /= share.sum(axis=(1, 2), keepdims=True)
        found = (share.sum(axis=1) * np.where(total > 0, items, 0)[:, None]).sum(axis=0) + prior
        found /= found.sum()
        common, before = found, common
        if np.abs(common - before).max() < CLOSE:
            break
    posterior = joint @ common
    first = (likelihood[:, 0] @ common) / posterior.sum(axis=1)
    return np.asarray(np.where(total > 0, first, 0.0)[which])


def _counts(votes: Votes) -> Codes:
    """The counts of each item's labels, the highest first, and at last the 0 of a label nobody gave."""
    cell, count = np.unique(votes.item * votes.labels + votes.label, return_counts=True)
    item = cell // votes.labels
    order = np.lexsort((-count, item))
    item, count = item[order], count[order]
    place = np.arange(len(item)) - np.searchsorted(item, item)
    counts = np.zeros((votes.items, int(place.max(initial=0)) + 2), dtype=np.int64)
    counts[item, place] = count
    return counts


def _likelihood(counts: Floats, labels: int) -> Floats:
    """The likelihood of the counts (P, D) were each label the truth, by lure and difficulty, (P, D, lures x PLACES)."""
    right = np.linspace(1 / labels, MOST_RIGHT, PLACES)
    wrong = counts.sum(axis=1, keepdims=True) - counts
    log = counts[:, :, None] * np.log(right) + wrong[:, :, None] * np.log(1 - right)
    fallen = [_fallen(counts, wrong, labels, lure) for lure in (LURES if labels > 2 else LURES[:1])]
    parts = [log + each[:, :, None] for each in fallen]
    joined = np.concatenate(parts, axis=2)
    return np.asarray(np.exp(joined - joined.max(axis=(1, 2), keepdims=True)))


def _fallen(counts: Floats, wrong: Floats, labels: int, lure: float) -> Floats:
    """Log probability of where wrong answers fell, (P, D), were each label the truth; any other label may lure."""
    rest = (1 - lure) / (labels - 1)
    spread = wrong * np.log(rest)
    if not lure:
        return np.asarray(spread)
    unseen = labels - counts.shape[1] + 1  # labels the last column stands for
    with np.errstate(divide="ignore"):
        further = np.log(np.append(np.full(counts.shape[1] - 1, unseen), max(unseen - 1, 0)))
    others = np.logaddexp(_of_others(counts[:, :-1] * np.log((lure + rest) / rest)), further)
    return np.asarray(spread + others - np.log(labels - 1))


def _of_others(logs: Floats) -> Floats:
    """Log of the sum over all columns but one, for each and for none of the D - 1 columns left out, (P, D)."""
    nothing = np.full((len(logs), 1), -np.inf)
    before = np.hstack([nothing, np.logaddexp.accumulate(logs, axis=1)])
    after = np.hstack([np.logaddexp.accumulate(logs[:, ::-1], axis=1)[:, -2::-1], nothing, nothing])
    return np.asarray(np.logaddexp(before, after))
