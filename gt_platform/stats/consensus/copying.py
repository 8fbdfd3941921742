"""Annotators who give one another's answers, found without any truth: by the errors they share.

Being right together is not copying. How much each annotator knows shows in the agreement with everybody else; two who
know as much as that, and answer by themselves, agree by the product of what both know (as in a factor model with one
factor). Copiers agree far beyond: they also err alike. Whose answers those are, and whether many who agree may know
better than all others, is in `rings`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.votes import Codes, Floats, Votes

Flags = NDArray[np.bool_]

LEAST_COMMON = 20
"""Items two annotators must both have answered to be compared, and answers of an annotator to be looked at."""
MOST_ANNOTATORS = 400  # the busiest are looked at: the matrix of pairs grows with the square
ALIKE = 0.7
"""Chance-corrected agreement from which two are suspected, and tell nothing of what the other knows."""
HEARD = 0.5
"""What those must know, on average, by whom suspects are known: by bad ones alone, good ones would seem to know little,
and be alike beyond that. Where it is less, suspects tell of each other, too, unless they are alike by APART deviations
beyond what both know.
"""
APART = 1.0
COPIED = 0.4
"""Share of its answers that a pair must surely have in common beyond what both know."""
LEAST_KNOWN = 0.1  # of what the others know: of annotators who know nothing, nobody can learn what another knows
LOWER = 0.05  # the quantile that lies 1.645 standard deviations below a normal mean
SWEEPS = 50


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Of R `chosen` annotators (R,), the busiest first, and every pair of them (R, R): whether there are enough items
    to be `compared`, the `kappa` of their answers, whether they are `suspected`, the share `copied` of what they have
    in common, and its standard deviation `doubt`.
    """

    chosen: Codes
    compared: Flags
    kappa: Floats
    suspected: Flags
    copied: Floats
    doubt: Floats

    @property
    def beyond(self) -> Floats:
        """By how many deviations each pair has more than COPIED in common, (R, R); minus infinity for no suspects."""
        return np.where(self.suspected, (self.copied - COPIED) / self.doubt, -np.inf)


def pairs(votes: Votes) -> Pairs:
    """What all pairs of the busiest annotators have in common beyond what both are known to know."""
    answers = np.bincount(votes.annotator, minlength=votes.annotators)
    order = np.argsort(-answers, kind="stable")
    chosen = order[answers[order] >= LEAST_COMMON][:MOST_ANNOTATORS]
    kappa, variance, most, compared = _pairwise(votes, chosen)
    alike = compared & (kappa >= ALIKE)
    told = compared & (~alike | _unheard(kappa, compared & ~alike))
    while True:
        knows, error, heard = _knowledge(kappa, np.where(told, 1 / most, 0.0))
        product = np.outer(knows, knows)
        noise = variance + knows**2 * error[:, None] + knows[:, None] ** 2 * error
        apart = told & alike & (kappa > product + APART * np.sqrt(noise))
        if not apart.any():
            break
        told &= ~apart
    rest = np.maximum(1 - product, 1e-9)
    doubt = np.sqrt(variance + (noise - variance) * ((1 - kappa) / rest) ** 2) / rest
    doubt *= _wider(((kappa - product) / np.sqrt(noise))[np.triu(compared)])
    return Pairs(
        chosen=chosen,
        compared=compared,
        kappa=kappa,
        suspected=alike & (np.minimum.outer(heard, heard) >= LEAST_KNOWN),
        copied=(kappa - product) / rest,
        doubt=doubt,
    )


def _unheard(kappa: Floats, told: Flags) -> Flags:
    """Pairs (R, R) of whom those who tell of either, (R, R), do not agree with each other as people do who know HEARD.

    That is told by themselves: what they know besides is known from those of whom they tell, up to a common factor.
    """
    telling = told.astype(np.float64)
    pairs = ((telling @ telling) * telling).sum(axis=1)
    agreed = ((telling @ (told * kappa)) * telling).sum(axis=1)
    unheard = agreed < HEARD**2 * np.maximum(pairs, 1)
    return np.outer(unheard, unheard)


def _knowledge(kappa: Floats, told: Floats) -> tuple[Floats, Floats, Floats]:
    """How much each annotator knows, the variance of that, and what those know whom that is told by; all (R,)."""
    knows = np.full(len(kappa), np.sqrt(ALIKE))
    for _ in range(SWEEPS):
        weight = told * knows**2
        found = (told * kappa) @ knows / np.maximum(weight.sum(axis=1), 1e-9)
        knows = (knows + np.clip(found, 0.0, 1.0)) / 2
    error = 1 / np.maximum((told * knows**2).sum(axis=1), 1e-9)
    heard = np.divide((told * knows).sum(axis=1), told.sum(axis=1), out=np.zeros(len(knows)), where=told.any(axis=1))
    return knows, error, heard


def _wider(deviates: Floats) -> float:
    """How much further than by chance pairs scatter to the side where nobody copies, as items in batches make them."""
    if not len(deviates):
        return 1.0
    return max(1.0, float(np.quantile(deviates, LOWER) / -1.645))


def _pairwise(votes: Votes, chosen: Codes) -> tuple[Floats, Floats, Floats, Flags]:
    """Of every pair of the chosen annotators, on the items both answered: Cohen's kappa, its variance, the most
    that could be, and whether there are enough items.
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
    most = 0.25 / np.maximum(common, 1) / (1 - chance) ** 2
    compared = common >= LEAST_COMMON
    np.fill_diagonal(compared, False)
    return kappa, 4 * likely * (1 - likely) * most, most, compared
