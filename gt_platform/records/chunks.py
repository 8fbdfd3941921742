"""Typed parts on disk: what a reading process has finished stays finished, whatever becomes of it.

A chunk is a folder with one Parquet file for each kind of record and one for quarantine. It gets its name only
when it is complete.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gt_platform.errors import GroundTruthError
from gt_platform.records.lines import KEPT, Place
from gt_platform.records.schema import ColumnType, Format

CHUNK_ROWS = 50_000  # a second of work, and some 50 MB
CHUNK_BYTES = 64 << 20  # of raw lines, so that long ones do not add up

_ARROW: dict[ColumnType, Any] = {"text": pa.string(), "double": pa.float64(), "instant": pa.timestamp("us", "UTC")}
_PLACE = [
    ("line", pa.int64()),
    ("byte_offset", pa.int64()),
    ("raw_bytes", pa.int64()),
    ("raw", pa.binary()),
    ("replays", pa.string()),
]
_QUARANTINE = pa.schema([("reason", pa.string()), ("detail", pa.string()), *_PLACE])


class ChunkError(GroundTruthError):
    """A chunk could not be written, for a reason that has nothing to do with the file that is read."""


class Chunks:
    """Collects records and writes them out, a chunk at a time, into a folder that holds `first` already."""

    def __init__(self, folder: Path, formats: Iterable[Format], *, first: int = 0) -> None:
        self._folder = folder
        self._schemas = {known.kind: _schema(known) for known in formats} | {"quarantine": _QUARANTINE}
        self._written = first
        self._start()

    @property
    def full(self) -> bool:
        """Whether it is time to write."""
        return self._records >= CHUNK_ROWS or self._bytes >= CHUNK_BYTES

    def accept(self, known: Format, values: tuple[Any, ...], place: Place) -> None:
        """Add an accepted record."""
        self._add(known.kind, values, place)

    def quarantine(self, reason: str, detail: str, place: Place) -> None:
        """Add a record that is set aside."""
        self._add("quarantine", (reason, detail), place)

    def write(self, lines: int, reached: int) -> None:
        """Write what was collected from so many lines, if anything; the last of them is line `reached`."""
        if not self._records:
            return
        try:
            self._write(lines, reached)
        except OSError as error:
            raise ChunkError(f"cannot write to {self._folder}: {error}") from None
        self._written += 1
        self._start()

    def _write(self, lines: int, reached: int) -> None:
        unfinished = self._folder / f"{self._written:06d}.tmp"
        unfinished.mkdir()
        for kind, rows in self._rows.items():
            if rows:
                schema = self._schemas[kind]
                typed = zip(zip(*rows, strict=True), schema.types, strict=True)
                table = pa.Table.from_arrays([pa.array(values, of) for values, of in typed], schema=schema)
                pq.write_table(table, unfinished / f"{kind}.parquet", compression="lz4", use_dictionary=False)
        (unfinished / "chunk.json").write_text(json.dumps({"lines": lines, "reached": reached}))
        unfinished.rename(unfinished.with_suffix(""))

    def _add(self, kind: str, values: tuple[Any, ...], place: Place) -> None:
        self._records += 1
        if place.raw is not None:
            self._bytes += len(place.raw)
            if len(place.raw) > KEPT:
                place = place._replace(raw=place.raw[:KEPT])
        self._rows[kind].append((*values, *place))

    def _start(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = {kind: [] for kind in self._schemas}
        self._records = self._bytes = 0


def schema_of(kind: str, formats: Iterable[Format]) -> Any:
    """The columns of the parts of one kind."""
    return next((_schema(known) for known in formats if known.kind == kind), _QUARANTINE)


def _schema(known: Format) -> Any:
    return pa.schema([*((name, _ARROW[kind]) for name, kind in known.columns.items()), *_PLACE])
