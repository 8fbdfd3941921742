"""Splitting a stream into lines without ever holding more of one than is allowed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gt_platform.records.strict_json import WHITESPACE

MAX_LINE = 16 << 20  # bytes; the largest trace exports we know have lines of 4 MiB, and DuckDB stops here too
KEPT = 1 << 20  # bytes of a quarantined record that are kept
BOM = b"\xef\xbb\xbf"


class Place(NamedTuple):
    """Where a record was found: its line from 1 (0 for the file itself), where that starts, its length, its bytes.

    Of a line longer than MAX_LINE only the first KEPT bytes are there. `replays` names the quarantined record it
    replaces.
    """

    line: int
    byte_offset: int | None
    raw_bytes: int | None
    raw: bytes | None
    replays: str | None = None


class Lines:
    """Iterates over the lines that are not blank, but for the last one when no newline ends it: that is `rest`."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self._line, self._offset, self._length, self._raw = 1, 0, 0, b""

    def __iter__(self) -> Iterator[Place]:
        for block in self._blocks:
            first, *others = block.split(b"\n")
            self._extend(first)
            if not others:
                continue
            if self._raw.strip(WHITESPACE):
                yield self.rest
            line, offset = self._line + 1, self._offset + self._length + 1
            last = others.pop()
            for raw in others:
                length = len(raw)
                if raw.strip(WHITESPACE):
                    yield Place(line, offset, length, raw if length <= MAX_LINE else raw[:KEPT])
                line += 1
                offset += length + 1
            self._line, self._offset, self._length, self._raw = line, offset, 0, b""
            self._extend(last)

    @property
    def rest(self) -> Place:
        """The line that is still open."""
        return Place(self._line, self._offset, self._length, self._raw)

    def _extend(self, more: bytes) -> None:
        self._raw = more if not self._raw else self._raw + more if self._length <= MAX_LINE else self._raw
        self._length += len(more)
        if self._length > MAX_LINE:
            self._raw = self._raw[:KEPT]
        elif self._offset == 0 and self._raw.startswith(BOM):
            self._offset, self._length, self._raw = len(BOM), self._length - len(BOM), self._raw[len(BOM) :]
