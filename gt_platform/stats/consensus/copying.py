"""Annotators who give one another's answers, found without any truth: by the errors they share.

Being right together is not copying. How much each annotator knows shows in the agreement with everybody else; two who
know as much as that, and answer by themselves, agree by the product of what both know (as in a factor model with one
factor). Copiers agree far beyond: they also err alike.
"""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.folds import colours
from gt_platform.stats.consensus.votes import Codes, Floats, Votes, leading

Flags = NDArray[np.bool_]

ALONE = -1
LEAST_COMMON = 20
"""Items two annotators must both have answered to be compared, and answers of an annotator to be looked at."""
LEAST_ANNOTATORS = 3
MOST_ANNOTATORS = 400  # the busiest are looked at: the matrix of pairs grows with the square
ALIKE = 0.7
"""Chance-corrected agreement from which two are suspected, and tell nothing of what the other knows."""
UNLIKE = 0.1
"""Share of a ring's pairs that may agree less than that."""
COPIED = 0.4
"""Share of its answers that a pair must surely have in common beyond what both know."""
FALSE_PAIRS = 0.1  # expected by chance in a whole pool, of all its pairs
LEAST_KNOWN = 0.1  # of what the others know: of annotators who know nothing, nobody can learn what another knows
LEAST_ERRORS, ALIKE_IN_ERRORS = 3, 0.6
"""Items on which one of them at least is at odds with the others, and the share of these on which both say the same."""
LOWER = 0.05  # the quantile that lies 1.645 standard deviations below a normal mean
SWEEPS = 50


def copying(votes: Votes) -> Codes:
    """The ring of each annotator, (annotators,): who give and who take one another's answers, numbered; else ALONE."""
    from scipy.sparse.csgraph import connected_components

    rings = np.full(votes.annotators, ALONE)
    answers = np.bincount(votes.annotator, minlength=votes.annotators)
    order = np.argsort(-answers, kind="stable")
    chosen = order[answers[order] >= LEAST_COMMON][:MOST_ANNOTATORS]
    if len(chosen) > LEAST_ANNOTATORS:
        kappa, variance, compared = _pairwise(votes, chosen)
        pairs = np.triu(_beyond_knowledge(kappa, variance, compared))
        for one, other in np.argwhere(pairs):
            pairs[one, other] = _err_alike(votes, chosen[one], chosen[other])
        _, found = connected_components(pairs, directed=False)
        closed = (np.bincount(found) > 1) & _all_alike(kappa, compared, found)
        rings[chosen] = np.where(closed[found], found, ALONE)
    return rings


def once(votes: Votes, rings: Codes) -> Flags:
    """Answers to count, (n,), so that what a ring says of an item counts once: as its busiest member says it."""
    answers = np.bincount(votes.annotator, minlength=votes.annotators)
    _, place = colours(votes)
    among = np.flatnonzero(rings[votes.annotator] != ALONE)
    annotator = votes.annotator[among]
    order = among[np.lexsort((place[annotator], -answers[annotator], rings[annotator], votes.item[among]))]
    ring, item = rings[votes.annotator[order]], votes.item[order]
    again = np.flatnonzero((np.diff(ring) == 0) & (np.diff(item) == 0)) + 1
    counted = np.ones(len(votes.item), dtype=np.bool_)
    counted[order[again]] = False
    return counted


def _all_alike(kappa: Floats, compared: Flags, ring: Codes) -> Flags:
    """Of each ring, (rings,), whether nearly all in it who can be compared answer alike, and not only link by link.

    Who copies from a copier gives the same answers. Those who know much in a crowd that shares mistakes link, too, but
    not each with each.
    """
    one, other = np.nonzero(np.triu(compared & (ring[:, None] == ring)))
    unlike = np.bincount(ring[one], kappa[one, other] < ALIKE, minlength=int(ring.max()) + 1)
    return np.asarray(unlike <= UNLIKE * np.bincount(ring[one], minlength=len(unlike)))


def _err_alike(votes: Votes, one: int, other: int) -> bool:
    """Whether two who are at odds with the others' lead are so with the same answer, mostly."""
    pair = (votes.annotator == one) | (votes.annotator == other)
    both = np.flatnonzero(np.bincount(votes.item[pair], minlength=votes.items) == 2)
    given = np.full((2, votes.items), -1)
    for row, annotator in enumerate((one, other)):
        own = votes.annotator == annotator
        given[row, votes.item[own]] = votes.label[own]
    rest = np.isin(votes.item, both) & ~pair
    tally = np.zeros((len(both), votes.labels))
    np.add.at(tally, (np.searchsorted(both, votes.item[rest]), votes.label[rest]), 1)
    lead, alone = leading(tally)
    first, second = given[:, both]
    odd = alone & ((first != lead) | (second != lead))
    return bool(odd.sum() >= LEAST_ERRORS and (first == second)[odd].mean() >= ALIKE_IN_ERRORS)


def _beyond_knowledge(kappa: Floats, variance: Floats, compared: Flags) -> Flags:
    """Pairs whose agreement surely exceeds what both are known to know, (R, R)."""
    from scipy.special import ndtri

    suspected = compared & (kappa >= ALIKE)
    told = np.where(compared & ~suspected, 1 / np.maximum(variance, 1e-9), 0.0)
    knows = np.full(len(kappa), np.sqrt(ALIKE))
    for _ in range(SWEEPS):
        weight = told * knows**2
        found = (told * kappa) @ knows / np.maximum(weight.sum(axis=1), 1e-9)
        knows = (knows + np.clip(found, 0.0, 1.0)) / 2
    weight = (told * knows**2).sum(axis=1)
    error = 1 / np.maximum(weight, 1e-9)
    heard = np.divide((told * knows).sum(axis=1), told.sum(axis=1), out=np.zeros(len(knows)), where=told.any(axis=1))
    product = np.outer(knows, knows)
    of_product = knows**2 * error[:, None] + knows[:, None] ** 2 * error
    rest = np.maximum(1 - product, 1e-9)
    copied = (kappa - product) / rest
    deviation = np.sqrt(variance + of_product * ((1 - kappa) / rest) ** 2) / rest
    deviation *= _wider(((kappa - product) / np.sqrt(variance + of_product))[np.triu(compared)])
    judged = suspected & (np.minimum.outer(heard, heard) >= LEAST_KNOWN)
    sure = -ndtri(min(FALSE_PAIRS / max(np.triu(compared).sum(), 1), 0.05))
    return np.asarray(judged & (copied - sure * deviation >= COPIED))


def _wider(deviates: Floats) -> float:
    """How much further than by chance pairs scatter to the side where nobody copies, as items in batches make them."""
    if not len(deviates):
        return 1.0
    return max(1.0, float(np.quantile(deviates, LOWER) / -1.645))


def _pairwise(votes: Votes, chosen: NDArray[np.int64]) -> tuple[Floats, Floats, Flags]:
    """Of every pair of the chosen annotators, on the items both answered: Cohen's kappa, its variance, and whether
    there are enough items.
    """
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
    chance = np.minimum(share @ share.T, 1 - 1e-9)
    kappa = (agreed / np.maximum(common, 1) - chance) / (1 - chance)
    likely = (agreed + 1) / (common + 2)  # one of each more, or a pair that always agrees would have no variance
    variance = likely * (1 - likely) / np.maximum(common, 1) / (1 - chance) ** 2
    compared = common >= LEAST_COMMON
    np.fill_diagonal(compared, False)
    return kappa, variance, compared
