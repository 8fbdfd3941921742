"""What an annotator's answers show over time: how fast they come, whether they repeat themselves, whether they get
worse.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.annotators.shares import Share, shares

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

HASTE = 0.25
"""Share of the usual time below which an answer is called hasty: reading takes all but a few that long."""


@dataclass(frozen=True)
class Speed:
    """An annotator's median seconds for an answer, and the share of answers given in under a quarter of the usual time.

    The usual time is the median over annotators of their medians, so that no one annotator sets it.
    """

    median: float
    hasty: Share


@dataclass(frozen=True, kw_only=True)
class Change:
    """Shares of successes in the earlier and later half of somebody's results, and the p-value of their difference."""

    early: float
    late: float
    n: int
    p_value: float


def speeds(annotator: Codes, seconds: Floats, annotators: int) -> list[Speed | None]:
    """Each annotator's speed, from (n,) seconds of each answer, NaN where unknown; None for one without any.

    Raises ValueError for negative or infinite seconds.
    """
    timed = ~np.isnan(seconds)
    who, taken = annotator[timed], seconds[timed]
    if not (np.isfinite(taken) & (taken >= 0)).all():
        raise ValueError("seconds must be finite and not negative")
    order = np.lexsort((taken, who))
    parts = np.split(taken[order], np.searchsorted(who[order], np.arange(1, annotators)))
    medians = [float(np.median(part)) if len(part) else np.nan for part in parts]
    usual = float(np.nanmedian(medians)) if len(taken) else 0.0
    hasty = shares(who, taken < HASTE * usual, annotators)
    return [Speed(median, share) if share is not None else None for median, share in zip(medians, hasty, strict=True)]


def paces(annotator: Codes, seconds: ArrayLike | None, annotators: int) -> list[Speed | None]:
    """`speeds`, where there are any seconds. Raises ValueError for another number of them than of answers."""
    if seconds is None:
        return [None] * annotators
    taken = np.asarray(seconds, dtype=np.float64)
    if taken.shape != annotator.shape:
        raise ValueError(f"seconds {taken.shape} of {annotator.shape} answers: one of each, NaN where unknown")
    return speeds(annotator, taken, annotators)


def self_consistency(unit: Codes, annotator: Codes, code: Codes, annotators: int) -> list[Share | None]:
    """For each annotator the share of units answered more than once that always got the same answer, (R,)."""
    order = np.lexsort((code, annotator, unit))
    unit, annotator, code = unit[order], annotator[order], code[order]
    new = np.flatnonzero(np.r_[True, (np.diff(unit) != 0) | (np.diff(annotator) != 0)][: len(unit)])
    asked = np.diff(np.r_[new, len(unit)])
    same = code[new] == code[new + asked - 1]
    return shares(annotator[new], np.where(asked > 1, same, -1), annotators)


def changes(annotator: Codes, when: Floats, success: Codes, annotators: int) -> list[Change | None]:
    """Whether the later half of an annotator's results differs from the earlier, by Fisher's (1922) exact test,
    two-sided.

    `when` (n,) orders the results, whose `success` (n,) is 0 or 1, negative if unknown. None for fewer than four.
    """
    known = success >= 0
    order = np.lexsort((success[known], when[known], annotator[known]))
    who, right = annotator[known][order], success[known][order]
    return [_change(part) for part in np.split(right, np.searchsorted(who, np.arange(1, annotators)))]


def _change(right: Codes) -> Change | None:
    n = len(right)
    if n < 4:
        return None
    early, late = right[: n // 2], right[n // 2 :]
    p_value = fisher(int(early.sum()), len(early), int(late.sum()), len(late))
    return Change(early=float(early.mean()), late=float(late.mean()), n=n, p_value=p_value)


def fisher(one: int, of_one: int, other: int, of_other: int) -> float:
    """Two-sided p-value of two equal shares: the probability of the tables with these margins no likelier than this."""
    from scipy.special import gammaln

    right, total = one + other, of_one + of_other
    possible = np.arange(max(0, right - of_other), min(right, of_one) + 1)
    log = -sum(
        gammaln(part + 1.0) for part in (possible, of_one - possible, right - possible, of_other - right + possible)
    )
    weight = np.exp(log - log.max())
    seen = weight[one - possible[0]]
    return float(min(1.0, weight[weight <= seen * (1 + 1e-7)].sum() / weight.sum())) if total else 1.0
