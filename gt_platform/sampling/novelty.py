"""Which events of a frame are new: unlike the reference themselves, or of a slice that is.

Arrays in, a mask out. What new events are worth belongs in `strata`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

LIKELY_NEW = 2 / 3
"""The drift score above which an event is more likely new than not: of a frame that mixes events like the reference's
with new ones, at most (1 - score) / score are like it, which is a half here."""
LEAST_EVENTS = 20
LEAST_SURE = 3.0
"""Standard errors by which a slice must stand out; of the slices of a frame without drift one in 700 does."""
TIMES_AS_MANY = 3


def novel(drift: Floats, slices: Sequence[Codes]) -> Flags:
    """Mark the new ones of n events by their drift scores (n,) and their codes in each attribute, -1 for missing.

    Scores of single events tell a new slice from others only so well: with an area under the curve of .92, a sixth of
    its events look familiar, stand for many others of it and spoil its score. Over a whole slice the scores tell it
    surely, so a slice whose events score higher than the others' in two comparisons of three is new as a whole.

    A classifier that finds nothing errs to both sides, so single events count only where far more of them score
    above LIKELY_NEW than below its mirror image.
    """
    new = (drift > LIKELY_NEW) & _lopsided(int((drift > LIKELY_NEW).sum()), int((drift < 1 - LIKELY_NEW).sum()))
    rank = _ranks(drift)
    for code in slices:
        new = new | _stands_out(rank, code)[code]
    return np.asarray(new, dtype=np.bool_)


def _lopsided(above: int, below: int) -> bool:
    return above >= TIMES_AS_MANY * below and above - below > LEAST_SURE * float(np.sqrt(above + below))


def _stands_out(rank: Floats, code: Codes) -> Flags:
    """Whether each code's events score higher than all others, and last False for events without one."""
    present = code >= 0
    members = np.bincount(code[present], minlength=1).astype(np.float64)
    others = len(code) - members
    pairs = np.maximum(members * others, 1)
    # Mann & Whitney (1947): the share of pairs in which the member's score is the higher
    higher = (np.bincount(code[present], rank[present], len(members)) - members * (members + 1) / 2) / pairs
    error = np.sqrt((len(code) + 1) / (12 * pairs))
    enough = (members >= LEAST_EVENTS) & (others >= LEAST_EVENTS)
    return np.append(enough & (higher > LIKELY_NEW) & (higher - 0.5 > LEAST_SURE * error), False)


def _ranks(values: Floats) -> Floats:
    """From 1; equal values share the mean of theirs."""
    _, position, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[position])
