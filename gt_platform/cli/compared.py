"""What two systems' marks on the same tasks come to, and how that is told.

Where marks come from belongs in `compare`.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.cli.app import out
from gt_platform.cli.show import show
from gt_platform.stats.comparisons.difference import Difference, mean_difference
from gt_platform.stats.comparisons.drawn import Drawn
from gt_platform.stats.comparisons.mcnemar import accuracy_difference, mcnemar
from gt_platform.stats.comparisons.sign_flips import sign_flips
from gt_platform.stats.comparisons.verdict import Verdict, non_inferiority
from gt_platform.stats.intervals import MINIMUM_UNITS, wilson

Floats = NDArray[np.float64]
SHOWN = 10
SCHEMA = {"": pl.String, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64}


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Each of n tasks' marks of the `first` and the `second` system, (n,), which average to their scores.

    `lowest` and `highest` are what a mark can be. `weights` (n,) say how much of the population a task stands for, and
    `clusters` (n,) name which are alike; where it is known how tasks were `drawn`, that says both. `own` are the marks
    by which a task is better or worse, where a mark depends on other tasks'. `metric` names what is measured.
    """

    tasks: list[str]
    first: Floats
    second: Floats
    metric: str = "accuracy"
    lowest: float = 0.0
    highest: float = 1.0
    weights: Floats | None = None
    clusters: NDArray[Any] | None = None
    drawn: Drawn | None = None
    own: tuple[Floats, Floats] | None = None
    lower_is_better: bool = False

    @property
    def plain(self) -> bool:
        """Whether every task is right or wrong and stands for itself alone."""
        every = np.concatenate([self.first, self.second])
        unweighted = self.weights is None and self.clusters is None and self.drawn is None
        return unweighted and bool(np.isin(every, (0, 1)).all())

    @property
    def weighing(self) -> Floats | None:
        """The weight of each task, (n,), where they differ."""
        return self.weights if self.drawn is None else self.drawn.weights

    @property
    def alike(self) -> NDArray[Any] | None:
        """The cluster of each task, (n,), where some share one."""
        return self.clusters if self.drawn is None else self.drawn.codes

    @property
    def gain(self) -> Floats:
        """By how much each task is better by the second system."""
        first, second = self.own or (self.first, self.second)
        return first - second if self.lower_is_better else second - first


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Everything that is told about two systems on the tasks both answered; `lost` and `gained` are positions."""

    marks: Marks
    table: pl.DataFrame
    lost: NDArray[np.int64]
    gained: NDArray[np.int64]
    test: str
    p_value: float
    verdict: Verdict


def compared(marks: Marks, margin: float) -> Comparison:
    """Difference, test and verdict. Raises ValueError."""
    apart = marks.second - marks.first
    difference = _difference(marks, apart)
    span = marks.highest - marks.lowest
    rows = [
        {"": "first", **_mean(marks, marks.first)},
        {"": "second", **_mean(marks, marks.second)},
        {"": "second - first", **_bounds(_average(marks, apart), difference, apart.size, -span, span)},
    ]
    test, p_value = _tested(marks, apart, difference)
    return Comparison(
        marks=marks,
        table=pl.DataFrame(rows, schema=SCHEMA),
        lost=np.flatnonzero(marks.gain < 0),
        gained=np.flatnonzero(marks.gain > 0),
        test=test,
        p_value=p_value,
        verdict=non_inferiority(_better(marks, difference), margin),
    )


def tell(found: Comparison) -> None:
    """For people: a table, the test, who changed, the verdict."""
    weighed = ", weighed" if found.marks.weights is not None else ""
    weighed = f", of {found.marks.drawn.design.population:,} events" if found.marks.drawn is not None else weighed
    show(found.table, title=f"{found.marks.metric}, 95 % interval{weighed}")
    out.print(f"{found.test}: p = {found.p_value:.4f}", highlight=False)
    shares = bool(np.isin(np.concatenate(found.marks.own or (found.marks.first, found.marks.second)), (0, 1)).all())
    _tell("right to wrong" if shares else "worse", found.lost, found.marks.tasks)
    _tell("wrong to right" if shares else "better", found.gained, found.marks.tasks)
    needed = f"; about {found.verdict.needed:,} more tasks would decide it" if found.verdict.needed else ""
    _say(f"{found.verdict.decision.replace('_', ' ')}: {found.verdict.reason}{needed}")


def record(found: Comparison) -> pl.DataFrame:
    """For programs: one row."""
    rows = dict(zip(("first", "second", "difference"), found.table.to_dicts(), strict=True))
    values = {f"{name}_{key}": row[key] for name, row in rows.items() for key in ("estimate", "low", "high")}
    return pl.DataFrame(
        [
            {
                "metric": found.marks.metric,
                "n": len(found.marks.tasks),
                **values,
                "test": found.test,
                "p_value": found.p_value,
                "lost": json.dumps([found.marks.tasks[at] for at in found.lost], ensure_ascii=False),
                "gained": json.dumps([found.marks.tasks[at] for at in found.gained], ensure_ascii=False),
                "verdict": found.verdict.decision,
                "reason": found.verdict.reason,
                "needed": found.verdict.needed,
            }
        ]
    )


def _difference(marks: Marks, apart: Floats) -> Difference | None:
    if marks.plain:
        return accuracy_difference(marks.first, marks.second)
    return mean_difference(apart, weights=marks.weighing, clusters=marks.alike)


def _better(marks: Marks, found: Difference | None) -> Difference | None:
    """The difference as a gain, whichever way the metric counts."""
    if found is None or not marks.lower_is_better:
        return found
    return replace(found, estimate=-found.estimate, low=-found.high, high=-found.low)


def _average(marks: Marks, values: Floats) -> float:
    return float(np.average(values, weights=marks.weighing))


def _tested(marks: Marks, apart: Floats, difference: Difference | None) -> tuple[str, float]:
    if marks.plain:
        return "McNemar, exact", mcnemar(marks.first, marks.second).p_value
    if marks.weighing is None and marks.alike is None and difference is not None:
        return "paired t, corrected for skewness", difference.p_value
    by = " by cluster" if marks.alike is not None else ""
    return f"sign flips{by}", sign_flips(apart, weights=marks.weighing, clusters=marks.alike).p_value


def _mean(marks: Marks, values: Floats) -> dict[str, float | None]:
    mean = _average(marks, values)
    if marks.drawn is not None:
        interval = marks.drawn.mean(values, marks.lowest, marks.highest)
        bounds: dict[str, float | None] = {"low": None, "high": None}
        bounds |= {} if interval is None else {"low": interval.low, "high": interval.high}
        return {"estimate": mean, **bounds, "n": values.size}
    if not marks.plain:
        found = mean_difference(values, weights=marks.weights, clusters=marks.clusters)
        return _bounds(mean, found, values.size, marks.lowest, marks.highest)
    if values.size < MINIMUM_UNITS:
        return _bounds(mean, None, values.size, marks.lowest, marks.highest)
    low, high = wilson(np.array([mean]), np.array([float(values.size)]))
    return {"estimate": mean, "low": float(low[0]), "high": float(high[0]), "n": values.size}


def _bounds(
    estimate: float, found: Difference | None, n: int, lowest: float, highest: float
) -> dict[str, float | None]:
    """The row of the table; with too little evidence the point stands alone."""
    if found is None or found.groups < MINIMUM_UNITS:
        return {"estimate": estimate, "low": None, "high": None, "n": n}
    return {"estimate": estimate, "low": max(found.low, lowest), "high": min(found.high, highest), "n": n}


def _tell(change: str, positions: NDArray[np.int64], tasks: list[str]) -> None:
    named = ", ".join(tasks[at] for at in positions[:SHOWN])
    more = ", …" if positions.size > SHOWN else ""
    _say(f"{change}: {positions.size:,}{f' ({named}{more})' if named else ''}")


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
