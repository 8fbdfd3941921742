"""Annotators who give numbers: how far off, which way, and whether their numbers move with the truth at all."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.annotators.pace import Speed, paces
from gt_platform.stats.annotators.shares import Share
from gt_platform.stats.annotators.state import Basis, Evidence, Levels, State, decide, hasty
from gt_platform.stats.intervals import LEVEL

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Deviation:
    """Mean signed deviation of an annotator's n numbers, with its t interval, and the root mean square of them."""

    mean: float
    low: float
    high: float
    spread: float
    n: int


@dataclass(frozen=True, kw_only=True)
class NumberProfile:
    """One annotator. `correlation` is that of his numbers with the `basis`: known truth, or the mean of the others."""

    annotator: int
    answers: int
    correlation: Share | None
    basis: Basis
    deviation: Deviation | None
    speed: Speed | None
    state: State
    reason: str


def number_profiles(
    unit: ArrayLike,
    annotator: ArrayLike,
    value: ArrayLike,
    *,
    annotators: int,
    truth: ArrayLike | None = None,
    seconds: ArrayLike | None = None,
    levels: Levels | None = None,
) -> list[NumberProfile]:
    """The profile of every annotator, from (n,) codes of units and annotators, a finite number each, and maybe seconds.

    `truth` (units,) is NaN where unknown; whoever has fewer than `levels.minimum` numbers of known truth is compared
    with the mean of the others. The state is decided on the interval of the correlation, the levels being shares of the
    median annotator's; an annotator whose numbers do not move with the others' is no better than chance. Raises
    ValueError.
    """
    where, who, number = np.asarray(unit), np.asarray(annotator), np.asarray(value, dtype=np.float64)
    if not where.shape == who.shape == number.shape or not np.isfinite(number).all():
        raise ValueError(
            f"units {where.shape}, annotators {who.shape}, values {number.shape}: one finite number an answer"
        )
    levels = levels or Levels()
    reference, basis = _reference(where, who, number, annotators, truth, levels)
    alike = correlations(who, number, reference, annotators)
    apart = deviations(who, number, reference, annotators)
    times = paces(who, seconds, annotators)
    given = np.bincount(who, minlength=annotators)
    return [
        NumberProfile(
            annotator=at,
            answers=int(given[at]),
            correlation=alike[at],
            basis=basis[at],
            deviation=apart[at],
            speed=times[at],
            state=state,
            reason=reason,
        )
        for at, (state, reason) in enumerate(_decided(alike, basis, times, levels))
    ]


def deviations(annotator: Codes, value: Floats, reference: Floats, annotators: int) -> list[Deviation | None]:
    """Each annotator's deviation from the reference (n,), NaN where there is none; None for fewer than two numbers."""
    from scipy.special import stdtrit

    compared = ~np.isnan(reference)
    who, apart = annotator[compared], (value - reference)[compared]
    n = np.bincount(who, minlength=annotators)
    mean = np.bincount(who, weights=apart, minlength=annotators) / np.maximum(n, 1)
    around = np.bincount(who, weights=(apart - mean[who]) ** 2, minlength=annotators)
    spread = np.sqrt(around / np.maximum(n, 1) + mean**2)
    freedom = np.maximum(n - 1, 1)
    half = stdtrit(freedom, (1 + LEVEL) / 2) * np.sqrt(around / freedom / np.maximum(n, 1))
    rows = zip(mean.tolist(), (mean - half).tolist(), (mean + half).tolist(), spread.tolist(), n.tolist(), strict=True)
    return [Deviation(*row) if row[-1] > 1 else None for row in rows]


def correlations(annotator: Codes, value: Floats, reference: Floats, annotators: int) -> list[Share | None]:
    """Each annotator's correlation with the reference (n,), NaN where there is none, by Fisher's (1921) z.

    None for fewer than five numbers. Where the numbers or their references do not vary, it is 0 and as uncertain as n
    says.
    """
    from scipy.special import ndtri

    compared = ~np.isnan(reference)
    who = annotator[compared]
    n = np.bincount(who, minlength=annotators)
    own, theirs = (_centred(who, part[compared], n) for part in (value, reference))
    cross, one, two = (
        np.bincount(who, weights=part, minlength=annotators) for part in (own * theirs, own**2, theirs**2)
    )
    scale = np.sqrt(one * two)
    r = np.clip(np.divide(cross, scale, out=np.zeros(annotators), where=scale > 0), -1, 1)
    z, half = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)), ndtri((1 + LEVEL) / 2) / np.sqrt(np.maximum(n - 3, 1))
    low, high = np.minimum(np.tanh(z - half), r), np.maximum(np.tanh(z + half), r)
    return [
        Share(value=float(r[at]), low=float(low[at]), high=float(high[at]), n=int(n[at])) if n[at] > 4 else None
        for at in range(annotators)
    ]


def others_mean(unit: Codes, value: Floats) -> Floats:
    """The mean of the other numbers a unit was given, for each number (n,); NaN where there are none."""
    size, total = np.bincount(unit), np.bincount(unit, weights=value)
    others = size[unit] - 1
    return np.where(others > 0, (total[unit] - value) / np.maximum(others, 1), np.nan)


def _decided(
    alike: list[Share | None], basis: list[Basis], times: list[Speed | None], levels: Levels
) -> Iterator[tuple[State, str]]:
    """Each annotator's state, and why it is that."""
    enough = [share.value for share in alike if share is not None and share.n >= levels.minimum]
    median = max(float(np.median(enough)) if enough else 1.0, 0.0)
    for share, on, time in zip(alike, basis, times, strict=True):
        told = Evidence(share=share, basis=on, median=median, chance=0.0, suspicion=hasty(time), relative=True)
        yield decide(told, levels)


def _reference(
    unit: Codes, annotator: Codes, value: Floats, annotators: int, truth: ArrayLike | None, levels: Levels
) -> tuple[Floats, list[Basis]]:
    """What each number is compared with, and what that is for each annotator."""
    others = others_mean(unit, value)
    known = np.full(len(unit), np.nan) if truth is None else np.asarray(truth, dtype=np.float64)[unit]
    counts = [np.bincount(annotator[~np.isnan(part)], minlength=annotators) for part in (known, others)]
    by_truth = (counts[0] >= levels.minimum) | ((counts[0] > 0) & (counts[1] < levels.minimum))
    basis: list[Basis] = [
        "truth" if by_truth[at] else "others" if counts[1][at] else "none" for at in range(annotators)
    ]
    return np.where(by_truth[annotator], known, others), basis


def _centred(annotator: Codes, value: Floats, n: Codes) -> Floats:
    mean = np.bincount(annotator, weights=value, minlength=len(n)) / np.maximum(n, 1)
    return np.asarray(value - mean[annotator])
