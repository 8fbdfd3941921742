"""Plots small enough to travel in metadata, drawn as SVG by hand: a plotting library takes seconds to load."""

from collections.abc import Sequence

from gt_platform.stages import Interval

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 14, 26
INK, BAND = "#2f5fd0", "#2f5fd033"


def interval_plot(weeks: Sequence[Interval]) -> str:
    """SVG of (week, estimate, low, high); a week without an estimate leaves a gap. Bounds default to the estimate."""
    known = [value for week in weeks for value in week[1:] if value is not None]
    bottom, top = _padded(min(known), max(known))
    marks = [_tick(level, bottom, top) for level in (bottom, (bottom + top) / 2, top)]
    for index, (name, estimate, low, high) in enumerate(weeks):
        x = LEFT + (WIDTH - LEFT - RIGHT) * (index + 0.5) / len(weeks)
        marks.append(f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{_short(name)}</text>')
        if estimate is not None:
            ends = [_y(estimate if bound is None else bound, bottom, top) for bound in (high, low)]
            marks.append(f'<rect x="{x - 9:.1f}" y="{ends[0]:.1f}" width="18" height="{ends[1] - ends[0]:.1f}" '
                         f'fill="{BAND}"/>')  # fmt: skip
            marks.append(f'<circle cx="{x:.1f}" cy="{_y(estimate, bottom, top):.1f}" r="3.5" fill="{INK}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" '
        f'font-size="11" fill="#555"><rect width="100%" height="100%" fill="white"/>{"".join(marks)}</svg>'
    )


def _tick(level: float, bottom: float, top: float) -> str:
    y = _y(level, bottom, top)
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{level:.3g}</text>'
    )


def _y(value: float, bottom: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (top - value) / (top - bottom)


def _padded(lowest: float, highest: float) -> tuple[float, float]:
    margin = max(0.05 * (highest - lowest), 0.005)  # a flat line still needs a scale
    return lowest - margin, highest + margin


def _short(week: str) -> str:
    return week[5:] if len(week) == len("2026-01-05") else week[:10]
