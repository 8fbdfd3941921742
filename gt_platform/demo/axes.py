"""What all plots of the demo's report share: scales, axes, the mark of the hidden gold, and how numbers are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from gt_platform.demo.figures import Figure, Report
from gt_platform.demo.markup import Markup, join, tag

DAY = timedelta(days=1)
TOP, BOTTOM = 22, 26  # room for a note above a plot and for dates below it
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Scale:
    """Where things lie: days from left to right, scores from bottom to top."""

    first: date
    days: int
    left: float
    right: float
    low: float
    high: float
    bottom: float

    def x(self, day: date, offset: float = 0.0) -> float:
        """Pixels from the left of a day's start, or of a moment `offset` days later."""
        return self.left + (self.right - self.left) * ((day - self.first).days + offset) / self.days

    def y(self, score: float) -> float:
        """Pixels from the top of a score."""
        return TOP + (self.bottom - TOP) * (self.high - score) / (self.high - self.low)


def scale_of(report: Report, figures: Sequence[Figure], width: float, left: float, bottom: float, gate: float) -> Scale:
    return Scale(*span(report), left, width - 8, *bounds(figures, gate), bottom)


def span(report: Report) -> tuple[date, int]:
    days = list(report.traffic)
    return days[0], (days[-1] - days[0]).days + 1


def bounds(figures: Sequence[Figure], *others: float) -> tuple[float, float]:
    """The tenths just outside everything the figures show."""
    shown = [value for figure in figures for value in (figure.low, figure.high, figure.gold) if value is not None]
    low, high = min(*shown, *others), max(*shown, *others)
    return floor(low * 10 - 0.2) / 10, min(1.0, ceil(high * 10 + 0.2) / 10)


def drawing(width: float, height: float, name: str, *parts: Markup) -> Markup:
    return tag("svg", *parts, viewBox=f"0 0 {width:.0f} {height:.0f}", role="img", aria_label=name)


def ground(scale: Scale, shift: date, gate: float) -> Markup:
    tenths = range(round(scale.low * 10), round(scale.high * 10) + 1)
    ticks = [tick(scale, tenth / 10, f"{tenth * 10}%") for tenth in tenths]
    line = tag("line", class_="gate", x1=scale.left, x2=scale.right, y1=scale.y(gate), y2=scale.y(gate))
    note = tag("text", f"gate {gate:.0%}", class_="note", x=scale.left + 4, y=scale.y(gate) + 13)
    return join(after(scale, shift, "other domains arrive"), *ticks, line, note, dates(scale))


def after(scale: Scale, shift: date, words: str = "") -> Markup:
    if (shift - scale.first).days >= scale.days:
        return join()
    start = scale.x(shift)
    return join(
        tag("rect", class_="after", x=start, y=0.0, width=scale.right - start, height=scale.bottom),
        tag("text", words, class_="note", x=start + 5, y=13.0) if words else join(),
    )


def tick(scale: Scale, value: float, words: str) -> Markup:
    y = scale.y(value)
    return join(
        tag("line", class_="grid", x1=scale.left, x2=scale.right, y1=y, y2=y),
        tag("text", words, class_="label", x=scale.left - 7, y=y + 4, text_anchor="end"),
    )


def dates(scale: Scale) -> Markup:
    mondays = (scale.first + week * 7 * DAY for week in range(ceil(scale.days / 7)))
    return join(*(tag("text", day_name(day), class_="label", x=scale.x(day), y=scale.bottom + 17) for day in mondays))


def diamond(x: float, y: float, size: float) -> Markup:
    points = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
    return tag("polygon", class_="gold", points=points)


def percent(share: float | None) -> str:
    """A share as people read it."""
    return "–" if share is None else f"{100 * share:.1f}%"


def day_name(day: date) -> str:
    """`5 Jan`, the same in every locale and on every system."""
    return f"{day.day} {MONTHS[day.month - 1]}"
