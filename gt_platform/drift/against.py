"""Which days a frame is held against: the declared reference's, or those since a drift that was accepted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np
import polars as pl

from gt_platform.project import Reference
from gt_platform.stats.units import Codes, Flags

Span = tuple[date, date]
ACCEPTED = "SELECT since, applies_after FROM acceptances ORDER BY applies_after, frame_day"


@dataclass(frozen=True, kw_only=True)
class Against:
    """The days that the frame of `day` is held against.

    Days of `spans` are read. Where a drift was accepted, only those from `since` on are what the frame is compared
    with; those before still tell how days differ, until there are as many as the project declares.
    """

    day: date
    spans: tuple[Span, Span]
    like_weekday: bool = False
    rolling: bool = False
    since: date | None = None

    @classmethod
    def declared(cls, reference: Reference, day: date, since: date | None = None) -> Self:
        """By what the project declares, and the first day of the accepted drift in force for this one, if any."""
        first, last = reference.of(day)
        spans: tuple[Span, Span] = (first, last), (first, last)
        if since is not None and reference.rolling is None:
            full = since + (last - first)
            spans = (spans[0] if full >= day else (since, full)), (since, min(full, day - timedelta(days=1)))
        return cls(
            day=day,
            spans=spans,
            like_weekday=reference.like == "weekday",
            rolling=reference.rolling is not None,
            since=since,
        )

    @classmethod
    def nothing(cls, day: date) -> Self:
        """For a frame that is to be looked at alone."""
        return cls(day=day, spans=((day, day), (day, day)))

    @property
    def parameters(self) -> list[date]:
        """The bounds of its spans, as queries take them."""
        return [bound for span in self.spans for bound in span]

    def read(self, days: pl.Series) -> Flags:
        """Which of these days are of its spans."""
        found = [days.is_between(first, last).to_numpy() for first, last in self.spans]
        either: Flags = found[0] | found[1]
        return either

    def alike(self, days: pl.Series) -> Flags:
        """Which of these days the frame is compared with."""
        return self._among(days)[1]

    def grouped(self, days: pl.Series) -> tuple[Codes, Flags]:
        """Codes of days that are like one another, and which of them the frame is compared with."""
        same, held = self._among(days)
        kinds = np.zeros(len(days), np.int64) if same is None else days.dt.weekday().to_numpy().astype(np.int64)
        codes = 2 * kinds + self._later(days)
        return np.unique(codes, return_inverse=True)[1].astype(np.int64), held

    def _among(self, days: pl.Series) -> tuple[Flags | None, Flags]:
        """Days of its weekday, where those count and there are any; and those it is compared with."""
        later = self._later(days)
        same: Flags = later & (days.dt.weekday() == self.day.isoweekday()).to_numpy()
        return (same, same) if self.like_weekday and same.any() else (None, later)

    def _later(self, days: pl.Series) -> Flags:
        if self.since is None:
            return np.ones(len(days), dtype=np.bool_)
        later: Flags = (days >= self.since).to_numpy()
        return later


def in_force(acceptances: pl.DataFrame, day: date) -> date | None:
    """From when on days are this frame's reference: by the last drift that was accepted before it, if any."""
    since = acceptances.filter(pl.col("applies_after") < day)["since"]
    return None if since.is_empty() else since[-1]
