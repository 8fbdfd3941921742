"""Whether the production score has fallen below its gate, asked anew every night without crying wolf.

The score's own verdict is of one moment; how nights add up belongs in `gt_platform.stats.sequences`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.lake import Store
from gt_platform.project import Project, ScoreGate
from gt_platform.stats.gate import alarm

Floats = NDArray[np.float64]

FALSE_ALARMS = 0.05
"""Chance of an alarm in a year without a regression."""
LUMPY = 0.9  # of a designed sample's effective size: see `alarm`
NIGHTS = """
    SELECT period, estimate, low, high, n FROM current_scores
    WHERE metric = ? AND estimand = 'production' AND scope = 'day' AND model = '*' AND slice = '*' AND label = '*'
      AND estimate IS NOT NULL
    ORDER BY period
"""


@dataclass(frozen=True, kw_only=True)
class Regression:
    """Nights with a score, their answers, the day of the alarm, and since when its evidence gathered, if any."""

    nights: int
    answers: int
    day: date | None
    since: date | None


def regression(store: Store, project: Project) -> Regression | None:
    """Watch the gate's metric over all frame days; None without a gate, or on a metric that has no bounds."""
    gate = project.gates.score
    lowest, highest = project.answer_kind.metrics()[gate.metric] if gate else (-np.inf, np.inf)
    if gate is None or not np.isfinite(highest - lowest):
        return None
    days = store.read(NIGHTS, [gate.metric])
    share, bound = _shares(days, gate, lowest, highest)
    if days.is_empty() or not 0 < bound < 1:
        return Regression(nights=0, answers=0, day=None, since=None)
    width = (days["high"] - days["low"]).to_numpy() / (highest - lowest)
    count = _effective(share, width, days["n"].to_numpy())
    found = alarm(share, count, at_least=bound, drop=min(0.05, bound / 2), alpha=FALSE_ALARMS)
    day, since = (
        None if night is None else date.fromisoformat(days["period"][night]) for night in (found.night, found.since)
    )
    return Regression(nights=days.height, answers=int(days["n"].sum()), day=day, since=since)


def _shares(days: pl.DataFrame, gate: ScoreGate, lowest: float, highest: float) -> tuple[Floats, float]:
    """Each day's score as a share, 1 the best, and the bound it must keep."""
    scaled = (days["estimate"].to_numpy() - lowest) / (highest - lowest)
    if gate.at_least is not None:
        return scaled, (gate.at_least - lowest) / (highest - lowest)
    bound = gate.at_most if gate.at_most is not None else highest
    return 1 - scaled, 1 - (bound - lowest) / (highest - lowest)


def _effective(share: Floats, width: Floats, n: NDArray[np.int64]) -> Floats:
    """The answers each day counts for: never more than it has, by what earlier days' intervals made of theirs."""
    half = np.maximum(width / 2 / 1.96, 1e-6)
    worth = np.clip(share * (1 - share) / half**2 / np.maximum(n, 1), 0, 1)
    usual = [float(np.median(worth[:day])) if day else 0.0 for day in range(len(n))]
    return np.asarray(LUMPY * n * np.array(usual))
