"""Why a record is set aside: a short stable code, and a sentence for whoever has to repair it."""

from typing import Any

REASONS = {
    "json": "The line is not one JSON value: syntax, NaN or Infinity, a second value after the first",
    "encoding": "Not UTF-8, or an escape that stands for half a character",
    "duplicate_key": "An object gives the same key twice",
    "depth": "Nested deeper than 64 levels",
    "number": "A number no double and no exact integer can hold, or NaN in Parquet",
    "too_long": "A line longer than 16 MiB; its first MiB is kept",
    "schema": "A field is missing or not of a type that is allowed, or the record is no object",
    "time": "Not ISO 8601, without a zone, or outside the years 1970 to 2200",
    "conflict": "The id stands for other content already; the first one stands",
    "empty": "The file holds no record",
    "file": "The file is not what its name says, or is in a format that is not read",
    "truncated": "The file ends too early; everything before the cut is in",
    "corrupt": "Checksum or structure is broken; nothing that rests on it is in",
    "expansion": "Decompresses to more than 250 times its size; what comes before that is in",
    "parser_died": "The process reading the file died; everything it had finished is in",
}
SHOWN = 80  # characters of an offending value that go into a detail


class Rejected(Exception):  # noqa: N818 - not an error of the program: an outcome of reading
    """A record, or the rest of a file, that cannot be taken in."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def shown(value: Any) -> str:
    """A value for a message: short, and free of control characters and halves of characters."""
    text = ascii(value) if isinstance(value, bytes) else repr(value).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
