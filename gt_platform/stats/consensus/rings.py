"""Who copies with whom: pairs that surely do, those who join them, and whether a ring is not a circle of experts."""

import numpy as np

from gt_platform.stats.consensus.copying import ALIKE, LEAST_COMMON, Flags, Pairs, pairs
from gt_platform.stats.consensus.folds import colours
from gt_platform.stats.consensus.votes import Codes, Floats, Votes, leading

ALONE = -1
LEAST_ANNOTATORS = 3
FALSE_PAIRS = 0.1  # expected by chance in a whole pool, of all its pairs
JOINS = 1.645
"""Deviations by which an annotator must have more in common with a ring than with honest others: one in 20 by chance.
"""
UNLIKE = 0.1
"""Share of a ring's pairs that may agree less than ALIKE."""
LEAST_ERRORS, ALIKE_IN_ERRORS = 3, 0.6
"""Items on which one of them at least is at odds with the others, and the share of these on which both say the same."""
A_FEW = 3
BACKED_FEW, BACKED = 3.0, 2.0
"""Standard errors by which a ring at odds with the others must find more of them on its side than others would, if it
has A_FEW members at most, and if more: two or three experts seldom agree like copiers."""
LEAST_BESIDE = 3  # answers to an item from which on their lead is one


def copying(votes: Votes) -> Codes:
    """The ring of each annotator, (annotators,): who give and who take one another's answers, numbered; else ALONE."""
    rings = np.full(votes.annotators, ALONE)
    answers = np.bincount(votes.annotator, minlength=votes.annotators)
    if (answers >= LEAST_COMMON).sum() > LEAST_ANNOTATORS:
        found = pairs(votes)
        rings[found.chosen] = _joined(votes, found, _seeds(votes, found))
        for ring in np.unique(rings[rings != ALONE]):
            members = rings == ring
            if not _all_alike(found, members[found.chosen]) or _knows_better(votes, found, members):
                rings[members] = ALONE
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


def _seeds(votes: Votes, found: Pairs) -> Codes:
    """The rings of the chosen, (R,), by pairs that surely copy and err alike."""
    from scipy.sparse.csgraph import connected_components
    from scipy.special import ndtri

    sure = -ndtri(min(FALSE_PAIRS / max(np.triu(found.compared).sum(), 1), 0.05))
    linked = np.triu(found.beyond >= sure)
    for one, other in np.argwhere(linked).tolist():
        linked[one, other] = _err_alike(votes, found, [one], [other])
    _, ring = connected_components(linked, directed=False)
    return np.where(np.bincount(ring)[ring] > 1, ring, ALONE)


def _joined(votes: Votes, found: Pairs, rings: Codes) -> Codes:
    """The rings with everyone else who has more in common with all of one, (R,), but surely with none of it alone."""
    joined = rings.copy()
    for ring in np.unique(rings[rings != ALONE]):
        members = np.flatnonzero(rings == ring)
        for one in np.flatnonzero(joined == ALONE).tolist():
            # half of the doubt about each pair is about the one who may join
            together = found.beyond[one, members].mean() / np.sqrt((1 + 1 / len(members)) / 2)
            if together >= JOINS and _err_alike(votes, found, [one], members.tolist()):
                joined[one] = ring
    return joined


def _err_alike(votes: Votes, found: Pairs, some: list[int], others: list[int]) -> bool:
    """Whether two, or one and a ring, who are at odds with the rest's lead are so with the same answer, mostly.

    The rest are all whom none of them is suspected to copy, if these are most: good annotators are alike, too.
    """
    mates = np.zeros(votes.annotators, dtype=np.bool_)
    mates[found.chosen[some + others]] = True
    suspects = mates.copy()
    suspects[found.chosen[found.suspected[some + others].any(axis=0)]] = True
    rest = ~suspects if 2 * (~suspects).sum() > votes.annotators else ~mates
    voices = [_lead(votes, np.isin(votes.annotator, found.chosen[who])) for who in (some, others)]
    lead = _lead(votes, rest[votes.annotator])
    both = (lead >= 0) & (voices[0] >= 0) & (voices[1] >= 0)
    odd = both & ((voices[0] != lead) | (voices[1] != lead))
    return bool(odd.sum() >= LEAST_ERRORS and (voices[0] == voices[1])[odd].mean() >= ALIKE_IN_ERRORS)


def _all_alike(found: Pairs, members: Flags) -> bool:
    """Whether nearly all of a ring (R,) who can be compared answer alike, and not only link by link.

    Who copies from a copier gives the same answers. Those who know much in a crowd that shares mistakes link, too, but
    not each with each.
    """
    compared = np.triu(found.compared & np.outer(members, members))
    return bool((found.kappa[compared] < ALIKE).sum() <= UNLIKE * compared.sum())


def _knows_better(votes: Votes, found: Pairs, members: Flags) -> bool:
    """Whether a ring (annotators,), or the many who mostly answer like it, are surely `_backed`."""
    like = np.zeros_like(members)
    own = found.compared[:, members[found.chosen]]
    total = np.where(own, found.kappa[:, members[found.chosen]], 0.0).sum(axis=1)
    like[found.chosen[total >= ALIKE * np.maximum(own.sum(axis=1), 1)]] = True
    if _backed(votes, members, BACKED_FEW if members.sum() <= A_FEW else BACKED):
        return True
    return bool((like | members).sum() > max(A_FEW, members.sum()) and _backed(votes, like | members, BACKED_FEW))


def _backed(votes: Votes, members: Flags, sure: float) -> bool:
    """Whether a ring (annotators,), where at odds with the others' lead, finds more of them on its side than
    each of these would find.

    Experts are at odds where the others are divided, all alike, and the others who see it say the same. What one person
    had wrong, and others took over, is no more to the others than anybody's mistake. Both are compared with the same
    rest: all others but one, whose own answer is the other voice.
    """
    inside = members[votes.annotator]
    voice, others = _lead(votes, inside), votes.only(~inside)
    rest = others.tally()[others.item]
    rest[np.arange(len(rest)), others.label] -= 1
    ahead, alone = leading(rest)
    asked = np.flatnonzero(alone & (voice[others.item] >= 0) & (rest.sum(axis=1) >= LEAST_BESIDE))
    shares, item = rest[asked] / rest[asked].sum(axis=1, keepdims=True), others.item[asked]
    (ours, doubt), (theirs, more) = (
        _support(shares, ahead[asked], said, item, votes.items) for said in (voice[item], others.label[asked])
    )
    return bool(ours - theirs > sure * np.sqrt(doubt + more))


def _support(shares: Floats, lead: Codes, said: Codes, item: Codes, items: int) -> tuple[float, float]:
    """The mean share (n, labels) of what is `said` at odds with the `lead`, both (n,), and its variance by items."""
    odd = np.flatnonzero(said != lead)
    if len(np.unique(item[odd])) < LEAST_ERRORS:
        return 0.0, np.inf
    share = shares[odd, said[odd]]
    off = np.bincount(item[odd], share - share.mean(), items)
    return float(share.mean()), float((off**2).sum()) / len(odd) ** 2


def _lead(votes: Votes, kept: Flags) -> Codes:
    """What leads alone among the kept answers (n,) to each item, (items,); -1 where nothing does."""
    lead, alone = leading(votes.only(kept).tally())
    return np.where(alone, lead, -1)
