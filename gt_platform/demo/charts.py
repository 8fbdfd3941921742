"""The plots of the demo's report. Every one is a function of figures and a width in CSS pixels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor
from typing import Any

from markupsafe import Markup

from gt_platform.charts import Frame, day_name, diamond, tag, whisker
from gt_platform.demo.figures import DriftCell, Figure, Report, Trial

DAY = timedelta(days=1)
LEGIBLE = 80  # width of a week below which its number would collide with its marks
ROW = 17  # height of a drift row
TOP, BOTTOM = 22, 26


@dataclass(frozen=True, kw_only=True)
class Calendar(Frame):
    """A frame whose places are days."""

    first: date
    shift: date

    @classmethod
    def of(cls, report: Report, width: float, height: float, shift: date, **more: Any) -> "Calendar":
        """The report's days; scores go from 0 to 1 unless said otherwise."""
        days = list(report.traffic)
        span = {"first": days[0], "places": (days[-1] - days[0]).days + 1}
        return cls(**{"low": 0.0, "high": 1.0, **span, **more}, width=width, height=height, shift=shift)

    def at(self, day: date, later: float = 0.0) -> float:
        """Pixels from the left of a day's start, or of a moment `later` by a part of days."""
        return self.x((day - self.first).days + later)

    def ground(self) -> list[Markup]:
        """The time after the shift, and the Mondays."""
        mondays = (week * 7 for week in range(ceil(self.places / 7)))
        dates = [self.name(day, day_name(self.first + day * DAY), None) for day in mondays]
        start = self.at(self.shift)
        if start >= self.end:
            return dates
        return [tag("rect", class_="after", x=start, y=0, width=self.end - start, height=self.base), *dates]

    def gate(self, gate: float) -> list[Markup]:
        """Scores by tenths, what the project asks for, and what happens at the shift."""
        tenths = range(round(self.low * 10), round(self.high * 10) + 1)
        y = self.y(gate)
        return [
            *self.ground(),
            *(self.tick(tenth / 10, f"{tenth * 10}%") for tenth in tenths),
            tag("text", "other domains arrive", class_="note", x=self.at(self.shift) + 5, y=13),
            tag("line", class_="gate", x1=self.left, x2=self.end, y1=y, y2=y),
            tag("text", f"gate {gate:.0%}", class_="note", x=self.left + 4, y=y + 13),
        ]


def week_chart(report: Report, width: float, *, shift: date, gate: float) -> Markup:
    """Each week's published score with its interval, beside gold and the naive mean."""
    low, high = bounds(report.weeks, gate)
    frame = Calendar.of(report, width, 330, shift, low=low, high=high)
    weeks = (_week(frame, week, week.day) for week in report.weeks if week.day)
    return frame.drawing("Score of each week", *frame.gate(gate), *weeks)


def day_chart(report: Report, width: float, *, shift: date, gate: float) -> Markup:
    """Each day's published score with its interval, beside gold."""
    low, high = bounds(report.days, gate)
    frame = Calendar.of(report, width, 250, shift, low=low, high=high)
    days = (_day(frame, day, day.day) for day in report.days if day.day)
    return frame.drawing("Score of each day", *frame.gate(gate), *days)


def traffic_chart(report: Report, width: float, *, shift: date, channels: Sequence[str]) -> Markup:
    """Events of each day, stacked by channel."""
    most = max(sum(counts.values()) for counts in report.traffic.values())
    frame = Calendar.of(report, width, 120, shift, high=float(most))
    bars = (_stack(frame, day, counts, channels) for day, counts in report.traffic.items())
    ticks = (frame.tick(value, f"{value}") for value in (0, most))
    return frame.drawing("Events of each day by channel", *frame.ground(), *ticks, *bars)


def drift_chart(report: Report, width: float, *, shift: date) -> Markup:
    """The verdict on every column of every day; the frame as a whole comes first."""
    columns = sorted({cell.column for cell in report.drift})
    frame = Calendar.of(report, width, TOP + ROW * len(columns) + BOTTOM, shift, left=82)
    top = {column: TOP + ROW * row for row, column in enumerate(columns)}
    names = (
        tag("text", _column(column), class_="label", x=frame.left - 8, y=top[column] + 12, text_anchor="end")
        for column in columns
    )
    cells = (_verdict(frame, cell, top[cell.column]) for cell in report.drift)
    return frame.drawing("Drift of each day and column", *frame.ground(), *names, *cells)


