"""Whether the model's confidence says as much of how often it is right as it did."""

from dataclasses import replace

import numpy as np

from gt_platform.stats.watching.daily import Codes, Daily, daily, moved
from gt_platform.watch.evidence import Events
from gt_platform.watch.found import Found, rounded
from gt_platform.watch.windows import Window

METHOD = "mean confidence less share right, weighted by design, Student's t on how days differ"


def calibration(window: Window) -> list[Found]:
    """One verdict; none where no labeled event has a confidence."""
    then, now = (side.only(~np.isnan(side.confidence + side.worth)) for side in (window.then, window.now))
    blank = window.blank("calibration", len(then), len(now))
    if blank.detail:
        silent = len(window.then) + len(window.now) and not len(then) + len(now)
        return [] if silent else [blank]
    before, after = _gaps(then, window.span.reference), _gaps(now, window.span.now)
    found = moved(before, after)
    mean = float(before.rows @ before.mean / before.rows.sum())
    told = replace(
        blank,
        verdict="no_drift",
        estimate=rounded(mean + found.change),
        reference=rounded(mean),
        low=rounded(found.low),
        high=rounded(found.high),
        p_value=rounded(found.p_value),
        method=METHOD,
        detail=window.said,
    )
    return [told]


def _gaps(side: Events, days: Codes) -> Daily:
    return daily(side.confidence - side.worth, side.weight, np.searchsorted(days, side.day), len(days))
