"""What the demo shows: each part of the traffic, what was published about it, and what is true.

Facts only. `grade` fills them, `summary` counts them, `charts` and `terminal` show them.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from gt_platform.stats.agreement import Coefficient

ALL = "*"


@dataclass(frozen=True)
class Drift:
    """What drift said. `flagged` is None where it was not looked for: a slice has no verdict of its own."""

    flagged: bool | None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One part of the traffic: what the platform published about it, and what is true.

    `day` is the day, the first day of the week, or None for all time. `score`, `low` and `high` are the
    published accuracy with its 95 % interval, None without enough evidence. `gold` is the share of *all* its
    events whose output equals the hidden gold answer; `naive` the plain mean over the sampled events that have
    truth. `labels` counts the events the score rests on, `checked` those of them that the expert answered. `verdict` is
    the score gate's: pass, fail, insufficient_evidence, or none where it does not apply. `sampling` is the share of the
    score's variance that comes from asking about some events only; labels that may be wrong make the rest.
    """

    day: date | None
    slice: str
    events: int
    drift: Drift
    labels: int
    score: float | None
    low: float | None
    high: float | None
    gold: float
    naive: float | None
    verdict: str | None
    checked: int = 0
    sampling: float | None = None

    @property
    def sampling_error(self) -> float | None:
        """Half the width that the interval would have if every label were right."""
        return self._half_of(self.sampling)

    @property
    def label_error(self) -> float | None:
        """Half the width that it would have if every event had a label."""
        return self._half_of(None if self.sampling is None else 1 - self.sampling)

    def _half_of(self, share: float | None) -> float | None:
        if share is None or self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2 * float(share**0.5)

    @property
    def inside(self) -> bool | None:
        """Whether the interval holds the gold score; None without an interval."""
        return None if self.low is None or self.high is None else self.low <= self.gold <= self.high


@dataclass(frozen=True)
class DriftCell:
    """The verdict on one column of one frame."""

    day: date
    column: str
    verdict: str
    value: float | None
    threshold: float | None
    q_value: float | None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A candidate at the gate: its accuracy less the model's on the same events, as published and by gold.

    `what` it is, and the gate's `verdict`; `low` and `high` are None without enough evidence. `gold` is the difference
    on *all* events but those whose truth it was trained on.
    """

    candidate: str
    what: str
    verdict: str
    difference: float
    low: float | None
    high: float | None
    gold: float

    @property
    def inside(self) -> bool | None:
        """Whether the interval holds the gold difference; None without an interval."""
        return None if self.low is None or self.high is None else self.low <= self.gold <= self.high


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """How events became released truth. Events and samples are counted as events, what follows as items."""

    events: int
    feedback: int
    sampled: int
    asked: int
    annotations: int
    checked: int
    tied: int
    settled: int
    released: int
    releases: int


@dataclass(frozen=True)
class Report:
    """Everything the demo shows. `traffic` counts the events of each day by slice; `kappa` is Fleiss', of answers."""

    overall: Figure
    days: tuple[Figure, ...]
    weeks: tuple[Figure, ...]
    slices: tuple[Figure, ...]
    drift: tuple[DriftCell, ...]
    traffic: dict[date, dict[str, int]]
    funnel: Funnel
    kappa: Coefficient
    trials: tuple[Trial, ...] = ()

    @property
    def judged(self) -> tuple[Figure, ...]:
        """The weeks and slices with an interval: those the demo is graded by."""
        return tuple(figure for figure in (*self.weeks, *self.slices) if figure.inside is not None)


def as_json(figure: Figure) -> dict[str, Any]:
    """A figure with the names of its fields, for `report.json`."""
    values = {field.name: getattr(figure, field.name) for field in fields(figure)}
    drift = {"flagged": figure.drift.flagged, "columns": list(figure.drift.columns)}
    values |= {"sampling_error": figure.sampling_error, "label_error": figure.label_error}
    return values | {"day": figure.day and figure.day.isoformat(), "drift": drift, "inside": figure.inside}
