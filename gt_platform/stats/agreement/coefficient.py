"""A coefficient with its interval and what it rests on, or with the reason why there is none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gt_platform.stats.intervals import MINIMUM_UNITS
from gt_platform.stats.resampling import REPLICATES, Statistic, bootstrap


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """An agreement coefficient over `units` units with two ratings or more, given by `annotators` annotators.

    `value`, `low` and `high` are all numbers, or all None with the `reason`.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    units: int
    annotators: int
    reason: str = ""


@dataclass(frozen=True)
class Resampling:
    """How intervals are made, and the units below which none is: `minimum`, at least 2."""

    minimum: int = MINIMUM_UNITS
    replicates: int = REPLICATES
    seed: int = 0


@dataclass(frozen=True)
class Basis:
    """How many units and annotators a coefficient rests on, and what those units are called in its reason."""

    units: int
    annotators: int
    called: str = "units with two ratings or more"


def without(name: str, basis: Basis, reason: str) -> Coefficient:
    """A coefficient that has no value."""
    return Coefficient(
        name=name, value=None, low=None, high=None, units=basis.units, annotators=basis.annotators, reason=reason
    )


def too_few(basis: Basis, resampling: Resampling) -> str:
    """The reason where units are fewer than the minimum, else nothing."""
    if basis.units >= max(2, resampling.minimum):
        return ""
    return f"insufficient evidence: {basis.units} {basis.called}, {max(2, resampling.minimum)} are needed"


def coefficients(
    names: tuple[str, ...],
    statistic: Statistic,
    basis: Basis,
    resampling: Resampling,
    *,
    lowest: float | Sequence[float] = -1.0,
    undefined: str = "undefined: every rating is the same, so chance alone explains all agreement",
) -> tuple[Coefficient, ...]:
    """Each of a statistic's m values with its bootstrap interval over units, cut at `lowest` (one, or m) and at 1."""
    reason = too_few(basis, resampling)
    if reason:
        return tuple(without(name, basis, reason) for name in names)
    found = bootstrap(statistic, seed=resampling.seed, replicates=resampling.replicates)
    least = [lowest] * len(names) if isinstance(lowest, float) else lowest
    columns = found.value.tolist(), found.low.tolist(), found.high.tolist()
    return tuple(
        _told(name, value, max(low, floor), min(high, 1.0), basis, undefined)
        for name, floor, value, low, high in zip(names, least, *columns, strict=True)
    )


def _told(name: str, value: float, low: float, high: float, basis: Basis, undefined: str) -> Coefficient:
    if not math.isfinite(value):
        return without(name, basis, undefined)
    if not (math.isfinite(low) and math.isfinite(high)):
        return without(name, basis, "insufficient evidence: all but a few ratings are the same")
    return Coefficient(name=name, value=value, low=low, high=high, units=basis.units, annotators=basis.annotators)
