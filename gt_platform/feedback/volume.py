"""How many events each day had beside what is usual, from the ledger alone."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gt_platform.lake import Store
from gt_platform.stats.volume import WINDOW, usual

COUNTED = """
    SELECT frame_day, sum(events)::BIGINT AS events, NULL AS reason FROM files
    WHERE frame_day BETWEEN $first AND $last GROUP BY frame_day
    UNION ALL SELECT NULL, NULL, last.reason FROM (
        SELECT arg_max({'outcome': outcome, 'reason': reason}, (tried_at, number)) AS last FROM attempts
        WHERE path = '.'
    ) WHERE last.outcome <> 'gone'
"""  # of the attempts and not of the view `unread`, which costs twice as much
MOST_DAYS = 400  # of a backfill; the last ones are judged
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Low:
    """A day with far fewer events than usual."""

    day: date
    events: int
    usual: float
    at_least: float


@dataclass(frozen=True, kw_only=True)
class Volume:
    """Days that were judged, those of them that are low, and why the inbox itself is not there, if it is not."""

    judged: int
    low: list[Low]
    absent: str | None


def volume(store: Store, first: date, last: date, *, today: date) -> Volume:
    """Judge the days from `first` to `last` that are over, each by those before it."""
    last = min(last, today - ONE_DAY)
    first = max(first, last - ONE_DAY * MOST_DAYS)
    rows = store.read(COUNTED, {"first": first - ONE_DAY * WINDOW, "last": last}).rows()
    events = {day: count for day, count, _ in rows if day is not None}
    absent = next((reason for day, _, reason in rows if day is None), None)
    found = [_judged(events, first + ONE_DAY * number) for number in range((last - first).days + 1)]
    told = [one for one in found if one is not None]
    return Volume(judged=len(told), low=[one for one in told if one.events < one.at_least], absent=absent)


def _judged(events: dict[date, int], day: date) -> Low | None:
    known = [before for before, count in events.items() if count and before < day]
    begins = max(min(known, default=day), day - ONE_DAY * WINDOW)
    past = np.array([events.get(begins + ONE_DAY * number, 0) for number in range((day - begins).days)])
    found = usual(past)
    if found is None:
        return None
    return Low(day=day, events=events.get(day, 0), usual=found.events, at_least=found.at_least)
