"""Frames on a terminal: whatever comes, no line is wider than it, no name is broken, and what is cut is said to be."""

import io
from datetime import UTC, datetime

import polars as pl
import pytest
from rich.cells import cell_len
from rich.console import Console

from gt_platform.cli.show import CUT, laid_out

Columns = dict[str, list[object]]
WIDE: Columns = {f"a_column_{at}": [at, at + 15] for at in range(15)}
LONG: Columns = {"id": [1], "text": ["word " * 60]}


def shown(columns: Columns, width: int = 80, title: str = "") -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    for part in laid_out(pl.DataFrame(columns, strict=False), title, width):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_frame_that_fits_is_a_table_under_its_title() -> None:
    moment = datetime(2026, 1, 5, 8, 30, 0, 123456, tzinfo=UTC)
    columns: Columns = {"name": ["a", "line\nbreak"], "at": [moment, None], "x": [0.123456, 12345.678]}
    assert shown(columns, title="all of it") == [
        "all of it",
        "name        at                           x",
        "─" * 43,
        "a           2026-01-05 08:30:00     0.1235",
        "line⏎break  –                    1.235e+04",
    ]


def test_too_many_columns_are_shown_row_by_row_each_with_its_name() -> None:
    lines = shown(WIDE)
    assert lines[0] == "row 1"
    assert [line.split() for line in lines[1:16]] == [[name, str(values[0])] for name, values in WIDE.items()]
    assert lines[16] == "row 2"
    assert CUT not in lines


def test_long_cells_are_shortened_until_the_table_fits_and_that_is_said() -> None:
    lines = shown(LONG | {f"x{at}": [at] for at in range(8)})
    assert len(lines) == 4
    assert "…" in lines[2]
    assert lines[3] == CUT


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"none": []},
        {name: [] for name in WIDE},
        WIDE,
        LONG,
        {"wide signs": ["漢字" * 50, "👩‍👩‍👧" * 20], "list": [["a" * 90], []]},
        {"x" * 90: [1]},
        {"markup": ["[bold]no[/bold] [/]"], "null": [None], "nan": [float("nan")]},
    ],
    ids=["nothing", "no rows", "no rows, wide", "wide", "long", "signs", "a name", "markup"],
)
def test_no_line_is_wider_than_the_terminal(columns: Columns, width: int) -> None:
    for line in shown(columns, width):
        assert cell_len(line) <= width
