"""The demo's result on the terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from gt_platform.charts import day_name
from gt_platform.demo.figures import Figure, Report
from gt_platform.demo.summary import summarise
from gt_platform.demo.words import closing

COLUMNS = ("labels", "score", "95% interval", "label\nerror", "gold", "inside")


def terminal_table(report: Report) -> RenderableType:
    """Weeks and slices with score, interval, its part by wrong labels, and hidden gold; then the result in one line."""
    table = Table(
        title="Published accuracy beside the hidden gold",
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),  # a terminal of 80 columns has no room for more
    )
    table.add_column("week or slice", no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for week in report.weeks:
        table.add_row(*_cells(f"week of {day_name(week.day)}" if week.day else "", week))
    table.add_section()
    for part in report.slices:
        name = part.slice.partition("=")[2]
        table.add_row(*_cells(f"{name}, week of {day_name(part.day)}" if part.day else name, part))
    return Group(table, Text(closing(report, summarise(report))))


def _cells(name: str, figure: Figure) -> list[Text]:
    known = figure.low is not None and figure.high is not None
    inside = {True: Text("yes", "green"), False: Text("no", "bold red"), None: Text("–", "dim")}[figure.inside]
    return [
        Text(name),
        Text(f"{figure.labels:,}"),
        Text("–" if figure.score is None else f"{figure.score:.3f}"),
        Text(f"{figure.low:.3f} – {figure.high:.3f}" if known else "too few"),
        Text("–" if figure.label_error is None else f"{figure.label_error:.3f}"),
        Text(f"{figure.gold:.3f}"),
        inside,
    ]
