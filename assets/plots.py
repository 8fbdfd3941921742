"""Plots small enough to travel in metadata."""

import re
from collections.abc import Sequence

from gt_platform.charts import Frame, Mark
from gt_platform.charts import interval_plot as drawn
from gt_platform.stages import Interval

DAY = re.compile(r"\d{4}-\d\d-\d\d")
STYLE = """svg{background:#fff;font:11px sans-serif}text{fill:#555}.grid{stroke:#ddd}.few{fill:none}
.band{fill:#2f5fd033}.value{stroke:#2f5fd0;stroke-width:2.5}"""


def interval_plot(rows: Sequence[Interval]) -> str:
    """SVG of (name, estimate, low, high); a row without an estimate leaves a gap. Bounds default to the estimate."""
    known = [value for row in rows for value in row[1:] if value is not None]
    low, high = _padded(min(known), max(known))
    box = {"width": 640, "height": 200, "left": 56, "right": 16, "top": 14}
    frame = Frame(places=len(rows), names=len(rows), low=low, high=high, **box)
    ticks = (frame.tick(level, f"{level:.3g}") for level in (low, (low + high) / 2, high))
    marks = [Mark(name=_short(name), value=value, low=down, high=up) for name, value, down, up in rows]
    return drawn(frame, marks, ticks, "values with 95 % intervals", STYLE)


def _padded(lowest: float, highest: float) -> tuple[float, float]:
    margin = max(0.05 * (highest - lowest), 0.005)  # a flat line still needs a scale
    return lowest - margin, highest + margin


def _short(name: str) -> str:
    return name[5:] if DAY.fullmatch(name) else name[:10]
