"""Inbox files into events, feedback and quarantine: each file once, each in one transaction.

The ledger decides what there is to do, so a run that was killed goes on where it stopped.
"""

import logging
import shutil
from collections.abc import Set
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from gt_platform.feedback.inbox import ledgered, recorded, waiting
from gt_platform.feedback.landing import Arrival, Landed, land
from gt_platform.lake import Store
from gt_platform.lake.storage import Storage
from gt_platform.project import Project
from gt_platform.records import Parser, file_id, spool
from gt_platform.records.intake import Purpose
from gt_platform.scratch import scratch

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """A file to be taken in: its path and version as the ledger will have them, and the day its path names."""

    path: str
    version: str
    day: date | None
    stream: BinaryIO


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What was taken in: files, and what became of their lines."""

    files: int
    lines: int
    events: int
    feedback: int
    duplicates: int
    quarantined: int


def ingest(
    store: Store, project: Project, day: date, *, inbox: Storage, today: date, parser: Parser | None = None
) -> Ingested:
    """Take in every file the ledger does not know of a day up to `day`, and those that name no day.

    A file joins the frame of the day its path names; without one, or when that frame is sampled already, the
    first frame from `today` on that is not. Raises ParserError when files cannot be read for a reason of ours.
    A `parser` that is given reads them, and is closed by whoever made it.
    """
    landed: list[Landed] = []
    files = waiting(store, inbox, project.inbox, until=day)
    known = ledgered(store) if files else set()
    reading = Parser() if parser is None else nullcontext(parser)
    with reading as reader, scratch("ingest") as folder:
        for file in files:
            path, version = file.stored.path, file.stored.version
            try:
                stream = inbox.open(path)
            except FileNotFoundError:
                LOG.info("%s went away before it was read", path)
                continue
            with stream:
                arriving = Arriving(path=recorded(path), version=version, day=file.day, stream=stream)
                found = take_in(store, arriving, reader, folder, known=known, today=today)
            landed += [found] if found else []
    return summed(landed)


def take_in(
    store: Store,
    file: Arriving,
    parser: Parser,
    folder: Path,
    *,
    known: Set[str],
    today: date,
    purpose: Purpose = "inbox",
) -> Landed | None:
    """Take in one file, unless it is `known` to the ledger by its id; `folder` is scratch space."""
    copy = spool(file.stream, folder / "file")
    arrival = Arrival(
        file_id=file_id(file.path, copy.sha256),
        path=file.path,
        version=file.version,
        sha256=copy.sha256,
        bytes=copy.size,
        day=file.day,
    )
    if arrival.file_id in known:
        return None
    # a folder never used before: DuckDB caches files by path, and would mix this file's parts with another's
    parts = folder / arrival.file_id
    parsed = parser.parse(copy.path, file.path, parts, purpose)
    landed = store.commit(f"ingest {file.path}", lambda writer: land(writer, arrival, parsed, today=today))
    shutil.rmtree(parts)
    return landed


def summed(landed: list[Landed]) -> Ingested:
    """The counts of several files."""
    return Ingested(
        files=len(landed),
        lines=sum(one.lines for one in landed),
        events=sum(one.events for one in landed),
        feedback=sum(one.feedback for one in landed),
        duplicates=sum(one.duplicates for one in landed),
        quarantined=sum(one.quarantined for one in landed),
    )
