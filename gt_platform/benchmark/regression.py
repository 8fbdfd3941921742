"""Whether a production score has fallen below its gate, asked anew every night without crying wolf.

A score's own verdict is of one moment; how nights add up belongs in `gt_platform.stats.nights` and `gate`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.lake import Store
from gt_platform.project import Project, ScoreGate
from gt_platform.stats.nights import watched

Floats = NDArray[np.float64]

FALSE_ALARMS = 0.05
"""Chance of an alarm in a year without a regression, of all gates together."""
NIGHTS = """
    SELECT period, estimate, standard_error, n FROM current_scores
    WHERE metric = ? AND slice = ? AND estimand = 'production' AND scope = 'day' AND model = '*' AND label = '*'
      AND estimate IS NOT NULL
    ORDER BY period
"""


@dataclass(frozen=True, kw_only=True)
class Regression:
    """A gate's nights with a score, their answers, the day of the alarm, and since when its evidence gathered.

    Without an alarm `since` is told where there would be one if nights were sure to differ by chance alone.
    """

    gate: ScoreGate
    nights: int
    answers: int
    day: date | None = None
    since: date | None = None


def regression(store: Store, project: Project) -> tuple[Regression, ...]:
    """Watch every gate over all frame days; none that is on a metric without bounds, or at one of them."""
    gates = list(_shares(project))
    return tuple(
        _watched(store, gate, bounds, alpha=FALSE_ALARMS / len(gates), at_least=at_least)
        for gate, bounds, at_least in gates
    )


def _watched(
    store: Store, gate: ScoreGate, bounds: tuple[float, float], *, alpha: float, at_least: float
) -> Regression:
    days = store.read(NIGHTS, [gate.metric, gate.of])
    if days.is_empty():
        return Regression(gate=gate, nights=0, answers=0)
    share, error = _share(days, gate, bounds), days["standard_error"].to_numpy() / (bounds[1] - bounds[0])
    drop = min(0.05, at_least / 2)
    found = watched(share, error, days["n"].to_numpy(), at_least=at_least, drop=drop, alpha=alpha)
    said = found.alarm if found.alarm.night is not None else found.if_alike
    day, since = (
        None if night is None else date.fromisoformat(days["period"][night])
        for night in (found.alarm.night, said.since)
    )
    return Regression(gate=gate, nights=days.height, answers=int(days["n"].sum()), day=day, since=since)


def _shares(project: Project) -> Iterator[tuple[ScoreGate, tuple[float, float], float]]:
    """Gates that can be watched, with the bounds of their metric and the share, 1 the best, that they must keep."""
    offered = project.measuring.bounds
    for gate in project.gates.score:
        lowest, highest = offered[gate.metric]
        bound = gate.at_most if gate.at_least is None else gate.at_least
        share = ((bound or 0.0) - lowest) / (highest - lowest)
        at_least = share if gate.at_most is None else 1 - share
        if np.isfinite(highest - lowest) and 0 < at_least < 1:
            yield gate, (lowest, highest), at_least


def _share(days: pl.DataFrame, gate: ScoreGate, bounds: tuple[float, float]) -> Floats:
    """Each day's score, 1 the best."""
    scaled: Floats = (days["estimate"].to_numpy() - bounds[0]) / (bounds[1] - bounds[0])
    return scaled if gate.at_most is None else 1 - scaled
