"""The reliability plot: how often outputs are right beside how sure the model said it was of them."""

from collections.abc import Sequence

from markupsafe import Markup

from gt_platform.benchmark.reliability import Bin
from gt_platform.charts import Frame, tag

STEPS, WIDE = 5, 500


def reliability_plot(bins: Sequence[Bin], width: float) -> Markup:
    """Each bin with its interval; on the dashed line it is as often right as it says."""
    lowest = min([one.confidence for one in bins] + [one.right.low for one in bins], default=0.0)
    low = max(0.0, (int(10 * lowest) - 0.5) / 10)
    frame = Frame(width=width, height=320, places=1, low=low, high=1.0)
    marks = [low + part * (1 - low) / STEPS for part in range(STEPS)] + [1.0]
    ticks = [frame.tick(value, f"{value:.0%}") for value in marks]
    named = marks[1::2] if width < WIDE else marks  # the last among them, which ends where the plot does
    names = [
        frame.name((value - low) / (1 - low), f"{value:.0%}", "end" if value == 1 else "middle") for value in named
    ]
    line = tag("line", class_="gate", x1=frame.left, x2=frame.end, y1=frame.base, y2=frame.top)
    drawn = [_bin(frame, low, one) for one in bins]
    return frame.drawing("How often it is right, by how sure it says it is", *ticks, *names, line, *drawn)


def _bin(frame: Frame, low: float, one: Bin) -> Markup:
    right = one.right
    told = f"{right.estimate:.1%} right ({right.low:.1%} to {right.high:.1%}), {one.n} labels"
    x = frame.x((one.confidence - low) / (1 - low))
    whisker = tag("line", class_="whisker", x1=x, x2=x, y1=frame.y(right.low), y2=frame.y(right.high))
    circle = tag("circle", class_="score", cx=x, cy=frame.y(right.estimate), r=4.5)
    return tag("g", tag("title", f"{one.confidence:.1%} sure: {told}"), whisker, circle)
