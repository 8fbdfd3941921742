"""Inbox files into events, feedback and quarantine: each file once, each in one transaction.

The ledger decides what there is to do, so a run that was killed goes on where it stopped.
"""

import logging
import shutil
from collections.abc import Set
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO

from gt_platform.feedback.asked import refuse_otherwise
from gt_platform.feedback.attempts import Attempt, keep
from gt_platform.feedback.inbox import Waiting, ledgered, look, recorded
from gt_platform.feedback.invalid import unreadable
from gt_platform.feedback.landing import Arrival, Landed, land
from gt_platform.lake import Store
from gt_platform.lake.listed import UnreadableError, reading
from gt_platform.lake.pseudonyms import key_of
from gt_platform.lake.storage import Storage
from gt_platform.project import Project
from gt_platform.records import Parser, file_id, spool
from gt_platform.records.intake import Purpose
from gt_platform.scratch import scratch

LOG = logging.getLogger(__name__)
UNCHANGED = "it holds what the ledger has of this path"
GONE = "it is no longer there as it was"


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """A file to be taken in: its path and version as the ledger will have them, and the day its path names."""

    path: str
    version: str
    day: date | None
    stream: BinaryIO


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What was taken in: files, and what became of their lines; and how many entries could not be read."""

    files: int
    lines: int
    events: int
    feedback: int
    duplicates: int
    quarantined: int
    unread: int = 0


def ingest(
    store: Store, project: Project, day: date, *, inbox: Storage, today: date, parser: Parser | None = None
) -> Ingested:
    """Take in every file the ledger does not know of a day up to `day`, and those that name no day.

    A file joins the frame of the day its path names; without one, or when that frame is sampled already, the
    first frame from `today` on that is not. What cannot be read is noted, set aside when that was so three times, and
    stops nothing else. Raises ParserError when files cannot be read for a reason of ours, StorageError where the inbox
    is out of reach, ProjectError where events came in before under another `ask`. A `parser` that is given reads them,
    and is closed by whoever made it.
    """
    refuse_otherwise(store, project)
    found = look(store, inbox, project.inbox, until=day)
    landed: list[Landed] = []
    attempts = [Attempt(path=path, version=version, outcome="gone", reason=GONE) for path, version in found.gone]
    known = ledgered(store) if found.waiting else set()
    opened = Parser() if parser is None else nullcontext(parser)
    with opened as reader, scratch("ingest") as folder:
        for one in found.waiting:
            became = _try(store, project, one, reader, folder, inbox=inbox, known=known, today=today)
            if isinstance(became, Landed):
                landed.append(became)
            else:
                attempts.append(became)
    keep(store, attempts)
    return replace(summed(landed), unread=sum(one.outcome == "failed" for one in attempts))


def _try(
    store: Store,
    project: Project,
    one: Waiting,
    parser: Parser,
    folder: Path,
    *,
    inbox: Storage,
    known: Set[str],
    today: date,
) -> Landed | Attempt:
    path, version = recorded(one.entry.path), one.entry.version
    try:
        with reading(inbox, one.entry, folder) as stream:
            arriving = Arriving(path=path, version=version, day=one.day, stream=stream)
            landed = take_in(store, project, arriving, parser, folder, known=known, today=today)
    except UnreadableError as error:
        LOG.warning("%s: %s", path, error)
        return Attempt(path=path, version=version, outcome="failed", reason=str(error))
    return landed or Attempt(path=path, version=version, outcome="unchanged", reason=UNCHANGED)


def take_in(
    store: Store,
    project: Project,
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
    parsed = parser.parse(copy.path, file.path, parts, purpose, judged=project.judges_outputs)
    invalid = unreadable(project.outputs, parsed)
    key = partial(key_of, store.settings)
    landed = store.commit(
        f"ingest {file.path}", lambda writer: land(writer, arrival, parsed, invalid, today=today, key=key)
    )
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
