"""Training files as records of texts, a piece at a time: JSONL, JSON, CSV, TSV, Parquet, and any other text as it is.

They are their owner's, and nothing of them is kept or believed: what is no JSON, or no UTF-8, is searched as the text
that it is, so that nothing is passed over.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gt_platform.errors import GroundTruthError
from gt_platform.records.compression import Codec, blocks, measure
from gt_platform.records.lines import Lines

Fields = list[tuple[str, str]]
"""The texts of a record, each with the name of its field."""
CODECS: dict[str, Codec] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
MOST_AT_ONCE = 512 << 20  # bytes of a JSON document, which is read whole
BATCH = 4_096
ROOM = 8_000  # characters of a stretch of plain text; half of it is in the next one, too


class TrainingFileError(GroundTruthError):
    """A file that cannot be searched; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record's line or row, from 1, and its texts."""

    line: int
    fields: Fields


def records(path: Path, *, only: frozenset[str] = frozenset()) -> Iterator[Record]:
    """Every record of a file; of named fields `only`, where any are. Raises TrainingFileError."""
    if not path.is_file():
        raise TrainingFileError(f"{path}: there is no such file")
    ending = path.suffix.lower()
    layout = path.with_suffix("").suffix.lower() if ending in CODECS else ending
    read = READERS.get(layout, _plain)
    try:
        for line, value in read(path, CODECS.get(ending, "none")):
            yield Record(line=line, fields=[one for one in fields(value) if not only or one[0] in only])
    except (OSError, pa.ArrowException, csv.Error, EOFError) as error:
        said = (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]
        raise TrainingFileError(f"{path}: cannot be read: {said}") from None


def sha256_of(path: Path) -> str:
    """Of the file as it lies there. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fields(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text and number in a value, with the name of the field it lies in."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from fields(one, str(key))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from fields(one, name)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, json.dumps(value)


def _lines(path: Path, codec: Codec) -> Iterator[tuple[int, str]]:
    extent = measure(path, codec)
    if extent.problem:
        raise TrainingFileError(f"{path}: {extent.problem.detail}")
    found = Lines(blocks(path, codec, extent.size))
    for place in found:
        yield place.line, _text(path, place.raw or b"")
    if found.rest.raw:
        yield found.rest.line, _text(path, found.rest.raw)


def _text(path: Path, raw: bytes) -> str:
    if b"\0" in raw:
        raise TrainingFileError(f"{path}: is no text in UTF-8, as it has bytes of 0; save it as JSONL, CSV or Parquet")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")  # what is not UTF-8 is nearly always that


def _jsonl(path: Path, codec: Codec) -> Iterator[tuple[int, Any]]:
    for number, text in _lines(path, codec):
        try:
            yield number, json.loads(text)
        except (ValueError, RecursionError):
            yield number, text


def _json(path: Path, codec: Codec) -> Iterator[tuple[int, Any]]:
    """A list's values by their number; of anything else, line by line."""
    if codec != "none" or path.stat().st_size > MOST_AT_ONCE:
        yield from _jsonl(path, codec)
        return
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        yield from _jsonl(path, codec)
        return
    yield from enumerate(whole if isinstance(whole, list) else [whole], 1)


def _delimited(mark: str) -> Callable[[Path, Codec], Iterator[tuple[int, Any]]]:
    def read(path: Path, codec: Codec) -> Iterator[tuple[int, Any]]:
        csv.field_size_limit(1 << 24)
        given = (text.rstrip("\r") + "\n" for _, text in _lines(path, codec))
        rows = csv.reader(given, delimiter=mark)
        header = next(rows, [])
        for number, row in enumerate(rows, 2):
            yield number, {name or str(at): cell for at, (name, cell) in enumerate(_named(header, row))}

    return read


def _named(header: list[str], row: list[str]) -> list[tuple[str, str]]:
    return [(header[at] if at < len(header) else "", cell) for at, cell in enumerate(row)]


def _parquet(path: Path, _: Codec) -> Iterator[tuple[int, Any]]:
    number = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=BATCH):
            for row in batch.to_pylist():
                number += 1
                yield number, row


def _plain(path: Path, codec: Codec) -> Iterator[tuple[int, Any]]:
    """Each line, and stretches of several by their first one: an item may span some, and begin in any."""
    held: list[tuple[int, str]] = []
    for place in _lines(path, codec):
        yield place
        held.append(place)
        if sum(len(text) for _, text in held) > ROOM:
            yield held[0][0], " ".join(text for _, text in held)
            held = held[len(held) // 2 + 1 :]
    if len(held) > 1:
        yield held[0][0], " ".join(text for _, text in held)


READERS: dict[str, Callable[[Path, Codec], Iterator[tuple[int, Any]]]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".json": _json,
    ".csv": _delimited(","),
    ".tsv": _delimited("\t"),
    ".parquet": _parquet,
}
