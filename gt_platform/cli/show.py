"""Frames on a terminal or in a pipe. Cells are data: never read as markup."""

import sys
from collections.abc import Iterator
from datetime import datetime

import polars as pl
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gt_platform.cli.app import UsageError, out

FORMATS = ("table", "csv", "json", "jsonl")
LONGEST_CELLS = (60, 40, 30, 20, 14)
"""How long cells may be, tried until the table fits; where it never does, each row is a list of its own."""
LONGEST_VALUE = 300  # of such a list
GAP = 2  # between columns: a blank, and the line of the box, which is one, too
CUT = "shortened; -f csv, json or jsonl has it whole"


def show(frame: pl.DataFrame, layout: str = "table", *, title: str = "") -> None:
    """Print a frame as a table for people, or as CSV, JSON or JSON lines for programs."""
    if layout not in FORMATS:
        raise UsageError(f"--format is {layout!r}; allowed: {', '.join(FORMATS)}")
    if layout == "table":
        for part in laid_out(frame, title, out.width):
            out.print(part)
        return
    text = frame.write_csv() if layout == "csv" else frame.write_json() if layout == "json" else frame.write_ndjson()
    sys.stdout.write(text if not text or text.endswith("\n") else text + "\n")


def laid_out(frame: pl.DataFrame, title: str, width: int) -> Iterator[RenderableType]:
    """A frame for a terminal of some width: as a table if its columns fit, else row by row; and whether it was cut."""
    cells = [[_cell(value) for value in row] for row in frame.iter_rows()]
    longest = next((longest for longest in LONGEST_CELLS if _width(frame.columns, cells, longest) <= width), None)
    if title:
        yield Text(title, style="italic")
    if longest is not None:
        yield _table(frame, cells, longest)
    else:
        yield from _lists(frame.columns, cells)
    if any(cell.cell_len > (longest or LONGEST_VALUE) for row in cells for cell in row):
        yield Text(CUT, style="dim")


def _width(names: list[str], cells: list[list[Text]], longest: int) -> int:
    widths = [max([len(name), *(min(row[at].cell_len, longest) for row in cells)]) for at, name in enumerate(names)]
    return sum(widths) + GAP * len(widths)


def _table(frame: pl.DataFrame, cells: list[list[Text]], longest: int) -> Table:
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, show_edge=False, padding=(0, GAP - 1, 0, 0))
    for name, kind in frame.schema.items():
        table.add_column(Text(name), justify="right" if kind.is_numeric() else "left", no_wrap=True)
    for row in cells:
        table.add_row(*(_cut(cell, longest) for cell in row))
    return table


def _lists(names: list[str], cells: list[list[Text]]) -> Iterator[RenderableType]:
    for number, row in enumerate(cells, 1):
        yield Text(f"row {number}", style="bold")
        grid = Table.grid(padding=(0, GAP))
        grid.add_column(justify="right", style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, cell in zip(names, row, strict=True):
            grid.add_row(Text(name), _cut(cell, LONGEST_VALUE))
        yield grid
    if not cells:
        yield Text(f"no rows; columns: {', '.join(names)}")


def _cut(cell: Text, longest: int) -> Text:
    shown = cell.copy()
    shown.truncate(longest, overflow="ellipsis")
    return shown


def _cell(value: object) -> Text:
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, float):
        return Text(f"{value:.4g}")
    if isinstance(value, datetime):
        return Text(f"{value:%Y-%m-%d %H:%M:%S}")
    return Text(str(value).replace("\n", "⏎"))
