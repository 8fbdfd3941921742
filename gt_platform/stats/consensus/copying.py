"""Annotators who give one another's answers, found without any truth."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.votes import Floats, Votes

Flags = NDArray[np.bool_]

LEAST_COMMON = 30
"""Items two annotators must both have answered to be compared, and answers of an annotator to be looked at."""
LEAST_ANNOTATORS = 3
MOST_ANNOTATORS = 400  # the busiest are looked at: the matrix of pairs grows with the square
IDENTICAL = 0.85
"""Chance-corrected agreement within a group that copies; honest annotators reached .8 on the easiest real data tried.
"""
DISCORD = 0.5
"""Annotators who err independently agree across two groups as the geometric mean of within; squared, copiers are below.
"""
LEAST_RIVALS = 0.1  # agreement among the others: without any, there is no rival truth to be in discord with


def copying(votes: Votes) -> Flags:
    """The annotators who copy, (annotators,): a group agrees within itself almost always, but with the rest, who agree
    among themselves, much less than annotators would who err independently of one another.
    """
    copies = np.zeros(votes.annotators, dtype=np.bool_)
    answers = np.bincount(votes.annotator, minlength=votes.annotators)
    order = np.argsort(-answers, kind="stable")
    chosen = order[answers[order] >= LEAST_COMMON][:MOST_ANNOTATORS]
    while len(chosen) > LEAST_ANNOTATORS:
        kappa, common = _pairwise(votes, chosen)
        group = _identical_group(kappa, common)
        if group is None:
            break
        copies[chosen[group]] = True
        chosen = chosen[~group]
    return copies


def _pairwise(votes: Votes, chosen: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Cohen's kappa of every pair of the chosen annotators on the items both answered, 0 where none, and how many."""
    from scipy.sparse import csr_array

    place = np.full(votes.annotators, -1)
    place[chosen] = np.arange(len(chosen))
    kept = place[votes.annotator] >= 0
    row, item, label = place[votes.annotator[kept]], votes.item[kept], votes.label[kept]
    ones, annotators = np.ones(len(row)), len(chosen)
    answered = csr_array((ones, (row, item)), shape=(annotators, votes.items))
    answers = csr_array((ones, (row, item * votes.labels + label)), shape=(annotators, votes.items * votes.labels))
    common = (answered @ answered.T).toarray()
    agreed = (answers @ answers.T).toarray()
    own = np.bincount(row * votes.labels + label, minlength=annotators * votes.labels).reshape(annotators, -1)
    share = own / own.sum(axis=1, keepdims=True)
    chance = share @ share.T
    observed = np.divide(agreed, common, out=np.zeros_like(agreed), where=common > 0)
    kappa = np.divide(
        observed - chance, 1 - chance, out=np.zeros_like(chance), where=(1 - chance > 1e-9) & (common > 0)
    )
    np.fill_diagonal(common, 0)
    return kappa, common


def _identical_group(kappa: Floats, common: Floats) -> Flags | None:
    """The annotators who copy one another, if any do: linked by near identity, at odds with the rest."""
    from scipy.sparse.csgraph import connected_components

    linked = (kappa >= IDENTICAL) & (common >= LEAST_COMMON)
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
