"""Samples drawn at random within strata: how units stand for a population.

What follows from their values belongs in `survey`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

PRIOR_UNITS = 2.0
"""Units' worth of the pooled variance each stratum's own is mixed with; 2 by simulation (tests/bench/coverage.py)."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """How n answered units in H strata stand for a population.

    `first` (H,) is where each stratum's units start; `answered` (H,) how many there are; `weight` (H,) how
    many units of the population each stands for; `fraction` (H,) the share of the stratum known exactly.
    `population` is the number of units they stand for together.
    """

    first: Codes
    answered: Floats
    weight: Floats
    fraction: Floats
    population: int


def stratified(stratum: Codes, sizes: Codes, frames: Codes, *, noisy: bool = False) -> Design:
    """The design of answered units drawn at random without replacement within strata.

    `stratum` (n,) holds each answered unit's code, ascending; `sizes` (H,) the N_h; `frames` (H,) the frame
    each stratum is part of. Units drawn but not answered are taken to be missing at random within their
    stratum: the r_h that answered weigh N_h / r_h. A stratum nobody answered in is collapsed into the
    nearest one of its frame that has answers, the earlier of two; a frame without any answer is left out of
    the population. Raises ValueError where the answers cannot come from such a sample.

    `noisy` says that the values are draws themselves, as truth settled from a few people's answers is. Asking
    about every unit then still leaves doubt, so there is no finite population correction. With three annotators and a
    fifth to a third of each frame asked, 95 % intervals covered 91.3 % with the correction and 95.2 % without it
    (41 simulated worlds).
    """
    if (np.diff(stratum) < 0).any():
        raise ValueError("units must be in the order of their strata")
    answered = np.bincount(stratum, minlength=len(sizes))
    if len(answered) > len(sizes) or (answered > sizes).any():
        raise ValueError("more answered units than a stratum has")
    kept = np.flatnonzero(answered)
    size = _collapsed(np.asarray(sizes), frames, answered, kept)
    count = answered[kept].astype(np.float64)
    first = np.searchsorted(stratum, kept)
    fraction = np.zeros(len(kept)) if noisy else count / size
    return Design(first=first, answered=count, weight=size / count, fraction=fraction, population=int(size.sum()))


def unweighted(n: int) -> Design:
    """The design that takes n units for a simple random sample of a population without end."""
    ones = np.ones(min(n, 1))
    return Design(
        first=np.zeros(min(n, 1), dtype=np.int64), answered=ones * n, weight=ones, fraction=ones * 0, population=n
    )


def unit_weights(design: Design) -> Floats:
    """How many units of the population each answered unit stands for, (n,)."""
    return np.repeat(design.weight, design.answered.astype(np.int64))


def stratum_sums(design: Design, values: Floats) -> Floats:
    """Totals by stratum, (H, m)."""
    return np.asarray(np.add.reduceat(values, design.first, axis=0))


def over(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient, NaN where the denominator is 0."""
    out = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=out, where=denominator != 0)
    return out


def _collapsed(sizes: Codes, frames: Codes, answered: Codes, kept: Codes) -> Floats:
    size = sizes[kept].astype(np.float64)
    for empty in np.flatnonzero((answered == 0) & (sizes > 0)):
        near = np.flatnonzero(frames[kept] == frames[empty])
        if len(near):
            size[near[np.argmin(np.abs(kept[near] - empty))]] += sizes[empty]
    return size
