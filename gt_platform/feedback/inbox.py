"""Which files of an inbox still have to be taken in, and for which day.

Listing and comparing with the ledger only; nothing here opens a file.
"""

import re
from dataclasses import dataclass
from datetime import date

from gt_platform.lake import Store
from gt_platform.lake.storage import Storage, Stored
from gt_platform.project import Project

PLACEHOLDER = "{day}"
_DAY = r"(\d{4}-\d{2}-\d{2})"


@dataclass(frozen=True)  # two fields that are said everywhere in this order
class Waiting:
    """A file that the ledger does not know in this version; `day` is the one in its path, if any."""

    stored: Stored
    day: date | None


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


def waiting(store: Store, storage: Storage, inbox: str, *, until: date) -> list[Waiting]:
    """Files of the days up to `until`, and files without a day, in the order (day, path); those come last."""
    known = set(store.read("SELECT path, version FROM files").iter_rows())
    listed = [Waiting(stored, day_of(inbox, stored.path)) for stored in storage.list()]
    found = [w for w in listed if (recorded(w.stored.path), w.stored.version) not in known]
    due = [w for w in found if w.day is None or w.day <= until]
    return sorted(due, key=lambda w: (w.day or date.max, w.stored.path))


def ledgered(store: Store) -> set[str]:
    """The ids of all files the ledger knows, whatever version they came in."""
    return set(store.read("SELECT file_id FROM files")["file_id"])


def unledgered(store: Store, project: Project, *, inbox: Storage, today: date) -> dict[date, list[str]]:
    """The files the ledger does not know, by the day whose refresh takes them in. Each is named with its version."""
    sampled = set(store.read("SELECT DISTINCT frame_day FROM sample")["frame_day"])
    found: dict[date, list[str]] = {}
    for file in waiting(store, inbox, project.inbox, until=date.max):
        day = today if file.day is None or file.day in sampled else file.day
        found.setdefault(day, []).append(f"{file.stored.path} {file.stored.version}")
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
