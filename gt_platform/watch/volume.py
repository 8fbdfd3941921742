"""Whether a day had as many events as is usual, told by the weeks before it."""

from datetime import date

import numpy as np

from gt_platform.stats.volume import WINDOW, usual
from gt_platform.watch.evidence import Evidence
from gt_platform.watch.found import Found, rounded
from gt_platform.watch.spans import ONE_DAY

METHOD = "level and weekday of the logarithms of eight weeks' counts"


def volume(evidence: Evidence, day: date) -> Found:
    """Held against what the days before it had, as the check of the inbox is; too many count, too."""
    begins = max(evidence.days[0], day - ONE_DAY * WINDOW)
    past = np.zeros((day - begins).days)
    places = evidence.between(begins, day - ONE_DAY)
    past[evidence.ordinals[places] - begins.toordinal()] = evidence.events[places]
    events = int(evidence.events[evidence.place(day)])
    told = usual(past)
    if told is None:
        why = f"{past.size} days before this one do not tell what is usual"
        return Found(watched="volume", verdict="insufficient_evidence", n=events, n_reference=past.size, detail=why)
    far = not told.at_least <= events <= told.at_most
    return Found(
        watched="volume",
        verdict="drift" if far else "no_drift",
        estimate=float(events),
        reference=rounded(told.events),
        low=rounded(events - told.at_most),
        high=rounded(events - told.at_least),
        n=events,
        n_reference=past.size,
        method=METHOD,
        detail=f"usual is {told.events:,.0f}, from {told.at_least:,.0f} to {told.at_most:,.0f}",
    )
