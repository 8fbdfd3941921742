"""From one line or row to an accepted or a quarantined record: where every kind of file comes together."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Literal

from gt_platform.records import schema
from gt_platform.records.chunks import Chunks
from gt_platform.records.lines import MAX_LINE, Place
from gt_platform.records.reasons import Rejected, shown
from gt_platform.records.schema import Format
from gt_platform.records.strict_json import parse_exactly

Purpose = Literal["inbox", "annotations", "replay", "truth"]
FORMATS: dict[Purpose, tuple[Format, ...]] = {
    "inbox": schema.INBOX,
    "replay": schema.INBOX,
    "annotations": schema.ANNOTATIONS,
    "truth": schema.TRUTHS,
}


def formats_of(purpose: Purpose, *, judged: bool = False) -> tuple[Format, ...]:
    """What a file may hold; items of `judged` events are inputs with their outputs."""
    return tuple(schema.JUDGED_EVENT if judged and one is schema.EVENT else one for one in FORMATS[purpose])


class Intake:
    """Takes the records of one file and keeps count of them."""

    def __init__(self, chunks: Chunks, purpose: Purpose, progress: Callable[[], None], *, judged: bool = False) -> None:
        self._written = 0
        self._chunks = chunks
        self._progress = progress
        self._formats = formats_of(purpose, judged=judged)
        self._replaying = purpose == "replay"
        self._whole = purpose == "truth"  # whose fields are not known here
        self._lines = 0

    def text(self, place: Place) -> None:
        """Take a line of JSON."""
        self._lines += 1
        try:
            if place.raw_bytes and place.raw_bytes > MAX_LINE:
                raise Rejected("too_long", f"the line has {place.raw_bytes} bytes; at most {MAX_LINE} are allowed")
            if self._replaying:
                place = _unwrapped(place)
            raw = place.raw or b""
            value, exact = parse_exactly(raw)
            known, values = self._read(value, None if exact else raw.decode().strip())
            self._chunks.accept(known, values, place)
        except Rejected as rejected:
            self._chunks.quarantine(rejected.reason, rejected.detail, place)
        if self._chunks.full:
            self.finish(place.line)

    def value(self, value: Any, place: Place) -> None:
        """Take a value that was no JSON text: a row of Parquet or CSV."""
        self._lines += 1
        try:
            self._chunks.accept(*self._read(value, None), place)
        except Rejected as rejected:
            self._chunks.quarantine(rejected.reason, rejected.detail, place)
        if self._chunks.full:
            self.finish(place.line)

    def _read(self, value: Any, raw: str | None) -> tuple[Format, tuple[Any, ...]]:
        return schema.read({"record": value} if self._whole else value, self._formats, raw)

    def problem(self, rejected: Rejected, place: Place) -> None:
        """Set aside a file, or what is left of it, as one record."""
        self._lines += 1
        self._chunks.quarantine(rejected.reason, rejected.detail, place)
        if self._chunks.full:
            self.finish(place.line)

    def finish(self, reached: int) -> None:
        """Write what is left."""
        self._chunks.write(self._lines, reached)
        self._written += self._lines
        self._lines = 0
        self._progress()

    @property
    def total(self) -> int:
        """Records so far."""
        return self._written + self._lines


def _unwrapped(place: Place) -> Place:
    """The record inside a line that `export_quarantined` wrote and an engineer corrected."""
    wrapped = parse_exactly(place.raw or b"")[0]
    name = wrapped.get("quarantine_id") if type(wrapped) is dict else None
    if type(name) is not str:
        raise Rejected("schema", f"a replayed line names its quarantine_id, this is {shown(wrapped)}")
    raw = _bytes(wrapped)
    return place._replace(raw=raw, raw_bytes=len(raw), replays=name)


def _bytes(wrapped: dict[str, Any]) -> bytes:
    text, encoded = wrapped.get("raw"), wrapped.get("raw_base64")
    if type(text) is str and encoded is None:
        return text.encode()
    if type(encoded) is str and text is None:
        try:
            return base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise Rejected("schema", f"raw_base64 is not Base64: {error}") from None
    raise Rejected("schema", "a replayed line has either raw, a text, or raw_base64")