def slice_bar(figure: Figure, low: float, high: float) -> Markup:
    """A slice's interval, score and gold on a line from `low` to `high`, for a cell of a table."""
    return whisker((low, high), figure.low, figure.high, figure.score, figure.gold)


def trial_bar(trials: Sequence[Trial], trial: Trial) -> Markup:
    """A candidate's difference with its interval and gold, on a line that has room for all of them around nothing."""
    shown = [value for one in trials for value in (one.low, one.high, one.gold, one.difference) if value is not None]
    most = 1.1 * max(map(abs, shown))
    return whisker((-most, most), trial.low, trial.high, trial.difference, trial.gold)


def bounds(figures: Iterable[Figure], *others: float) -> tuple[float, float]:
    """The tenths just outside everything the figures show."""
    shown = [value for figure in figures for value in (figure.low, figure.high, figure.gold) if value is not None]
    low, high = min((*shown, *others)), max((*shown, *others))
    return floor(low * 10 - 0.2) / 10, min(1.0, ceil(high * 10 + 0.2) / 10)


def percent(share: float | None) -> str:
    """A share as people read it."""
    return "–" if share is None else f"{100 * share:.1f}%"


def _told(figure: Figure) -> str:
    score = f"{percent(figure.score)} ({percent(figure.low)} to {percent(figure.high)})"
    known = score if figure.score is not None else "insufficient evidence"
    return f"{known}; gold {percent(figure.gold)}; {figure.labels} labels of {figure.events:,} events"


def _week(frame: Calendar, week: Figure, monday: date) -> Markup:
    left, right = frame.at(monday, 0.35), frame.at(monday, 6.65)
    middle = (left + right) / 2
    parts = [tag("title", f"Week of {day_name(monday)}: {_told(week)}")]
    if week.low is not None and week.high is not None and week.score is not None:
        y = frame.y(week.score)
        parts.append(frame.band(left, right - left, week.low, week.high, 4))
        parts.append(tag("line", class_="scoreline", x1=left, x2=right, y1=y, y2=y))
        if right - left > LEGIBLE:
            parts.append(tag("text", f"{100 * week.score:.0f}", class_="value", x=left + 6, y=y - 6))
    if week.naive is not None:
        parts.append(tag("circle", class_="naive", cx=middle + (right - left) * 0.3, cy=frame.y(week.naive), r=4.5))
    return tag("g", *parts, diamond(middle, frame.y(week.gold), 7))


def _day(frame: Calendar, figure: Figure, day: date) -> Markup:
    x, half = frame.at(day, 0.5), frame.step / 2
    parts = [tag("title", f"{day_name(day)}: {_told(figure)}")]
    if figure.low is not None and figure.high is not None and figure.score is not None:
        parts.append(frame.band(x - half * 0.8, half * 1.6, figure.low, figure.high, 2))
        parts.append(tag("circle", class_="score", cx=x, cy=frame.y(figure.score), r=min(3.2, half * 0.7)))
    return tag("g", *parts, diamond(x, frame.y(figure.gold), min(4.2, half)))


def _stack(frame: Calendar, day: date, counts: dict[str, int], channels: Sequence[str]) -> Markup:
    bars, base = [tag("title", f"{day_name(day)}: " + ", ".join(f"{n} {name}" for name, n in counts.items()))], 0
    for place, channel in enumerate(channels):
        if events := counts.get(channel, 0):
            top, height = frame.y(base + events), frame.y(base) - frame.y(base + events)
            bars.append(_cell(frame, day, class_=f"channel c{place}", y=top, height=height))
            base += events
    return tag("g", *bars)


def _verdict(frame: Calendar, cell: DriftCell, top: float) -> Markup:
    numbers = "" if cell.q_value is None else f", q = {cell.q_value:.3g}"
    words = f"{day_name(cell.day)}, {_column(cell.column)}: {cell.verdict.replace('_', ' ')}{numbers}"
    return _cell(frame, cell.day, tag("title", words), class_=f"v-{cell.verdict}", y=top, height=ROW - 3, rx=2)


def _cell(frame: Calendar, day: date, *inside: Markup, **more: Any) -> Markup:
    return tag("rect", *inside, x=frame.at(day, 0.08), width=frame.step * 0.84, **more)


def _column(name: str) -> str:
    return "whole frame" if name == "*" else name
