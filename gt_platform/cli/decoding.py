"""Bytes of a user's text file as UTF-8, and what stands between its cells: whatever a spreadsheet wrote is recognised.

What columns mean belongs in `sheets`.
"""

import csv
import re
from collections.abc import Collection
from pathlib import Path

from gt_platform.cli.app import UsageError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
UTF_16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
WINDOWS = "cp1252"
PROBED = 4096
"""Bytes in which UTF-16 without a mark shows: every second one of a Latin text is 0."""
HALF = 0.3
EXCEL = re.compile(rb'"?sep=([,;|\t])"?', re.IGNORECASE)


def decoded(path: Path) -> tuple[bytes, str | None]:
    """The file in UTF-8 without a mark, and what is to be said of how it was read. Raises UsageError, OSError."""
    data = path.read_bytes()
    encoding = _encoding(data)
    try:
        if encoding != "utf-8":
            return data.decode(encoding).encode(), None
        data = data.removeprefix(b"\xef\xbb\xbf")
        data.decode()
        found, remark = data, None
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UsageError(f"{path}: begins like {encoding.upper()}, but byte {error.start:,} is none") from None
        found, remark = _from_windows(path, data)
    if b"\0" in found:
        raise UsageError(f"{path}: is no text, as it has bytes of 0; save it as UTF-8")
    return found, remark


def separated(path: Path, text: bytes, usual: str, wanted: Collection[str]) -> tuple[bytes, str]:
    """The text from its header on, and what stands between cells: the usual, unless only another makes the header name
    all wanted columns.

    Excel's first line `sep=;` is no header. Raises UsageError for a header that names a column twice.
    """
    first, _, rest = text.lstrip(b"\r\n").partition(b"\n")
    if declared := EXCEL.fullmatch(first.strip()):
        return rest, declared[1].decode()
    header = first.strip(b"\r").decode()
    order = sorted(SEPARATORS, key=lambda mark: mark != usual)
    found = next((mark for mark in order if set(wanted) <= set(_cells(header, mark))), None)
    mark = found or max(order, key=lambda other: len(_cells(header, other)))
    names = [name for name in _cells(header, mark) if name]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"{path}: names two columns {twice[0]!r}; give each a name of its own")
    return text, mark


def _encoding(data: bytes) -> str:
    if data[:2] in UTF_16:
        return UTF_16[data[:2]]
    head = data[:PROBED]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd > HALF * len(head) and min(even, odd) < HALF * max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


def _from_windows(path: Path, data: bytes) -> tuple[bytes, str]:
    """What is not UTF-8 is nearly always Windows' or Latin-1, which agree on every letter."""
    try:
        text = data.decode(WINDOWS)
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is text in neither UTF-8, UTF-16 nor Windows-1252; save it as UTF-8") from None
    strange = next(letter for letter in text if not letter.isascii())
    word = next(word for word in text.replace(",", " ").split() if strange in word)
    return text.encode(), f"{path}: read as Windows-1252, as it is not UTF-8; if {word!r} looks wrong, save it as UTF-8"


def _cells(line: str, mark: str) -> list[str]:
    return [cell.strip() for row in csv.reader([line], delimiter=mark) for cell in row]
