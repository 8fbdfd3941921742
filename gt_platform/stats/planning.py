"""How many labels a wanted half-width takes, and what half-width a budget buys, for each design on offer.

The arithmetic is that of the intervals themselves: Wilson's at the effective sample size with Student's t, believing
no more of a gain than `survey` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.intervals import MINIMUM_UNITS, wilson_half_width
from gt_platform.stats.survey import MOST_GAIN

MOST_LABELS = 100_000_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stratum:
    """A part of the population: its share, and the rate expected there."""

    share: float
    rate: float


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A design with `labels` units and the half-width of its 95 % interval; None where it cannot be had.

    `worth` is how many uniform labels one label of the design is worth; `how` says by what it was computed.
    """

    design: str
    labels: int | None
    half_width: float | None
    worth: float
    how: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is expected: an average rate, and whatever is known beyond it. None: not known, so no design uses it.

    `population` caps the labels and corrects for what is known exactly. `correlation` is a judge's with the truth.
    `strata` are known before labeling; without them, a judge who says yes or no makes two.
    """

    rate: float
    population: int | None = None
    correlation: float | None = None
    cluster_size: float = 1.0
    within: float = 0.0
    strata: tuple[Stratum, ...] = ()
    floor: float = 0.5


@dataclass(frozen=True, kw_only=True)
class _Design:
    name: str
    variance: float  # of a label, over the uniform one's
    spent: int  # degrees of freedom that strata and slopes take
    how: str
    limited: bool = False  # to the gain that `survey` believes
    together: float = 1.0  # labels that are drawn as one


def labels_for(task: Task, half_width: float) -> list[Planned]:
    """The fewest labels whose interval is expected to reach at most `half_width` either side, by design.

    Raises ValueError for a half-width outside 0 to 1/2 and for a task that cannot be.
    """
    if not 0 < half_width < 0.5:
        raise ValueError(f"half-width {half_width}: need more than 0 and less than 0.5")
    return [_planned(task, design, _fewest(task, design, half_width)) for design in _designs(task)]


def width_of(task: Task, labels: int) -> list[Planned]:
    """The half-width `labels` are expected to reach, by design. Raises ValueError for a task that cannot be."""
    designs = _designs(task)
    if labels < 1:
        raise ValueError(f"{labels} labels: need at least 1")
    if task.population is not None and labels > task.population:
        raise ValueError(f"{labels} labels of a population of {task.population}: at most all of it")
    return [_planned(task, design, labels) for design in designs]


def variance_ratio(
    value: Floats, weight: Floats, cell: Sequence[str], planned: Mapping[str, float], *, least: int = 2
) -> float:
    """What of an estimate's variance one night leaves that draws so many of each cell, over what n units left.

    `value` (n,) are the units' linearised values, `weight` (n,) what each stands for, `cell` (n,) where each is. Of a
    stratified total the variance is the sum of W_c^2 S_c^2 / n_c (Cochran 1977, 5.3). Cells of fewer than `least`
    units have the variance of all; those that are not planned are left out of both. inf where nothing is left.
    """
    names, code = np.unique(np.asarray(cell, dtype=np.str_), return_inverse=True)
    n, whole = np.bincount(code), np.bincount(code, weight)
    mean = np.bincount(code, weight * value) / whole
    spread = np.bincount(code, weight * (value - mean[code]) ** 2) / whole
    within = np.where(n < least, float((weight * spread[code]).sum() / weight.sum()), spread)
    drawn = np.array([planned.get(str(name), 0.0) for name in names])
    there = drawn > 0
    before = float((whole**2 * within / n)[there].sum())
    after = float((whole[there] ** 2 * within[there] / drawn[there]).sum())
    return after / before if before > 0 else float("inf")


def _planned(task: Task, design: _Design, labels: int | None) -> Planned:
    width = None if labels is None or labels < MINIMUM_UNITS else _half_width(task, design, labels)
    gain = _gain(design, labels or MOST_LABELS)
    return Planned(design=design.name, labels=labels, half_width=width, worth=gain, how=design.how)


def _gain(design: _Design, labels: int) -> float:
    most = MOST_GAIN + max(labels - design.spent, 1) / 100
    return min(1 / design.variance, most) if design.limited else 1 / design.variance


def _half_width(task: Task, design: _Design, labels: int) -> float:
    known = 0.0 if task.population is None else labels / task.population
    if known >= 1:
        return 0.0
    effective = labels * _gain(design, labels) / (1 - known)
    return wilson_half_width(task.rate, effective, max(labels / design.together - design.spent, 1.0))


def _fewest(task: Task, design: _Design, half_width: float) -> int | None:
    low, high = MINIMUM_UNITS, task.population or MOST_LABELS
    if high < low or _half_width(task, design, high) > half_width:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _half_width(task, design, middle) <= half_width else (middle + 1, high)
    return low


def _designs(task: Task) -> list[_Design]:
    _check(task)
    clustering = 1 + (task.cluster_size - 1) * task.within
    found = [_Design(name="uniform", variance=1.0, spent=1, how="p (1 - p) / n")]
    if task.within > 0 and task.cluster_size > 1:
        how = f"whole clusters; design effect 1 + ({task.cluster_size:g} - 1) x {task.within:g} = {clustering:.3g}"
        found.append(
            _Design(name="uniform, clustered", variance=clustering, spent=1, how=how, together=task.cluster_size)
        )
    strata = task.strata or _by_judge(task)
    if strata:
        found += _stratified(task, strata)
    if task.correlation is not None:
        left = 1 - task.correlation**2
        how = f"PPI++ or GREG; (1 - rho^2) = {left:.3g} of the variance is left"
        found.append(_Design(name="uniform, with the judge", variance=left, spent=2, how=how, limited=True))
    return found


def _stratified(task: Task, strata: tuple[Stratum, ...]) -> list[_Design]:
    share = np.array([part.share for part in strata])
    rate = np.array([part.rate for part in strata])
    whole, within = task.rate * (1 - task.rate), rate * (1 - rate)
    spread = share * np.sqrt(within)
    neyman = spread / spread.sum() if spread.sum() > 0 else share
    drawn = task.floor * share + (1 - task.floor) * neyman
    parts = "strata as given" if task.strata else "two strata by the judge's yes or no"
    return [
        _Design(
            name="stratified, proportional",
            variance=float((share * within).sum() / whole),
            spent=len(strata),
            how=f"{parts}",
            limited=True,
        ),
        _Design(
            name=f"stratified, Neyman, floor {task.floor:g}",
            variance=float((share**2 * within / drawn).sum() / whole),
            spent=len(strata),
            how=f"{parts}; n_h by N_h sigma_h over a floor",
            limited=True,
        ),
    ]


def _by_judge(task: Task) -> tuple[Stratum, ...]:
    """A yes-or-no judge as often right as the model, with this correlation: the rate where it says yes, and no."""
    if task.correlation is None:
        return ()
    yes = task.rate + task.correlation * (1 - task.rate)
    return Stratum(task.rate, yes), Stratum(1 - task.rate, task.rate * (1 - task.correlation))


def _check(task: Task) -> None:
    if not 0 < task.rate < 1:
        raise ValueError(f"expected rate {task.rate}: need more than 0 and less than 1")
    if task.population is not None and task.population < 1:
        raise ValueError(f"population {task.population}: need at least 1")
    if task.correlation is not None and not 0 <= task.correlation < 1:
        raise ValueError(f"judge's correlation {task.correlation}: need 0 or more and less than 1")
    if task.cluster_size < 1 or not 0 <= task.within <= 1:
        raise ValueError(f"clusters of {task.cluster_size}, correlation {task.within} within: need >= 1, and 0 to 1")
    if not 0 <= task.floor <= 1:
        raise ValueError(f"floor {task.floor}: need 0 to 1")
    if not task.strata:
        return
    if any(part.share <= 0 or not 0 <= part.rate <= 1 for part in task.strata):
        raise ValueError("strata need shares above 0 and rates from 0 to 1")
    if abs(sum(part.share for part in task.strata) - 1) > 1e-6:
        raise ValueError(f"shares of strata add up to {sum(part.share for part in task.strata):g}, not to 1")
    rate = sum(part.share * part.rate for part in task.strata)
    if abs(rate - task.rate) > 0.005:
        raise ValueError(f"strata make a rate of {rate:g}, but {task.rate:g} is expected")
