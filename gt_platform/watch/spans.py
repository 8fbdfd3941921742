"""Which days a day is compared with, and which days before it speak with it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np

from gt_platform.project import Reference
from gt_platform.stats.watching.daily import Codes, Flags
from gt_platform.watch.evidence import Evidence

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Places of days in the evidence: of the `reference`, and of `now`, the last of which is looked at."""

    reference: Codes
    now: Codes

    @classmethod
    def of(cls, evidence: Evidence, day: date, declared: Reference, *, days: int = 1) -> Self:
        """The days that stand behind `day` and so many days up to it, none of which is in the reference.

        Since a drift that was accepted other days stand behind it, as many as are declared; none before speaks with it.
        """
        since = None if declared.rolling else evidence.in_force(day)
        found = evidence.between(max(day - ONE_DAY * (days - 1), since or date.min), day)
        now = np.array([one for one in found if not declared.has(evidence.days[one])], dtype=np.int64)
        first, last = declared.of(evidence.days[now[0]] if now.size else day)
        if since is not None:
            first, last = since, min(since + (last - first), day)
        return cls(reference=np.setdiff1d(evidence.between(first, last), now), now=now)


def alike(evidence: Evidence, places: Codes, day: date, declared: Reference) -> tuple[Codes, Flags]:
    """Codes of days like one another, and which of them are like this one; all where none is of its weekday."""
    weekday = (evidence.ordinals[places] - 1) % 7
    same: Flags = weekday == day.weekday()
    if declared.like != "weekday" or not same.any():
        return np.zeros(len(places), np.int64), np.ones(len(places), np.bool_)
    return np.unique(weekday, return_inverse=True)[1].astype(np.int64), same
