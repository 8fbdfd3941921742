"""What the watches look at, as arrays: how much there was of what on each day, and what is known of labeled events."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property

import numpy as np

from gt_platform.stats.watching.daily import Codes, Flags, Floats
from gt_platform.stats.watching.tilts import UNKNOWN

BANDS = 20
"""Parts of the range of confidence that outputs are counted by; after them the place of those without one."""
MATURE = 7
"""Days after an event's within which its feedback counts: what comes later is little, and would keep days open."""


@dataclass(frozen=True, kw_only=True)
class Events:
    """n labeled events in the order of their `day` (n,), a place among the evidence's days.

    `model` (n,) and `slices` (n, S) are codes, UNKNOWN where a slice is missing; `output` and `truth` (n,) are codes of
    answers, UNKNOWN where there is no valid one, or none settled. What they are `worth` by the metric and their
    `confidence` are NaN where there is none; `weight` is what each stands for, `score` its drift score, (n,).
    """

    day: Codes
    model: Codes
    output: Codes
    truth: Codes
    slices: Codes
    worth: Floats
    weight: Floats
    confidence: Floats
    score: Floats

    def __len__(self) -> int:
        return len(self.day)

    def only(self, kept: Flags) -> "Events":
        """Some of them."""
        return Events(**{field.name: getattr(self, field.name)[kept] for field in fields(self)})


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What closed `days` had, in their order, up to the one that files came for last; D of them.

    `events` (D,) are how many, `feedback` (D, MATURE + 1) those by days until it came, of each kind, `models` (D,)
    those of each model by its code. `answers` are the labels there can be and `outputs` (D, K + 1, BANDS + 1) how often
    each was put out in each band of confidence, after them what was none; both are None where answers are not a few.

    `metric` is what events are worth, None where no metric has a share of every event; `shares` says that it is from 0
    to 1, `judged` that answers judge outputs, so that no output is right or wrong by itself. `worth` (K + 1, K) is what
    each output is worth by each truth, the last row that of no valid output. `accepted` are drifts that somebody took
    for the new reference, in order: from when on days are it, and the day after which it applies.
    """

    days: list[date]
    events: Floats
    feedback: Mapping[str, Floats]
    models: Mapping[str, Floats]
    labeled: Events
    answers: tuple[str, ...] | None = None
    outputs: Floats | None = None
    metric: str | None = None
    shares: bool = True
    judged: bool = False
    worth: Floats | None = None
    accepted: tuple[tuple[date, date], ...] = ()

    def in_force(self, day: date) -> date | None:
        """From when on days are the reference of this one, where a drift was accepted before it."""
        return next((since for since, after in reversed(self.accepted) if after < day), None)

    @cached_property
    def ordinals(self) -> Codes:
        """The days as numbers."""
        return np.array([day.toordinal() for day in self.days], dtype=np.int64)

    def place(self, day: date) -> int:
        """Where a day is among them."""
        return int(np.searchsorted(self.ordinals, day.toordinal()))

    def between(self, first: date, last: date) -> Codes:
        """The places of the days from one to another, both included."""
        found = np.searchsorted(self.ordinals, [first.toordinal(), last.toordinal() + 1])
        return np.arange(*found.tolist(), dtype=np.int64)

    def labels(self, places: Codes) -> Events:
        """The labeled events of these days."""
        return self.labeled.only(np.isin(self.labeled.day, places))


def bands(confidence: Floats) -> Codes:
    """The band of each confidence; BANDS where there is none."""
    known = np.nan_to_num(confidence)
    found = np.clip(np.floor(known * BANDS), 0, BANDS - 1).astype(np.int64)
    return np.where(np.isnan(confidence), BANDS, found)


NOTHING = Events(
    day=np.zeros(0, np.int64),
    model=np.zeros(0, np.int64),
    output=np.zeros(0, np.int64),
    truth=np.zeros(0, np.int64),
    slices=np.zeros((0, 0), np.int64),
    worth=np.zeros(0),
    weight=np.zeros(0),
    confidence=np.zeros(0),
    score=np.zeros(0),
)
"""No labeled event."""

__all__ = ["BANDS", "MATURE", "NOTHING", "UNKNOWN", "Events", "Evidence", "bands"]
