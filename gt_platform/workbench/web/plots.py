"""Where the marks of a plot lie. Drawing them is up to `_plot.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gt_platform.stats.annotators.shares import Share

WIDTH, HEIGHT = 420.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 6.0, 14.0, 24.0
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FEW = 5
"""Answers below which a share is not drawn: its interval would span nearly everything."""


@dataclass(frozen=True)
class Tick:
    """A line at `y` and what it stands for."""

    y: float
    text: str


@dataclass(frozen=True)
class Mark:
    """One day or week: where it lies, its value, and the ends of its interval where it has one."""

    x: float
    y: float | None
    low: float | None
    high: float | None
    said: str
    label: str


@dataclass(frozen=True)
class Plot:
    """A plot in a box of WIDTH by HEIGHT; `said` is what it shows, in words."""

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    said: str
    bar: float
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    base: float = HEIGHT - BOTTOM


def shares(weeks: Sequence[tuple[date, Share | None]], said: str) -> Plot:
    """Shares by week with their intervals, from 0 to 100 %."""
    step = _step(len(weeks))
    marks = []
    for at, (first, share) in enumerate(weeks):
        x, label = LEFT + step * (at + 0.5), _day(first) if _labelled(at, len(weeks)) else ""
        if share is None or share.n < FEW:
            marks.append(Mark(x, None, None, None, "not enough yet", label))
        else:
            said_here = f"{share.value:.0%}, {share.low:.0%} to {share.high:.0%}"
            marks.append(Mark(x, _y(share.value, 1), _y(share.low, 1), _y(share.high, 1), said_here, label))
    ticks = tuple(Tick(_y(quarter / 4, 1), f"{25 * quarter}%") for quarter in range(5))
    return Plot(tuple(marks), ticks, said, _bar(step))


def counts(days: Sequence[tuple[date, int]], said: str) -> Plot:
    """Counts by day, as bars from 0."""
    step, top = _step(len(days)), _round_up(max((count for _, count in days), default=0))
    marks = tuple(
        Mark(
            LEFT + step * (at + 0.5),
            _y(count, top),
            None,
            None,
            f"{_day(day)}: {count}",
            _day(day) if _labelled(at, len(days)) else "",
        )
        for at, (day, count) in enumerate(days)
    )
    ticks = tuple(Tick(_y(top * half / 2, top), f"{top * half / 2:g}") for half in range(3))
    return Plot(marks, ticks, said, _bar(step))


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - BOTTOM - TOP) * (1 - value / top)


def _step(marks: int) -> float:
    return (WIDTH - LEFT - RIGHT) / max(marks, 1)


def _bar(step: float) -> float:
    return min(step * 0.7, 28.0)


def _round_up(value: int) -> int:
    """The next 2, 4 or 10 times a power of ten: the half of it is whole too."""
    power = 1
    while 10 * power < value:
        power *= 10
    return next(times * power for times in (2, 4, 10) if times * power >= value)


def _labelled(at: int, marks: int) -> bool:
    """At most six labels, the first among them."""
    return at % -(-marks // 6) == 0


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"
