"""Copies of a catalog: one from before a migration, which stays beside it, and one for a backup.

`docs/lake_versions.md` says how to go back to the first, and for how long; `gt_platform.backup` makes the second whole.
The tables' own files need no copy before a migration: it writes new ones, and compaction removes none within a day.
"""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from gt_platform.lake import named, postgres_dump
from gt_platform.lake.lock import catalog_lock
from gt_platform.lake.outages import LakeError, NoLakeError
from gt_platform.settings import Settings

FILE, FOLDER = "catalog.sqlite", "catalog"
"""What a copy is called in a backup, of a SQLite catalog and of a PostgreSQL one."""


def save(settings: Settings, folder: Path) -> list[named.Named]:
    """Copy the catalog into a folder, at a moment when nobody commits, and return the files that the copy names.

    Raises LakeError.
    """
    kind, target = _kind(settings), _target(settings)
    if kind == "sqlite":
        if not Path(target).exists():
            raise NoLakeError(f"there is no lake at {target}; set GT_HOME or GT_CATALOG to where yours is")
        with catalog_lock(settings):
            copy_sqlite(Path(target), folder / FILE)
        with closing(sqlite3.connect(folder / FILE)) as copy:
            return named.files(copy.execute(named.statement()).fetchall())
    if postgres_dump.is_empty(target):
        raise NoLakeError("there is no lake in the database of GT_CATALOG; correct it")
    (folder / FOLDER).mkdir()
    with catalog_lock(settings):
        return named.files(postgres_dump.dump(target, folder / FOLDER, named.statement()))


def bring_back(settings: Settings, folder: Path) -> None:
    """Make the copy in a folder the catalog, where there is none. Raises LakeError."""
    refuse_catalog(settings)
    if _kind(settings) == "postgres":
        return postgres_dump.load(_target(settings), folder / FOLDER)
    catalog = Path(_target(settings))
    catalog.parent.mkdir(parents=True, exist_ok=True)
    unfinished = catalog.with_name(f"{catalog.name}.tmp")
    shutil.copyfile(folder / FILE, unfinished)
    unfinished.replace(catalog)
    return None


def refuse_catalog(settings: Settings) -> None:
    """Raise LakeError where there is a catalog already."""
    if _kind(settings) == "postgres":
        if not postgres_dump.is_empty(_target(settings)):
            raise LakeError("the database of GT_CATALOG holds a lake's catalog already; name an empty one")
    elif Path(_target(settings)).exists():
        raise LakeError(f"there is a catalog already at {_target(settings)}; name another place (GT_CATALOG, GT_HOME)")


def keep(settings: Settings, version: int) -> str:
    """Copy the catalog under the lock that the caller holds, and return where to.

    A SQLite catalog goes into a file beside it, a PostgreSQL one into a schema of its own. Raises LakeError.
    """
    moment = f"v{version}_{datetime.now(UTC):%Y%m%dt%H%M%S%f}"
    if _kind(settings) == "postgres":
        return postgres_dump.copy_beside(_target(settings), f"gt_catalog_{moment}")
    catalog = Path(_target(settings))
    copy = catalog.with_name(f"{catalog.stem}_{moment}{catalog.suffix}")
    copy_sqlite(catalog, copy)
    return str(copy)


def copy_sqlite(file: Path, copy: Path) -> None:
    """Copy a SQLite database as it is at one moment, whoever writes to it; the copy is whole, or not there."""
    unfinished = copy.with_name(f"{copy.name}.tmp")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)  # until it is known who may read it: stores hold password hashes
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    shutil.copymode(file, unfinished)
    unfinished.replace(copy)


def _kind(settings: Settings) -> str:
    return settings.catalog_url.partition(":")[0]


def _target(settings: Settings) -> str:
    return settings.catalog_url.partition(":")[2]
