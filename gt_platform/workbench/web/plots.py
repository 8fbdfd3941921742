"""The plots of the workbench's figures. Drawing is up to `gt_platform.charts`."""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from gt_platform.charts import Frame, Mark, bar_plot, day_name, interval_plot
from gt_platform.stats.annotators.shares import Share

FEW = 5
"""Answers below which a share is not drawn: its interval would span nearly everything."""


def shares(weeks: Sequence[tuple[date, Share | None]], said: str) -> Markup:
    """Shares by week with their intervals, from 0 to 100 %."""
    frame = _frame(len(weeks), 1)
    ticks = (frame.tick(quarter / 4, f"{25 * quarter}%") for quarter in range(5))
    return interval_plot(frame, [_share(first, share) for first, share in weeks], ticks, said)


def counts(days: Sequence[tuple[date, int]], said: str) -> Markup:
    """Counts by day, as bars from 0."""
    top = _round_up(max((count for _, count in days), default=0))
    frame = _frame(len(days), top)
    marks = [Mark(name=day_name(day), said=f"{day_name(day)}: {count}", value=count) for day, count in days]
    return bar_plot(frame, marks, (frame.tick(top * half / 2, f"{top * half / 2:g}") for half in range(3)), said)


def _frame(places: int, high: float) -> Frame:
    return Frame(width=420, height=190, left=40, right=6, top=14, bottom=24, places=places, low=0, high=high)


def _share(first: date, share: Share | None) -> Mark:
    if share is None or share.n < FEW:
        return Mark(name=day_name(first), said="not enough yet")
    said = f"{share.value:.0%}, {share.low:.0%} to {share.high:.0%}"
    return Mark(name=day_name(first), said=said, value=share.value, low=share.low, high=share.high)


def _round_up(value: int) -> int:
    """The next 2, 4 or 10 times a power of ten: the half of it is whole too."""
    power = 1
    while 10 * power < value:
        power *= 10
    return next(times * power for times in (2, 4, 10) if times * power >= value)
