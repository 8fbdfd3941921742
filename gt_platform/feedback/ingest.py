"""Inbox files into events, feedback and quarantine: each file once, each in one transaction.

The ledger decides what there is to do, so a run that was killed goes on where it stopped.
"""

import logging
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from gt_platform.feedback.inbox import recorded, waiting
from gt_platform.feedback.landing import Arrival, Landed, known, land
from gt_platform.lake import Store
from gt_platform.lake.storage import Storage
from gt_platform.project import Project
from gt_platform.records import Parser, file_id, spool
from gt_platform.records.intake import Purpose

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ingested:
    """What was taken in: files, and what became of their lines."""

    files: int
    lines: int
    events: int
    feedback: int
    duplicates: int
    quarantined: int


def ingest(store: Store, project: Project, day: date, *, inbox: Storage, today: date) -> Ingested:
    """Take in every file the ledger does not know of a day up to `day`, and those that name no day.

    A file joins the frame of the day its path names; without one, or when that frame is sampled already, the
    first frame from `today` on that is not. Raises ParserError when files cannot be read for a reason of ours.
    """
    landed: list[Landed] = []
    with Parser() as parser, tempfile.TemporaryDirectory(prefix="gt-ingest-") as folder:
        for file in waiting(store, inbox, project.inbox, until=day):
            path, version = file.stored.path, file.stored.version
            try:
                stream = inbox.open(path)
            except FileNotFoundError:
                LOG.info("%s went away before it was read", path)
                continue
            with stream:
                found = take_in(
                    store, stream, recorded(path), parser, Path(folder), version=version, day=file.day, today=today
                )
            landed += [found] if found else []
    return summed(landed)


def take_in(
    store: Store,
    stream: BinaryIO,
    path: str,
    parser: Parser,
    folder: Path,
    *,
    version: str,
    day: date | None,
    today: date,
    purpose: Purpose = "inbox",
) -> Landed | None:
    """Take in one file, unless the ledger has it; `folder` is scratch space."""
    copy = spool(stream, folder / "file")
    arrival = Arrival(file_id(path, copy.sha256), path, version, copy.sha256, copy.size, day)
    if known(store, arrival.file_id):
        return None
    # a folder never used before: DuckDB caches files by path, and would mix this file's parts with another's
    parts = folder / arrival.file_id
    parsed = parser.parse(copy.path, path, parts, purpose)
    landed = store.commit(f"ingest {path}", lambda writer: land(writer, arrival, parsed, today=today))
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
