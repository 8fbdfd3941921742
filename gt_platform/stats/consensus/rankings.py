"""The order that several annotators' full rankings of the same k options come to.

Ties between options within one ranking have no place here; paired comparisons are in `bradley_terry`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Codes = NDArray[np.int64]

EXACT = 12
"""Options up to which the best order is found among all of them: in 1 ms for 12, twice that for each one more."""


@dataclass(frozen=True)
class Order:
    """`order` (k,) codes, best first; not `alone` where several are as good, of which it is always the same one.

    `support`, 0 to 1, is the mean, over pairs of options, of the share of annotators who rank them as the order does;
    where it is one of several by Borda's count, of pairs with equal counts it is half.
    """

    order: Codes
    alone: bool
    support: float
    method: str


def pairwise(rankings: ArrayLike) -> Codes:
    """How many of R annotators put option i before j, (k, k), from rankings (R, k) of codes 0 to k - 1, best first.

    Raises ValueError where a row is no permutation, or there is no row.
    """
    table = np.asarray(rankings)
    if table.ndim != 2 or not table.size or not np.issubdtype(table.dtype, np.integer):
        raise ValueError("rankings must be a table of whole numbers, a row for each of one or more annotators")
    if (np.sort(table, axis=1) != np.arange(table.shape[1])).any():
        raise ValueError(f"every ranking must hold each of 0 to {table.shape[1] - 1} once")
    place = np.argsort(table, axis=1)
    return np.asarray((place[:, :, None] < place[:, None, :]).sum(axis=0))


def consensus(rankings: ArrayLike) -> Order:
    """The ranking that (R, k) rankings come to.

    Up to EXACT options it is Kemeny's (1959), which contradicts the fewest pairs anyone stated, found by dynamic
    programming over sets of options (Held and Karp 1962). Beyond, it is by Borda's (1781) count, which costs no search
    but need not be the best. Raises ValueError as `pairwise` does.
    """
    before = pairwise(rankings)
    k, annotators = len(before), int((before + before.T).max(initial=1))
    order, alone, total = kemeny(before) if k <= EXACT else borda(before)
    support = total / (annotators * k * (k - 1) / 2) if k > 1 else 1.0
    return Order(order, alone, support, "Kemeny" if k <= EXACT else "Borda")


def kemeny(before: Codes) -> tuple[Codes, bool, float]:
    """The order (k,) that agrees with the most of `before` (k, k), whether it alone does, and with how much."""
    k = len(before)
    members, layers = _sets(k)
    # by set and option: how often the option is put after the members of the set
    after = members @ before
    best, ways, last = np.full(1 << k, -1), np.zeros(1 << k, dtype=np.int64), np.zeros(1 << k, dtype=np.int64)
    best[0], ways[0] = 0, 1
    for option, sets in layers:
        rest = sets ^ (1 << option)
        total = best[rest] + after[rest, option]
        top = total.max(axis=1)
        wins = total == top[:, None]
        best[sets[:, 0]], ways[sets[:, 0]] = top, (ways[rest] * wins).sum(axis=1)
        last[sets[:, 0]] = option[np.arange(len(option)), wins.argmax(axis=1)]
    order, left = [], (1 << k) - 1
    while left:
        order.append(int(last[left]))
        left ^= 1 << order[-1]
    return np.array(order[::-1], dtype=np.int64), bool(ways[-1] == 1), float(best[-1])


def borda(before: Codes) -> tuple[Codes, bool, float]:
    """The order (k,) by how often each option is put before another, if no two come equal, and what agrees with it.

    What agrees is the sum over the pairs of `before` (k, k); a pair that comes equal agrees by half.
    """
    count = before.sum(axis=1)
    ahead = np.sign(count[:, None] - count)
    agreeing = float((before * (1 + ahead)).sum() / 2)
    return np.argsort(-count, kind="stable"), len(np.unique(count)) == len(count), agreeing


def agreement(rankings: ArrayLike) -> float | None:
    """Mean over pairs of annotators of (1 + Kendall's (1938) tau) / 2, the share of pairs of options in the same order.

    None with fewer than two annotators or two options. Raises ValueError as `pairwise` does.
    """
    before = pairwise(rankings)
    annotators, k = len(np.asarray(rankings)), len(before)
    if annotators < 2 or k < 2:
        return None
    same = (before * (before - 1) / 2).sum()
    return float(same / (annotators * (annotators - 1) / 2 * k * (k - 1) / 2))


@lru_cache(maxsize=EXACT)
def _sets(k: int) -> tuple[Codes, list[tuple[Codes, Codes]]]:
    """All sets of k options as bits: who is in each (2^k, k), and by size the members and the set, (m, size) each."""
    members = (np.arange(1 << k)[:, None] >> np.arange(k)) & 1
    size = members.sum(axis=1)
    layers = []
    for each in range(1, k + 1):
        sets = np.flatnonzero(size == each)
        option = np.nonzero(members[sets])[1].reshape(-1, each)
        layers.append((option, np.repeat(sets[:, None], each, axis=1)))
    return members, layers
