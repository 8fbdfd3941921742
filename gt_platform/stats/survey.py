"""Estimating ratios of totals from a stratified sample, with a variance that holds in small strata.

Turning an estimate and its variance into an interval belongs in `intervals`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

PRIOR_UNITS = 2.0
"""Units' worth of the pooled variance each stratum's own is mixed with; 2 by simulation (tests/bench/coverage.py)."""
MOST_GAIN = 1.5
"""How much stratification can be believed to gain when there are few degrees of freedom; see `ratio`."""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Estimates:
    """m ratios, each field (m,). `value` and `error` are NaN where no unit counts towards the denominator.

    `error` is the standard error, `freedom` its degrees of freedom, `n` the units with a denominator, and
    `effective` Kish's (1965) effective sample size: that of a simple random sample from a population without
    end in which equally scattered values would give the same variance.
    """

    value: Floats
    error: Floats
    freedom: Floats
    n: Codes
    effective: Floats


def stratified(stratum: Codes, sizes: Codes, frames: Codes, *, noisy: bool = False) -> Design:
    """The design of answered units drawn at random without replacement within strata.

    `stratum` (n,) holds each answered unit's code, ascending; `sizes` (H,) the N_h; `frames` (H,) the frame
    each stratum is part of. Units drawn but not answered are taken to be missing at random within their
    stratum: the r_h that answered weigh N_h / r_h. A stratum nobody answered in is collapsed into the
    nearest one of its frame that has answers, the earlier of two; a frame without any answer is left out of
    the population. Raises ValueError where the answers cannot come from such a sample.

    `noisy` says that the values are draws themselves, as truth settled from a few people's answers is. Asking
    about every unit then still leaves doubt, so there is no finite population correction. With three raters and a
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
    return Design(first, count, size / count, fraction, int(size.sum()))


def unweighted(n: int) -> Design:
    """The design that takes n units for a simple random sample of a population without end."""
    ones = np.ones(min(n, 1))
    return Design(np.zeros(min(n, 1), dtype=np.int64), ones * n, ones, ones * 0, n)


def ratio(design: Design, numerator: Floats, denominator: Floats) -> Estimates:
    """Estimate m ratios of totals, sum(numerator) / sum(denominator); both are (n, m) in the design's order.

    A domain is estimated by setting both to 0 outside it. The weighted ratio is Hajek's; its variance is
    Taylor's linearisation with the finite population correction (Sarndal, Swensson & Wretman 1992, 5.6-5.8).

    A stratum of two to four units often shows no variance at all, so intervals from the textbook's s_h^2
    cover too little. Each s_h^2 is mixed with the variance pooled over all strata, as if PRIOR_UNITS more
    units had been seen; a single unit thus takes the pooled one, and none is ever without variance.

    Even so, a stratum with most of the weight may by luck show too little. The variance is therefore never less
    than that of an unstratified sample with these weights divided by MOST_GAIN + df / 100: half as much again is
    the most that strata were seen to gain in practice, and more is believed as degrees of freedom show it.
    """
    n = (denominator != 0).sum(axis=0)
    if len(design.first) == 0:
        none = np.full(len(n), np.nan)
        return Estimates(none, none, none, n, np.zeros(len(n)))
    weight = np.repeat(design.weight, design.answered.astype(np.int64))[:, None]
    total = (weight * denominator).sum(axis=0)
    value = _over((weight * numerator).sum(axis=0), total)
    residual = numerator - np.nan_to_num(value) * denominator
    pooled = np.nan_to_num(_over((weight * residual**2).sum(axis=0), (weight * denominator**2).sum(axis=0)))
    share = (design.weight**2 * (1 - design.fraction))[:, None]
    spread = share * _sums(design, denominator**2)
    unstratified = pooled * spread.sum(axis=0)
    census = (spread.sum(axis=0) == 0) & (n > 0)
    freedom = np.where(census, n - 1.0, _freedom(design, denominator, spread))
    variance = (share * _mixed(design, residual, denominator, pooled)).sum(axis=0)
    variance = np.fmax(variance, unstratified / (MOST_GAIN + freedom / 100))
    effective = np.where(census, np.inf, _over(total**2, spread.sum(axis=0)))
    return Estimates(value, _over(np.sqrt(variance), total), freedom, n, effective)


def _mixed(design: Design, residual: Floats, denominator: Floats, pooled: Floats) -> Floats:
    """r_h * s_h^2 of each stratum after mixing, (H, m)."""
    count = design.answered[:, None]
    own = count * _sums(design, residual**2) - _sums(design, residual) ** 2  # (r_h - 1) * r_h * s_h^2
    prior = pooled * _sums(design, denominator**2)
    # rounding can leave a stratum without variance a hair below 0
    return np.asarray((np.maximum(own, 0) + PRIOR_UNITS * prior) / (count - 1 + PRIOR_UNITS))


def _freedom(design: Design, denominator: Floats, spread: Floats) -> Floats:
    """Satterthwaite's (1946) degrees of freedom at equal variances: those estimated would be too unstable."""
    count = design.answered[:, None]
    members = _sums(design, (denominator != 0).astype(np.float64))
    own = members * (count - 1 + PRIOR_UNITS) / count
    return _over(spread.sum(axis=0) ** 2, np.nan_to_num(_over(spread**2, own)).sum(axis=0))


def _over(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient, NaN where the denominator is 0."""
    out = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=out, where=denominator != 0)
    return out


def _sums(design: Design, values: Floats) -> Floats:
    """Totals by stratum, (H, m)."""
    return np.asarray(np.add.reduceat(values, design.first, axis=0))


def _collapsed(sizes: Codes, frames: Codes, answered: Codes, kept: Codes) -> Floats:
    size = sizes[kept].astype(np.float64)
    for empty in np.flatnonzero((answered == 0) & (sizes > 0)):
        near = np.flatnonzero(frames[kept] == frames[empty])
        if len(near):
            size[near[np.argmin(np.abs(kept[near] - empty))]] += sizes[empty]
    return size
