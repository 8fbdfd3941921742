"""What a difference means against a margin: pass, fail or insufficient evidence, and what more would decide it.

Verdicts are read off an interval's bounds, never off its estimate: at a level of 95 % a verdict that is wrong by
chance comes in at most 2.5 % of gates.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal

from gt_platform.stats.comparisons.difference import Difference
from gt_platform.stats.intervals import MINIMUM_UNITS

Decision = Literal["pass", "fail", "insufficient evidence"]
Standing = Literal["better", "worse", "equivalent", "undecided"]

POWER = 0.8
"""The chance of a decision that the further items are planned for, if the truth is what it now seems; with two margins,
as far as the nearer one goes."""
MOST_TIMES = 100
"""Times the present items beyond which asking for more is no answer."""


@dataclass(frozen=True)
class Verdict:
    """A decision with its reason; `needed` more items would decide it, None where none are or no number would do."""

    decision: Decision
    reason: str
    needed: int | None = None


def non_inferiority(difference: Difference | None, margin: float) -> Verdict:
    """Is the second system worse by no more than `margin`? Raises ValueError for a negative one.

    Pass: the whole interval is above -margin. Fail: the whole interval is below it.
    """
    _check(margin)
    if difference is None or difference.groups < MINIMUM_UNITS:
        return _too_few(difference)
    if difference.low > -margin:
        return Verdict("pass", f"not worse by more than {margin:g}: the lower bound is {difference.low:+.4f}")
    if difference.high < -margin:
        return Verdict("fail", f"worse by more than {margin:g}: the upper bound is {difference.high:+.4f}")
    return _undecided(difference, -margin, difference.estimate + margin)


def equivalence(difference: Difference | None, margin: float) -> Verdict:
    """Do the systems differ by less than `margin` either way? Raises ValueError for one that is not above 0.

    Pass: the interval is within the margins, which is Schuirmann's (1987) two one-sided tests, at 2.5 % each where
    the level is 95 %. Fail: it is wholly outside.
    """
    _check(margin)
    if margin == 0:
        raise ValueError("margin is 0: no two systems can be shown to be exactly alike")
    if difference is None or difference.groups < MINIMUM_UNITS:
        return _too_few(difference)
    if -margin < difference.low and difference.high < margin:
        return Verdict("pass", f"within {margin:g} of each other: {difference.low:+.4f} to {difference.high:+.4f}")
    if difference.low > margin or difference.high < -margin:
        return Verdict("fail", f"apart by more than {margin:g}: {difference.low:+.4f} to {difference.high:+.4f}")
    nearer = margin if difference.low <= margin <= difference.high else -margin
    return _undecided(difference, nearer, margin - abs(difference.estimate))


def standing(difference: Difference | None, margin: float = 0.0) -> Standing:
    """The second system beside the first: better or worse where the interval says so, else equivalent or undecided."""
    _check(margin)
    if difference is None or difference.groups < MINIMUM_UNITS:
        return "undecided"
    if -margin < difference.low and difference.high < margin:
        return "equivalent"
    if difference.low > 0:
        return "better"
    return "worse" if difference.high < 0 else "undecided"


def equivalence_p_value(difference: Difference, margin: float) -> float:
    """The larger p-value of the two one-sided t-tests of being apart by `margin` or more."""
    _check(margin)
    return max(non_inferiority_p_value(difference, margin), _upper_tail(difference, difference.estimate - margin))


def non_inferiority_p_value(difference: Difference, margin: float) -> float:
    """The one-sided p-value, by t, of the second system being worse by `margin` or more."""
    _check(margin)
    return _upper_tail(difference, -difference.estimate - margin)


def _upper_tail(difference: Difference, above: float) -> float:
    from scipy.special import ndtr, stdtr

    if difference.error == 0:
        return 0.0 if above < 0 else 1.0
    t = above / difference.error
    return float(stdtr(difference.freedom, t) if difference.freedom < float("inf") else ndtr(t))


def _undecided(difference: Difference, inside: float, distance: float) -> Verdict:
    """A margin is `inside` the interval; more items narrow it, by the root of their number, to less than `distance`."""
    from scipy.special import ndtri

    half = (difference.high - difference.low) / 2
    wanted = half * (1 + float(ndtri(POWER)) / float(ndtri(0.975)))
    reason = f"a difference of {inside:+g} is within the interval {difference.low:+.4f} to {difference.high:+.4f}"
    if abs(distance) * MOST_TIMES**0.5 <= wanted:
        return Verdict("insufficient evidence", f"{reason}; the estimate is so near it that more items may not help")
    needed = ceil(difference.n * ((wanted / distance) ** 2 - 1))
    return Verdict("insufficient evidence", reason, max(needed, 1))


def _too_few(difference: Difference | None) -> Verdict:
    if difference is None:
        return Verdict("insufficient evidence", "too few differences to tell how uncertain their mean is")
    missing = MINIMUM_UNITS - difference.groups
    needed = ceil(missing * difference.n / difference.groups)
    what = "items" if difference.groups == difference.n else "clusters"
    return Verdict("insufficient evidence", f"{difference.groups} {what}; at least {MINIMUM_UNITS} are needed", needed)


def _check(margin: float) -> None:
    if not 0 <= margin < float("inf"):
        raise ValueError(f"margin is {margin}; it must be 0 or more")
