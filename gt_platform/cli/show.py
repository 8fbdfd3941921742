"""Frames on a terminal or in a pipe. Cells are data: never read as markup."""

import sys

import polars as pl
from rich.table import Table
from rich.text import Text

from gt_platform.cli.app import UsageError, out

FORMATS = ("table", "csv", "json", "jsonl")
LONGEST_CELL = 60


def show(frame: pl.DataFrame, layout: str = "table", *, title: str = "") -> None:
    """Print a frame as a table for people, or as CSV, JSON or JSON lines for programs."""
    if layout not in FORMATS:
        raise UsageError(f"--format is {layout!r}; allowed: {', '.join(FORMATS)}")
    if layout == "table":
        out.print(_table(frame, title))
        return
    text = frame.write_csv() if layout == "csv" else frame.write_json() if layout == "json" else frame.write_ndjson()
    sys.stdout.write(text if not text or text.endswith("\n") else text + "\n")


def _table(frame: pl.DataFrame, title: str) -> Table:
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for name, kind in frame.schema.items():
        table.add_column(Text(name), justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*(_cell(value) for value in row))
    return table


def _cell(value: object) -> Text:
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, float):
        return Text(f"{value:.4g}")
    text = str(value)
    return Text(text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…")
