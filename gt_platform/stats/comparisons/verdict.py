"""What a difference means against a margin: pass, fail or insufficient evidence, and what more would decide it.

Verdicts are read off an interval's bounds, never off its estimate: at a level of 95 % a verdict that is wrong by
chance comes in at most 2.5 % of gates.
"""

from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

from gt_platform.stats.comparisons.difference import Difference
from gt_platform.stats.intervals import MINIMUM_UNITS

Decision = Literal["pass", "fail", "insufficient_evidence"]

POWER = 0.8
"""The chance of a decision that the further items are planned for, if the truth is what it now seems."""
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


def _undecided(difference: Difference, inside: float, distance: float) -> Verdict:
    """A margin is `inside` the interval; more items narrow it to less than `distance`: by the root of their number, and
    by their number itself where hardly any differ.
    """
    from scipy.special import ndtri

    half = (difference.high - difference.low) / 2
    wanted = half * (1 + float(ndtri(POWER)) / float(ndtri(0.975)))
    reason = f"a difference of {inside:+g} is within the interval {difference.low:+.4f} to {difference.high:+.4f}"
    times = (wanted / distance) ** 2 if distance else inf
    if difference.rare and distance:
        times = half / abs(distance)
    if times >= MOST_TIMES:
        return Verdict("insufficient_evidence", f"{reason}; the estimate is so near it that more items may not help")
    needed = ceil(difference.n * (times - 1))
    return Verdict("insufficient_evidence", reason, max(needed, 1))


def _too_few(difference: Difference | None) -> Verdict:
    if difference is None:
        return Verdict("insufficient_evidence", "too few differences to tell how uncertain their mean is")
    missing = MINIMUM_UNITS - difference.groups
    needed = ceil(missing * difference.n / difference.groups)
    what = "items" if difference.groups == difference.n else "clusters"
    return Verdict("insufficient_evidence", f"{difference.groups} {what}; at least {MINIMUM_UNITS} are needed", needed)


def _check(margin: float) -> None:
    if not 0 <= margin < float("inf"):
        raise ValueError(f"margin is {margin}; it must be 0 or more")
