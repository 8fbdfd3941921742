"""Which entries of an inbox still have to be tried, and for which day.

Listing and comparing with the ledger and with past attempts only; nothing here opens a file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gt_platform.lake import Store
from gt_platform.lake.entries import ROOT, Odd, Stored
from gt_platform.lake.storage import Storage
from gt_platform.project import Project

PLACEHOLDER = "{day}"
_DAY = r"(\d{4}-\d{2}-\d{2})"
# an entry that failed and was taken in afterwards is in both
SEEN = """
    SELECT path, version, arg_max(outcome, number) AS outcome FROM (
        SELECT path, version, 'ledger' AS outcome, 1_000_000 AS number FROM files
        UNION ALL SELECT path, version, outcome, number FROM attempts
    ) GROUP BY path, version
"""
STANDS_OPEN = {"failed", "set_aside"}
DONE_WITH = {"ledger", "unchanged", "set_aside"}


@dataclass(frozen=True)  # two fields that are said everywhere in this order
class Waiting:
    """An entry to be tried, in a version that is new or failed before; `day` is the one in its path, if any."""

    entry: Stored | Odd
    day: date | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """What waits in an inbox; and path and version, as recorded, of what could not be read and is `gone` since."""

    waiting: list[Waiting]
    gone: list[tuple[str, str]]


def inbox_root(inbox: str) -> str:
    """The part of a declared inbox before the first path component that holds `{day}`: where listing starts."""
    return _split(inbox)[0]


def day_of(inbox: str, path: str) -> date | None:
    """The day in the path of a file below the inbox's root; none where the project or the path names none."""
    pattern = _split(inbox)[1]
    if PLACEHOLDER not in pattern:
        return None
    before, _, after = pattern.partition(PLACEHOLDER)
    found = re.match(re.escape(before) + _DAY + re.escape(after), path, re.ASCII)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:  # digits that are no date, as 2026-02-30
        return None


def look(store: Store, storage: Storage, inbox: str, *, until: date) -> Found:
    """What waits of the days up to `until`, and without a day, in the order (day, path); what names no day comes last.

    An inbox that is not there is an entry like any other. Raises StorageError where it cannot be listed.
    """
    listing, seen = storage.look(), dict(_pairs(store))
    entries: list[Stored | Odd] = [*listing.files, *listing.odd]
    listed = {(recorded(one.path), one.version): one for one in entries}
    open_still = {pair for pair, outcome in seen.items() if outcome in STANDS_OPEN}
    there = not any(one.path == ROOT for one in listing.odd)
    new = [Waiting(one, day_of(inbox, one.path)) for pair, one in listed.items() if seen.get(pair) not in DONE_WITH]
    due = [one for one in new if one.day is None or one.day <= until]
    return Found(
        waiting=sorted(due, key=lambda one: (one.day or date.max, one.entry.path)),
        gone=sorted(open_still - listed.keys()) if there else [],
    )


def _pairs(store: Store) -> Iterator[tuple[tuple[str, str], str]]:
    for path, version, outcome in store.read(SEEN).iter_rows():
        yield (path, version), outcome


def ledgered(store: Store) -> set[str]:
    """The ids of all files the ledger knows, whatever version they came in."""
    return set(store.read("SELECT file_id FROM files")["file_id"])


def unledgered(store: Store, project: Project, *, inbox: Storage, today: date) -> dict[date, list[str]]:
    """What is to be tried, by the day whose refresh does so. Each entry is named with its version."""
    sampled = set(store.read("SELECT DISTINCT frame_day FROM sample")["frame_day"])
    found: dict[date, list[str]] = {}
    for one in look(store, inbox, project.inbox, until=date.max).waiting:
        day = today if one.day is None or one.day in sampled else one.day
        found.setdefault(day, []).append(f"{one.entry.path} {one.entry.version}")
    return found


def recorded(path: str) -> str:
    """A path as the ledger can hold it: bytes of a name that are not UTF-8, and NUL on S3, are written out."""
    return path.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _split(inbox: str) -> tuple[str, str]:
    head, placeholder, tail = inbox.partition(PLACEHOLDER)
    if not placeholder:
        return inbox.rstrip("/"), ""
    root, slash, start = head.rpartition("/")
    return (root or slash or "."), start + placeholder + tail
