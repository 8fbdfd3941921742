"""Files that runs left when they were killed: tables' files that no commit came to name, and files written by half.

DuckLake's own way, `ducklake_delete_orphaned_files`, is not taken: it takes every Parquet file below the data for an
orphan, and so the bundles of releases, and the files of another lake in a folder below.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gt_platform.lake import named
from gt_platform.lake.connection import METADATA
from gt_platform.lake.session import Session
from gt_platform.lake.storage import HALF
from gt_platform.lake.urls import open_storage

A_DAY = timedelta(days=1)
"""Younger ones may belong to a commit under way, of somebody who has lost the lock; none takes a day."""
MADE_AT = re.compile(r"ducklake-([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}(-delete)?\.\w+")
"""DuckLake names each file by a UUID of version 7, which begins with the milliseconds since 1970."""
FOLDERS = f"""
    SELECT DISTINCT s.path || t.path
    FROM {METADATA}.ducklake_table t JOIN {METADATA}.ducklake_schema s USING (schema_id)
    WHERE t.path_is_relative AND s.path_is_relative
"""  # noqa: S608 - a constant
KNOWN = f"SELECT path FROM {METADATA}.ducklake_files_scheduled_for_deletion WHERE path_is_relative"  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Orphan:
    """A file that nothing names: `path` below the lake's data, `size` in bytes, and since when it is there."""

    path: str
    size: int
    made_at: datetime


def find(session: Session, *, older_than: timedelta = A_DAY) -> list[Orphan]:
    """The orphans there are. Only what lies in the folder of one of this lake's tables is looked at, and half files."""
    cursor, data = session.cursor(), session.settings.data_url
    before = datetime.now(UTC) - older_than
    listed = [
        Orphan(path=one.path, size=one.size, made_at=made_at)
        for one in open_storage(data, session.settings).list()
        if (made_at := _made_at(one.path)) and made_at < before
    ]
    # asked after the listing: what was committed between the two is named
    folders = {folder for (folder,) in cursor.execute(FOLDERS).fetchall()}
    known = {one.path for one in named.files(cursor.execute(named.statement(f"{METADATA}.")).fetchall())}
    known |= {path for (path,) in cursor.execute(KNOWN).fetchall()}
    orphans = [one for one in listed if f"{one.path.rpartition('/')[0]}/" in folders and one.path not in known]
    return orphans if data.startswith("s3://") else [*orphans, *_halves(Path(data), before)]


def remove(session: Session, *, older_than: timedelta = A_DAY) -> list[Orphan]:
    """Remove the orphans under the lock that the caller holds, and say which they were."""
    found, data = find(session, older_than=older_than), open_storage(session.settings.data_url, session.settings)
    for one in found:
        data.remove(one.path)
    return found


def _made_at(path: str) -> datetime | None:
    found = MADE_AT.fullmatch(path.rpartition("/")[2])
    return datetime.fromtimestamp(int(found[1] + found[2], 16) / 1000, UTC) if found else None


def _halves(data: Path, before: datetime) -> Iterator[Orphan]:
    """What `Folder.write` had not finished of reports and bundles."""
    for file in sorted((data / "files").rglob(f".*{HALF}")):
        with suppress(FileNotFoundError):  # it was finished meanwhile
            status = file.stat()
            if (touched := datetime.fromtimestamp(status.st_mtime, UTC)) < before:
                yield Orphan(path=str(file.relative_to(data)), size=status.st_size, made_at=touched)
