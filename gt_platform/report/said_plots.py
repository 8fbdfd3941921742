"""The pictures of what users say: rates by week, what became of it as one bar, how long it takes."""

from collections.abc import Sequence
from math import floor, log10

from markupsafe import Markup

from gt_platform.charts import Frame, Mark, day_name, interval_plot, tag
from gt_platform.report.said import Row

COLOURS = 8
DAYS = 72  # hours from which on they are told in days


def shares(rows: Sequence[Row], what: str, title: str, width: float) -> Markup:
    """A share by week with its interval: `what` is `rate` or `share`."""
    low, high = ("rate_low", "rate_high") if what == "rate" else ("low", "high")
    step = min(_step(100 * max([row[high] for row in rows if row[high] is not None], default=1.0)), 25.0)
    frame = Frame(width=width, height=200, places=len(rows), low=0.0, high=step / 25, names=int(width / 70))
    marks = [
        Mark(name=day_name(row["week"]), said=_share(row, what, low, high), value=row[what], low=row[low],
             high=row[high])
        for row in rows
    ]  # fmt: skip
    ticks = [frame.tick(part * step / 100, f"{part * step:g}%") for part in range(5)]
    return interval_plot(frame, marks, ticks, title)


def took(rows: Sequence[Row], title: str, width: float) -> Markup:
    """Half of a week's take no longer than the line; the band is from a tenth to nine tenths."""
    top = max([row["p90"] for row in rows], default=0.0) or 1.0
    unit, name = _unit(top)
    step = _step(top / unit)
    frame = Frame(width=width, height=200, places=len(rows), low=0.0, high=4 * step * unit, names=int(width / 70))
    marks = [
        Mark(name=day_name(row["week"]), said=f"{day_name(row['week'])}: half within {row['p50'] / unit:.1f} {name}, "
             f"nine tenths within {row['p90'] / unit:.1f} {name}, of {row['n']:,}",
             value=row["p50"], low=row["p10"], high=row["p90"])
        for row in rows
    ]  # fmt: skip
    ticks = [frame.tick(part * step * unit, f"{part * step:g} {name}") for part in range(5)]
    return interval_plot(frame, marks, ticks, title)


def duration(hours: float) -> str:
    """Hours as people say them."""
    unit, name = _unit(hours)
    return f"{hours / unit:.1f} {name}"


def fates(found: Sequence[tuple[str, str, int]], width: float) -> Markup:
    """All signals as one bar, a part for each fate; the table beside it has the words."""
    frame = Frame(width=width, height=46, places=1, low=0, high=1, left=0, right=0, top=4, bottom=4)
    total, at, parts = sum(count for *_, count in found) or 1, 0.0, []
    for place, (fate, _, count) in enumerate(found):
        wide = width * count / total
        title = tag("title", f"{fate}: {count:,}")
        box = {"x": at, "y": 4.0, "width": max(wide - 1, 1.0), "height": 38.0}
        parts.append(tag("rect", title, class_=f"c{place % COLOURS}", **box))
        at += wide
    return frame.drawing("What became of every signal, as shares of one bar", *parts)


def swatch(place: int) -> Markup:
    """The mark of a fate in the table beside the bar."""
    box = tag("rect", class_=f"c{place % COLOURS}", x=1, y=1, width=12, height=12, rx=2)
    return tag("svg", box, viewBox="0 0 14 14", width=14, height=14, class_="key", aria_hidden="true")


def _unit(hours: float) -> tuple[float, str]:
    return (24.0, "d") if hours > DAYS else (1.0, "h")


def _step(most: float) -> float:
    """A round number, four times of which hold the most."""
    ten: float = 10.0 ** floor(log10(max(most, 0.01) / 4))
    return next(part * ten for part in (1, 2, 2.5, 5, 10) if 4 * part * ten >= most)


def _share(row: Row, what: str, low: str, high: str) -> str:
    if row[what] is None:
        return f"{day_name(row['week'])}: nothing was said"
    n = row["events"] if what == "rate" else row["n"]
    return f"{day_name(row['week'])}: {row[what]:.1%} ({row[low]:.1%} to {row[high]:.1%}), n {n:,}"
