"""Rows of a CSV file, as a spreadsheet saves them. Every cell is text; an empty one is left out."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from gt_platform.records.intake import Intake
from gt_platform.records.lines import Place
from gt_platform.records.reasons import Rejected

MAX_CELL = 1 << 20  # characters; also bounds how far a quote that is never closed can reach
_NOT_UTF8 = re.compile("[\udc80-\udcff]")  # how surrogateescape shows a byte that is not UTF-8


def read_csv(source: Path, intake: Intake) -> int:
    """Give every row below the header to `intake`; returns the last line reached."""
    csv.field_size_limit(MAX_CELL)
    with source.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        text = _Consumed(stream)
        header: list[str] | None = None
        while (found := _next_row(text)) is not None:
            place = text.place()
            try:
                cells = _sound(found)
                if header is None:
                    header = _header(cells)
                else:
                    intake.value(_record(header, cells), place)
            except Rejected as rejected:
                intake.problem(rejected, place)
                if header is None:
                    break
    return text.line


class _Consumed:
    """Hands lines to the CSV reader and remembers those of the present row."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._row: list[str] = []
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._stream:
            self._row.append(line)
            self.line += 1
            yield line

    def begin(self) -> None:
        """A new row starts with the next line."""
        self._row = []

    def place(self) -> Place:
        """Where the row began, and its bytes."""
        raw = "".join(self._row).encode("utf-8", "surrogateescape")
        return Place(self.line - len(self._row) + 1, None, len(raw), raw)


def _next_row(text: _Consumed) -> list[str] | csv.Error | None:
    while True:
        text.begin()
        try:
            cells = next(csv.reader(text, strict=True), None)
        except csv.Error as error:
            return error
        if cells is None or any(cell.strip() for cell in cells):
            return cells


def _sound(found: list[str] | csv.Error) -> list[str]:
    if isinstance(found, csv.Error):
        raise Rejected("schema", f"not CSV: {found}")
    if any(_NOT_UTF8.search(cell) for cell in found):
        raise Rejected("encoding", "the row is not UTF-8; save the sheet as CSV UTF-8")
    return found


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(set(names)) != len(names):
        raise Rejected("duplicate_key", "two columns have the same name; nothing below the header was read")
    return names


def _record(header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise Rejected("schema", f"the row has {len(cells)} cells, the header {len(header)}")
    return {name: cell for name, cell in zip(header, cells, strict=True) if cell}
