"""A coefficient with its intervals and what it rests on, or with the reason why there is none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.crossed import FEWEST_ANNOTATORS, Left, over_both, over_units
from gt_platform.stats.intervals import MINIMUM_UNITS
from gt_platform.stats.resampling import REPLICATES, Statistic, bootstrap, without_units

Floats = NDArray[np.float64]

SPREAD = 1e-20  # variances below are those of values that are equal but for rounding


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """An agreement coefficient over `units` units with two ratings or more, given by `annotators` annotators.

    `low` and `high` are both numbers, or both None with the `reason`; where `value` is a number then, it is no more
    than the point that these few units make, and decides nothing. The interval is that of these annotators, units being
    a sample; `alike_low` and `alike_high` are for annotators like these, who are then a sample as well, or both None
    with the `alike_reason`.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    units: int
    annotators: int
    reason: str = ""
    alike_low: float | None = None
    alike_high: float | None = None
    alike_reason: str = ""

    def said(self, digits: int = 2) -> str:
        """Its value with the interval for these annotators; nothing where there is none."""
        if self.value is None or self.low is None or self.high is None:
            return ""
        return f"{self.value:.{digits}f} [{self.low:.{digits}f}, {self.high:.{digits}f}]"


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


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Where a statistic's m values may lie, and how they vary: `lowest` (m,), and `size` ratings of a unit, as of
    `over_units`. Of `numbers` the bootstrap's intervals are too short where units are few, Student's are not.
    """

    lowest: tuple[float, ...]
    size: tuple[float, ...]
    numbers: bool = False
    undefined: str = "undefined: every rating is the same, so chance alone explains all agreement"


def without(name: str, basis: Basis, reason: str, value: float | None = None) -> Coefficient:
    """A coefficient that has no interval, and no value either unless one is given."""
    return Coefficient(
        name=name,
        value=value,
        low=None,
        high=None,
        units=basis.units,
        annotators=basis.annotators,
        reason=reason,
        alike_reason=reason,
    )


def too_few(basis: Basis, resampling: Resampling) -> str:
    """The reason where units are fewer than the minimum, else nothing."""
    if basis.units >= max(2, resampling.minimum):
        return ""
    return f"insufficient evidence: {basis.units} {basis.called}, {max(2, resampling.minimum)} are needed"


def coefficients(
    names: tuple[str, ...], statistic: Statistic, basis: Basis, resampling: Resampling, scale: Scale
) -> tuple[Coefficient, ...]:
    """Each of a statistic's m values with its two intervals, cut at the scale's lowest values and at 1."""
    reason = too_few(basis, resampling)
    if reason:
        points = statistic.value() if basis.units else np.full(len(names), np.nan)
        return tuple(without(name, basis, reason, _point(at)) for name, at in zip(names, points.tolist(), strict=True))
    units = without_units(statistic, seed=resampling.seed)
    value, *these = _for_these(statistic, units, scale, resampling)
    alike = _for_alike(statistic, value, units, scale)
    lows = (np.minimum(np.maximum(part, scale.lowest), value).tolist() for part in (these[0], alike[0]))
    highs = (np.minimum(part, 1.0).tolist() for part in (these[1], alike[1]))
    rows = zip(value.tolist(), *lows, *highs, strict=True)
    return tuple(_told(name, row, basis, scale.undefined) for name, row in zip(names, rows, strict=True))


def _for_these(statistic: Statistic, units: Left, scale: Scale, resampling: Resampling) -> tuple[Floats, ...]:
    """Values with their bounds over units."""
    if scale.numbers and (units.variance() > SPREAD).all():
        value = statistic.value()
        return value, *over_units(value, units, np.array(scale.size))
    found = bootstrap(statistic, seed=resampling.seed, replicates=resampling.replicates)
    return found.value, found.low, found.high


def _for_alike(statistic: Statistic, value: Floats, units: Left, scale: Scale) -> tuple[Floats, Floats]:
    """Their bounds over units and annotators; NaN where the data do not tell."""
    nothing = np.full(len(value), np.nan)
    if statistic.panel is None:
        return nothing, nothing
    low, high = over_both(value, units, statistic.panel(), np.array(scale.size))
    told = units.variance() > SPREAD
    return np.where(told, low, nothing), np.where(told, high, nothing)


def _told(name: str, row: Sequence[float], basis: Basis, undefined: str) -> Coefficient:
    value, low, alike_low, high, alike_high = row
    if not math.isfinite(value):
        return without(name, basis, undefined)
    if not (math.isfinite(low) and math.isfinite(high)):
        return without(name, basis, "insufficient evidence: all but a few ratings are the same", value)
    known = math.isfinite(alike_low) and math.isfinite(alike_high)
    return Coefficient(
        name=name,
        value=value,
        low=low,
        high=high,
        units=basis.units,
        annotators=basis.annotators,
        alike_low=alike_low if known else None,
        alike_high=alike_high if known else None,
        alike_reason="" if known else _unknown(basis),
    )


def _point(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _unknown(basis: Basis) -> str:
    if basis.annotators < FEWEST_ANNOTATORS:
        return f"insufficient evidence: {basis.annotators} annotators, {FEWEST_ANNOTATORS} are needed"
    return "insufficient evidence: all but a few ratings are the same"
