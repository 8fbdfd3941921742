"""The plots of the demo's report, drawn as SVG without any script.

Every plot is a function of figures and a width in CSS pixels; colours and fonts come from the page's style.
"""

from collections.abc import Sequence
from datetime import date

from gt_platform.demo.axes import (
    BOTTOM,
    TOP,
    Scale,
    after,
    dates,
    day_name,
    diamond,
    drawing,
    ground,
    percent,
    scale_of,
    span,
    tick,
)
from gt_platform.demo.figures import DriftCell, Figure, Report
from gt_platform.demo.markup import Markup, join, tag

LEGIBLE = 80  # width of a week below which its number would collide with its marks
ROW = 17  # height of a drift row


def week_chart(report: Report, width: float, *, shift: date, gate: float) -> Markup:
    """Each week's published score with its interval, beside gold and the naive mean."""
    height = 330.0
    scale = scale_of(report, report.weeks, width, 42, height - BOTTOM, gate)
    marks = join(*(_week(scale, week) for week in report.weeks))
    return drawing(width, height, "Score of each week", ground(scale, shift, gate), marks)


def day_chart(report: Report, width: float, *, shift: date, gate: float) -> Markup:
    """Each day's published score with its interval, beside gold."""
    height = 250.0
    scale = scale_of(report, report.days, width, 42, height - BOTTOM, gate)
    marks = join(*(_day(scale, day) for day in report.days))
    return drawing(width, height, "Score of each day", ground(scale, shift, gate), marks)


def traffic_chart(report: Report, width: float, *, shift: date, channels: Sequence[str]) -> Markup:
    """Events of each day, stacked by channel."""
    height = 120.0
    most = max(sum(counts.values()) for counts in report.traffic.values())
    scale = Scale(*span(report), 42, width - 8, 0, most, height - BOTTOM)
    bars = join(*(_stack(scale, day, counts, channels) for day, counts in report.traffic.items()))
    ticks = join(*(tick(scale, float(value), f"{value}") for value in (0, most)))
    return drawing(width, height, "Events of each day by channel", after(scale, shift), ticks, bars, dates(scale))


def drift_chart(report: Report, width: float, *, shift: date) -> Markup:
    """The verdict on every column of every day; the frame as a whole comes first."""
    columns = sorted({cell.column for cell in report.drift})
    scale = Scale(*span(report), 82, width - 8, 0, 1, TOP + ROW * len(columns))
    top = {column: TOP + ROW * row for row, column in enumerate(columns)}
    names = [
        tag("text", _column(column), class_="label", x=scale.left - 8, y=top[column] + 12, text_anchor="end")
        for column in columns
    ]
    cells = [_verdict(scale, cell, top[cell.column]) for cell in report.drift]
    height = scale.bottom + BOTTOM
    return drawing(width, height, "Drift of each day and column", after(scale, shift), *names, *cells, dates(scale))


def interval_bar(figure: Figure, low: float, high: float) -> Markup:
    """A slice's interval, score and gold on a line from `low` to `high`, for a cell of a table."""
    width, middle = 168.0, 9.0

    def x(score: float) -> float:
        return 6 + (width - 12) * (score - low) / (high - low)

    parts = [tag("line", class_="axis", x1=6.0, x2=width - 6, y1=middle, y2=middle)]
    if figure.low is not None and figure.high is not None and figure.score is not None:
        parts += [
            tag("line", class_="whisker", x1=x(figure.low), x2=x(figure.high), y1=middle, y2=middle),
            tag("circle", class_="score", cx=x(figure.score), cy=middle, r=3.5),
        ]
    parts.append(diamond(x(figure.gold), middle, 4.5))
    return tag("svg", *parts, viewBox=f"0 0 {width:.0f} 18", width=width, height=18.0, class_="bar", aria_hidden="true")


def told(figure: Figure) -> str:
    """A figure in words, for the tooltip."""
    score = f"{percent(figure.score)} ({percent(figure.low)} to {percent(figure.high)})"
    known = score if figure.score is not None else "insufficient evidence"
    return f"{known}; gold {percent(figure.gold)}; {figure.labels} labels of {figure.events:,} events"


def _week(scale: Scale, week: Figure) -> Markup:
    if week.day is None:
        return join()
    left, right = scale.x(week.day, 0.35), scale.x(week.day, 6.65)
    middle = (left + right) / 2
    parts = [tag("title", f"Week of {day_name(week.day)}: {told(week)}")]
    if week.low is not None and week.high is not None and week.score is not None:
        top, bottom, y = scale.y(week.high), scale.y(week.low), scale.y(week.score)
        parts += [
            tag("rect", class_="band", x=left, y=top, width=right - left, height=bottom - top, rx=4),
            tag("line", class_="scoreline", x1=left, x2=right, y1=y, y2=y),
        ]
        if right - left > LEGIBLE:
            parts.append(tag("text", f"{100 * week.score:.0f}", class_="value", x=left + 6, y=y - 6))
    if week.naive is not None:
        parts.append(tag("circle", class_="naive", cx=middle + (right - left) * 0.3, cy=scale.y(week.naive), r=4.5))
    return tag("g", *parts, diamond(middle, scale.y(week.gold), 7))


def _day(scale: Scale, day: Figure) -> Markup:
    if day.day is None:
        return join()
    x, half = scale.x(day.day, 0.5), (scale.right - scale.left) / scale.days / 2
    parts = [tag("title", f"{day_name(day.day)}: {told(day)}")]
    if day.low is not None and day.high is not None and day.score is not None:
        top, bottom = scale.y(day.high), scale.y(day.low)
        parts += [
            tag("rect", class_="band", x=x - half * 0.8, y=top, width=half * 1.6, height=bottom - top, rx=2),
            tag("circle", class_="score", cx=x, cy=scale.y(day.score), r=min(3.2, half * 0.7)),
        ]
    return tag("g", *parts, diamond(x, scale.y(day.gold), min(4.2, half)))


def _stack(scale: Scale, day: date, counts: dict[str, int], channels: Sequence[str]) -> Markup:
    left, width = scale.x(day, 0.08), (scale.right - scale.left) / scale.days * 0.84
    bars, base = [tag("title", f"{day_name(day)}: " + ", ".join(f"{n} {name}" for name, n in counts.items()))], 0
    for place, channel in enumerate(channels):
        events = counts.get(channel, 0)
        top = scale.y(float(base + events))
        if events:
            height = scale.y(float(base)) - top
            bars.append(tag("rect", class_=f"channel c{place}", x=left, y=top, width=width, height=height))
        base += events
    return tag("g", *bars)


def _verdict(scale: Scale, cell: DriftCell, top: float) -> Markup:
    left, width = scale.x(cell.day, 0.08), (scale.right - scale.left) / scale.days * 0.84
    numbers = "" if cell.q_value is None else f", q = {cell.q_value:.3g}"
    words = f"{day_name(cell.day)}, {_column(cell.column)}: {cell.verdict.replace('_', ' ')}{numbers}"
    return tag(
        "rect", tag("title", words), class_=f"v-{cell.verdict}", x=left, y=top, width=width, height=ROW - 3.0, rx=2
    )


def _column(name: str) -> str:
    return "whole frame" if name == "*" else name
