"""Plots as SVG, drawn by hand: no script, every text escaped, and nothing that takes seconds to load.

For the demo's report, the workbench's pages and Dagster's metadata. Colours and fonts come from the page's style sheet,
by the class of each mark; a plot that leaves its page takes its own along (`style`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A box of pixels, and the values in it: `places` side by side from 0, and values from `low` to `high` upwards."""

    width: float
    height: float
    places: int
    names: int = 6
    """At most so many places are named below."""
    low: float
    high: float
    left: float = 42
    right: float = 8
    top: float = 22
    bottom: float = 26

    @property
    def end(self) -> float:
        """Pixels from the left at which the last place ends."""
        return self.width - self.right

    @property
    def base(self) -> float:
        """Pixels from the top at which the lowest value lies."""
        return self.height - self.bottom

    @property
    def step(self) -> float:
        """The width of a place in pixels."""
        return (self.end - self.left) / max(self.places, 1)

    def x(self, place: float) -> float:
        """Pixels from the left at which a place begins; half of it later is its middle."""
        return self.left + self.step * place

    def y(self, value: float) -> float:
        """Pixels from the top of a value."""
        return self.top + (self.base - self.top) * (self.high - value) / (self.high - self.low)

    def tick(self, value: float, words: str) -> Markup:
        """A line across, and what it stands for."""
        y = self.y(value)
        return tag("line", class_="grid", x1=self.left, x2=self.end, y1=y, y2=y) + tag(
            "text", words, class_="label", x=self.left - 7, y=y + 4, text_anchor="end"
        )

    def name(self, place: float, words: str, anchor: str | None = "middle") -> Markup:
        """A word below a place."""
        return tag("text", words, class_="label", x=self.x(place), y=self.base + 17, text_anchor=anchor)

    def band(self, left: float, width: float, low: float, high: float, radius: float = 3) -> Markup:
        """An interval as a box `width` pixels wide."""
        top = self.y(high)
        return tag("rect", class_="band", x=left, y=top, width=width, height=self.y(low) - top, rx=radius)

    def drawing(self, said: str, *parts: str, style: str = "") -> Markup:
        """The whole: `said` is what it shows, in words."""
        size: dict[str, float] = {"width": self.width, "height": self.height} if style else {}
        space = "http://www.w3.org/2000/svg" if style else None
        sheet = tag("style", Markup(style)) if style else ""  # noqa: S704 - ours, never data
        return tag("svg", sheet, *parts, viewBox=f"0 0 {self.width:.0f} {self.height:.0f}", role="img",
                   aria_label=said, xmlns=space, **size)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One place of a plot: its name below, what it says in words, its value and its interval; without a value a gap."""

    name: str
    said: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None


def interval_plot(frame: Frame, marks: Sequence[Mark], ticks: Iterable[Markup], said: str, style: str = "") -> Markup:
    """Values with their intervals, one beside the other; an open circle where there is no value."""
    drawn = (_interval(frame, place, mark) for place, mark in enumerate(marks))
    return frame.drawing(said, *ticks, *_names(frame, marks), *drawn, style=style)


def bar_plot(frame: Frame, marks: Sequence[Mark], ticks: Iterable[Markup], said: str) -> Markup:
    """Values as bars from the lowest one."""
    drawn = (_bar(frame, place, mark) for place, mark in enumerate(marks) if mark.value is not None)
    return frame.drawing(said, *ticks, *_names(frame, marks), *drawn)


def whisker(
    bounds: tuple[float, float], low: float | None, high: float | None, value: float | None, mark: float | None = None
) -> Markup:
    """An interval and its value on a line between two bounds, for a cell of a table; without one the line alone.

    A `mark` is what is true, as a diamond.
    """
    width, middle = 168, 9

    def x(at: float) -> float:
        return 6 + (width - 12) * (min(max(at, bounds[0]), bounds[1]) - bounds[0]) / (bounds[1] - bounds[0])

    parts = [tag("line", class_="axis", x1=6, x2=width - 6, y1=middle, y2=middle)]
    if low is not None and high is not None and value is not None:
        parts += [
            tag("line", class_="whisker", x1=x(low), x2=x(high), y1=middle, y2=middle),
            tag("circle", class_="score", cx=x(value), cy=middle, r=3.5),
        ]
    parts += [] if mark is None else [diamond(x(mark), middle, 4.5)]
    return tag("svg", *parts, viewBox=f"0 0 {width} 18", width=width, height=18, class_="bar", aria_hidden="true")


def diamond(x: float, y: float, size: float) -> Markup:
    """The mark of what is true."""
    points = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
    return tag("polygon", class_="gold", points=points)


def tag(name: str, /, *children: str, **attributes: str | float | None) -> Markup:
    """One element. Children that are not `Markup` are escaped; None leaves an attribute out.

    In attribute names an underscore stands for a dash, one at the end is dropped: `class_`, `stroke_width`.
    """
    within = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{within}>{Markup().join(children)}</{name}>")  # noqa: S704 - escaped above


def day_name(day: date) -> str:
    """`5 Jan`, the same in every locale and on every system."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def _interval(frame: Frame, place: int, mark: Mark) -> Markup:
    middle, width = frame.x(place + 0.5), _width(frame)
    title = tag("title", mark.said)
    if mark.value is None:
        return tag("circle", title, class_="few", cx=middle, cy=frame.base - 6, r=3)
    left, y = middle - width / 2, frame.y(mark.value)
    low, high = (mark.value if bound is None else bound for bound in (mark.low, mark.high))
    value = tag("line", class_="value", x1=left, x2=left + width, y1=y, y2=y)
    return tag("g", title, frame.band(left, width, low, high), value)


def _bar(frame: Frame, place: int, mark: Mark) -> Markup:
    y, width = frame.y(mark.value or 0.0), _width(frame)
    box = {"x": frame.x(place + 0.5) - width / 2, "y": y, "width": width, "height": frame.base - y}
    return tag("rect", tag("title", mark.said), class_="bar", **box)


def _names(frame: Frame, marks: Sequence[Mark]) -> Iterable[Markup]:
    every = -(-len(marks) // frame.names)
    return (frame.name(place + 0.5, mark.name) for place, mark in enumerate(marks) if place % every == 0)


def _width(frame: Frame) -> float:
    return min(frame.step * 0.7, 28.0)


def _plain(value: str | float) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
