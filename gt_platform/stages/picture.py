"""The picture of the night, drawn from STAGES: `python -m gt_platform.stages.picture > docs/images/flow.svg`.

Stages of a frame day go from left to right, those over all time back below them. A dashed line is a day's table that a
stage over all time reads itself.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from markupsafe import Markup

from gt_platform.charts import tag
from gt_platform.stages import STAGES, Stage

WIDE, HIGH, APART, EDGE = 140, 90, 20, 20
TOP, BELOW, TALL = 60, 220, 356
LETTERS = 22  # of the small script, as many as fit into a box
GREY, INK = "#64748b", "#334155"
OUTSIDE, DAILY, EVER = ("#c2410c", "#fff7ed"), ("#1d4ed8", "#eff6ff"), ("#15803d", "#f0fdf4")
INBOX, ANNOTATORS = "files of your production", "workbench, Label Studio, files"
DAYS = "what arrived on one day; closed once sampled, backfilled at will"
TIMES = "grows whenever labels come in, days or weeks later"


@dataclass(frozen=True, kw_only=True)
class _Box:
    """What is drawn at a place of a row, and in which colours."""

    name: str
    told: str
    column: int
    top: int
    colours: tuple[str, str]

    @property
    def left(self) -> int:
        return EDGE + self.column * (WIDE + APART)

    @property
    def middle(self) -> int:
        return self.left + WIDE // 2


def picture(stages: Sequence[Stage] = STAGES) -> str:
    """The whole as SVG, ending in a newline."""
    daily, ever = _rows(stages)
    columns = max(len(daily), len(ever))
    width, height = 2 * EDGE + columns * (WIDE + APART) - APART, TALL
    said = " to ".join(box.name for box in (*daily, *ever))
    parts = (*_words(daily, ever), *_arrows(daily, ever), *_lines(stages, daily, ever), *_drawn([*daily, *ever]))
    return str(
        tag("svg", tag("rect", width=width, height=height, rx=14, fill="#ffffff"), _head(), *parts,
            xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", font_family="system-ui, sans-serif",
            role="img", aria_label=said)
    ).replace("><", ">\n<") + "\n"  # fmt: skip


def _rows(stages: Sequence[Stage]) -> tuple[list[_Box], list[_Box]]:
    """The upper row with what is outside at its ends, and the lower one from right to left."""
    daily = [(stage.name, _tables(stage), DAILY) for stage in stages if stage.per_day]
    above = [("inbox", INBOX, OUTSIDE), *daily, ("annotators", ANNOTATORS, OUTSIDE)]
    ever = [(stage.name, _tables(stage), EVER) for stage in stages if not stage.per_day]
    upper = [_Box(name=n, told=t, colours=c, column=at, top=TOP) for at, (n, t, c) in enumerate(above)]
    last = max(len(above), len(ever)) - 1
    return upper, [_Box(name=n, told=t, colours=c, column=last - at, top=BELOW) for at, (n, t, c) in enumerate(ever)]


def _tables(stage: Stage) -> str:
    """The tables that it fills, but for the one of its own name."""
    return ", ".join(table.name for table in stage.tables if table.name != stage.name)


def _head() -> Markup:
    path = tag("path", d="M0 0 8 4 0 8z", fill=GREY)
    return tag("defs", tag("marker", path, id="a", viewBox="0 0 8 8", refX=7, refY=4, markerWidth=7, markerHeight=7,
                           orient="auto"))  # fmt: skip


def _words(daily: Sequence[_Box], ever: Sequence[_Box]) -> Iterator[Markup]:
    above = daily[0].left, TOP - 24, "Per frame day", DAYS, DAILY
    below = ever[-1].left, TALL - 18, "Over all time", TIMES, EVER
    for left, y, name, told, (ink, _) in (above, below):
        yield tag("text", name, x=left, y=y, font_size=15, font_weight=600, fill=ink)
        yield tag("text", told, x=left + 124, y=y, font_size=13, fill=GREY)


def _arrows(daily: Sequence[_Box], ever: Sequence[_Box]) -> Iterator[Markup]:
    """From each box to the next: to the right, down, and back."""
    yield from (_arrow(f"M{one.left + WIDE} {TOP + 45} H{other.left - 4}") for one, other in pairwise(daily))
    yield _arrow(f"M{daily[-1].middle} {TOP + HIGH} V{BELOW - 4}")
    yield from (_arrow(f"M{one.left} {BELOW + 45} H{other.left + WIDE + 4}") for one, other in pairwise(ever))


def _lines(stages: Sequence[Stage], daily: Sequence[_Box], ever: Sequence[_Box]) -> Iterator[Markup]:
    """From each stage of a day to those over all time that read its tables; to the first of them lead the arrows."""
    middle = {box.name: box.middle for box in daily}
    known = {stage.name: stage for stage in stages}
    for box in ever[1:]:
        for stage in stages:
            if stage.per_day and set(stage.tables) & set(known[box.name].after):
                start, end = middle[stage.name], box.middle
                bend = f"C{start} {BELOW - 30} {end} {TOP + HIGH + 30} {end} {BELOW - 4}"
                yield _arrow(f"M{start} {TOP + HIGH} {bend}", dashes="4 4")


def _arrow(path: str, dashes: str | None = None) -> Markup:
    return tag("path", d=path, fill="none", stroke=GREY, stroke_width=1.6, stroke_dasharray=dashes,
               marker_end="url(#a)")  # fmt: skip


def _drawn(boxes: Sequence[_Box]) -> Iterator[Markup]:
    for box in boxes:
        ink, ground = box.colours
        yield tag("rect", x=box.left, y=box.top, width=WIDE, height=HIGH, rx=10, fill=ground, stroke=ink,
                  stroke_width=1.4)  # fmt: skip
        yield tag("text", box.name.replace("_", " "), x=box.middle, y=box.top + 28, font_size=16, font_weight=600,
                  text_anchor="middle", fill=ink)  # fmt: skip
        for line, words in enumerate(wrap(box.told, LETTERS, max_lines=3, placeholder=" …")):
            yield tag("text", words, x=box.middle, y=box.top + 47 + 16 * line, font_size=12, text_anchor="middle",
                      fill=INK)  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(picture())
