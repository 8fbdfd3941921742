"""Erasing from the inbox: lines of theirs are taken out of files of JSONL; of others it is said that they hold some."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import zstandard

from gt_platform.canonical import digest
from gt_platform.erasure.subject import Found
from gt_platform.erasure.texts import leaves
from gt_platform.feedback.inbox import recorded
from gt_platform.lake import Store
from gt_platform.lake.storage import Storage
from gt_platform.records import file_id

HELD = """
    SELECT f.file_id, f.path, f.sha256, f.frame_day, list(DISTINCT line) AS lines FROM files f JOIN (
        SELECT file_id, line FROM events SEMI JOIN their_events USING (event_id)
        UNION ALL SELECT file_id, line FROM feedback SEMI JOIN their_feedback USING (feedback_id)
        UNION ALL SELECT file_id, line FROM quarantine SEMI JOIN their_quarantine USING (quarantine_id)
    ) USING (file_id) GROUP BY ALL ORDER BY f.path
"""
DAYS = "SELECT path, max(frame_day) FROM files GROUP BY path"


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """A file without their lines: its content, and its row in the ledger."""

    path: str
    content: bytes
    row: Mapping[str, Any]


def rewritten(store: Store, inbox: Storage, found: Found) -> tuple[list[Rewritten], list[str]]:
    """Files of the inbox as they are to be, and a sentence for each that holds some of it and stays as it is."""
    frames = {
        f"their_{table}": pl.DataFrame({f"{name}_id": found.ids[name]}, schema={f"{name}_id": pl.String})
        for table, name in (("events", "event"), ("feedback", "feedback"), ("quarantine", "quarantine"))
    }
    held = {row["path"]: row for row in store.read(HELD, frames=frames).iter_rows(named=True)}
    days = dict(store.read(DAYS).iter_rows())
    anew: list[Rewritten] = []
    left: list[str] = []
    for one in inbox.list():
        path, codec = recorded(one.path), _codec(one.path)
        if codec is None:
            if path in held:
                left.append(f"{inbox.url}/{path} holds some of it, and is no JSONL: take it out, or remove the file")
            continue
        content = inbox.read(one.path)
        known = held.get(path)
        lines = set(known["lines"]) if known and known["sha256"] == digest(content) else set()
        plain = codec.opened(content)
        kept = b"".join(_kept(plain, lines, found.needles))
        if kept != plain:
            anew.append(_rewritten(one.path, kept, codec.closed(kept), days.get(path)))
    return anew, left


def _rewritten(path: str, kept: bytes, content: bytes, day: date | None) -> Rewritten:
    row = _row(recorded(path), content, day, sum(1 for line in kept.splitlines() if line.strip())) if day else {}
    return Rewritten(path=path, content=content, row=row)


def _codec(path: str) -> "_Codec | None":
    """How a file of lines is written; none for any other."""
    named = ((codec, (f".jsonl{ending}", f".ndjson{ending}")) for ending, codec in CODECS.items())
    return next((codec for codec, endings in named if path.endswith(endings)), None)


@dataclass(frozen=True)
class _Codec:
    opened: Callable[[bytes], bytes]
    closed: Callable[[bytes], bytes]


def _unpacked(content: bytes) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True) as stream:
        return bytes(stream.read())


CODECS = {
    ".gz": _Codec(gzip.decompress, lambda content: gzip.compress(content, mtime=0)),
    ".zst": _Codec(_unpacked, lambda content: zstandard.ZstdCompressor().compress(content)),
    "": _Codec(bytes, bytes),
}


def _kept(content: bytes, lines: set[int], needles: set[str]) -> Iterator[bytes]:
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        if number not in lines and needles.isdisjoint(_said(line)):
            yield line


def _said(line: bytes) -> set[str]:
    try:
        return set(leaves(json.loads(line)))
    except (ValueError, RecursionError):
        return set()


def _row(path: str, content: bytes, day: date, lines: int) -> dict[str, Any]:
    sha256 = digest(content)
    return {
        "file_id": file_id(path, sha256), "path": path, "version": "erased", "sha256": sha256, "bytes": len(content),
        "frame_day": day, "lines": lines, "events": 0, "feedback": 0, "duplicates": lines, "quarantined": 0,
        "seen_at": datetime.now(UTC),
    }  # fmt: skip
