"""Who of the annotators departs from what most of the others say of two labels, always in one direction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.annotators.shares import Share, jeffreys
from gt_platform.stats.disagreement.given import AtOdds
from gt_platform.stats.multiplicity import q_values

ENOUGH = 10
"""Answers below which nobody is said to depart, as in an annotator's standing."""
SURE = 0.01
"""Share of false findings among them (Benjamini-Hochberg), as of annotators who share mistakes."""
MARGIN = 0.1
"""How much more often than the others they surely do so: less is a habit nobody needs to be spoken to about."""


@dataclass(frozen=True, kw_only=True)
class Departing:
    """An annotator who says one label of two where the others say the other: how often, and how often others do."""

    annotator: int
    share: Share
    others: Share


def share_of(count: float, n: float) -> Share:
    """A share with Jeffreys' interval; of nothing, all is possible."""
    if not n:
        return Share(value=0.0, low=0.0, high=1.0, n=0)
    low, high = jeffreys(count, n)
    return Share(value=float(count / n), low=float(low), high=float(high), n=int(n))


def departing(found: Sequence[AtOdds]) -> list[tuple[Departing, ...]]:
    """Of each pair of labels, who surely departs; annotators, directions and pairs are one family of tests.

    Who happens to be given the hard items does not: how often someone says the second label is also held against what
    it would be if each item's answers were dealt among those who gave them.
    """
    from scipy.special import ndtr
    from scipy.stats import hypergeom

    tried: list[tuple[int, Departing]] = []
    p_values: list[NDArray[np.float64]] = []
    for place, one in enumerate(found):
        leans = _leans(one)
        for away in (0, 1):
            n, k = _trials(one, away)
            who = np.flatnonzero((n >= ENOUGH) & (n < n.sum()))
            dealt = ndtr(leans[who] if away else -leans[who])
            p_values.append(np.maximum(hypergeom.sf(k[who] - 1, n.sum(), k.sum(), n[who]), dealt))
            tried += [
                (place, Departing(annotator=at, share=share_of(k[at], n[at]), others=share_of(*_rest(n, k, at))))
                for at in who.tolist()
            ]
    q = q_values(np.concatenate([np.zeros(0), *p_values]))
    sure = [
        one
        for one, value in zip(tried, q.tolist(), strict=True)
        if value <= SURE and one[1].share.low - one[1].others.value >= MARGIN
    ]
    return [tuple(who for at, who in sure if at == place) for place in range(len(found))]


def _leans(found: AtOdds) -> NDArray[np.float64]:
    """By how many standard errors each annotator says the second label more often than answers dealt anew would."""
    share = (found.mates_other + found.other) / (found.mates + 1)
    more = np.bincount(found.annotator, weights=found.other - share)
    error = np.sqrt(np.bincount(found.annotator, weights=share * (1 - share)))
    return np.divide(more, error, out=np.zeros(len(more)), where=error > 0)


def _trials(found: AtOdds, away: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How often the others mostly said the one label, and how often each annotator then said the other."""
    asked = found.majority == away
    return _each(found, asked), _each(found, asked & (found.other != bool(away)))


def _each(found: AtOdds, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.bincount(found.annotator[kept], minlength=int(found.annotator.max(initial=0)) + 1)


def _rest(n: NDArray[np.int64], k: NDArray[np.int64], at: int) -> tuple[float, float]:
    return float(k.sum() - k[at]), float(n.sum() - n[at])
