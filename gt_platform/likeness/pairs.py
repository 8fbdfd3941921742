"""Which items may be near, by a token they have in common; whether they are is for `similarity` to say.

What more than a few hundred items have is a template's, and likens none of them to another: those that were made by it
are near where they have more in common.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gt_platform.likeness.similarity import DIFFERING
from gt_platform.likeness.sketch import Integers, Sketch

COMMON = 300
"""Items with a token, beyond which it says nothing: of 100,000 with one there would be 5,000,000,000 pairs."""


def candidates(sketches: Sequence[Sketch], fresh: NDArray[np.bool_]) -> Integers | None:
    """Pairs of items that may be near, one of them fresh; None where that says something new of the others, too.

    That is where fresh items make a token one that says nothing.
    """
    sizes = np.array([one.tokens.size for one in sketches], dtype=np.int64)
    if not sizes.sum():
        return np.empty((0, 2), dtype=np.int64)
    token = np.concatenate([one.tokens for one in sketches])
    order = np.argsort(token, kind="stable")
    token, item = token[order], np.repeat(np.arange(len(sketches)), sizes)[order]
    runs = np.flatnonzero(np.diff(token, prepend=~token[0]))
    held = np.diff(runs, append=token.size)
    new = np.add.reduceat(fresh[item].astype(np.int64), runs)
    if not fresh.all() and ((held > COMMON) & (held - new <= COMMON)).any():
        return None
    wanted = np.repeat((held <= COMMON) & (new > 0), held)
    run_of = np.repeat(np.arange(runs.size), held)
    return _Pairs(sketches, fresh).within(item[wanted], run_of[wanted])


class _Pairs:
    """Items by what tells in a moment that two are not near: how long they are, and which words they have."""

    def __init__(self, sketches: Sequence[Sketch], fresh: NDArray[np.bool_]) -> None:
        self._fresh = fresh
        self._length = np.array([one.length for one in sketches], dtype=np.int64)
        self._bits = np.array([one.bits for one in sketches], dtype=np.int64)

    def within(self, item: Integers, run_of: Integers) -> Integers:
        """The pairs of items with the same token, which come in order of tokens and items."""
        found = [np.empty((0, 2), dtype=np.int64)]
        at = np.arange(max(item.size - 1, 0))
        for apart in range(1, COMMON):
            at = at[at + apart < item.size]
            at = at[run_of[at] == run_of[at + apart]]
            if not at.size:
                break
            one, other = item[at], item[at + apart]
            likely = (self._fresh[one] | self._fresh[other]) & self._likely(one, other)
            found.append(np.stack([one[likely], other[likely]], axis=1))
        return np.unique(np.concatenate(found), axis=0)

    def _likely(self, one: Integers, other: Integers) -> NDArray[np.bool_]:
        """Whether each pair may be near: a word that differs is a word the one lacks, and one the other lacks."""
        longer = np.maximum(self._length[one], self._length[other])
        edits = np.maximum((DIFFERING * longer).astype(np.int64), 1)
        unlike = (self._bits[one] ^ self._bits[other]).view(np.uint64)  # of signed ones not every bit is counted
        apart = np.bitwise_count(unlike)
        likely: NDArray[np.bool_] = (np.abs(self._length[one] - self._length[other]) <= edits) & (apart <= 2 * edits)
        return likely
