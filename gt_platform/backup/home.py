"""Which files of a home a backup keeps: all but those that are made anew, and those that are kept in another way."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from gt_platform.backup.copying import copy_out, digested, sound_blocks
from gt_platform.backup.manifest import HOME, BackupError, Kept
from gt_platform.lake.backup import copy_sqlite
from gt_platform.settings import Settings

SQLITE = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")
PASSING = (".tmp", ".part", ".partial")
DAGSTERS = "dagster"
SETTINGS = "dagster.yaml"
HELD = {"alive", ".opening", ".lock", ".readers"}
"""Locks of processes that run."""


def keep(settings: Settings, store: Path | None, target: Path, *, history: bool) -> list[Kept]:
    """Copy the home into a backup, but for the lake and the workbench's store; `history` adds Dagster's of runs."""
    home = settings.home.resolve()
    return [kept for file in _files(settings, store, history=history) if (kept := _kept(home, file, target / HOME))]


def refuse_astray(kept: list[Kept]) -> None:
    """Raise BackupError for what would come to lie outside of the home, by its path or through a link."""
    links = {PurePosixPath(one.path) for one in kept if one.link is not None}
    for path in (PurePosixPath(one.path) for one in kept):
        if path.is_absolute() or ".." in path.parts or not links.isdisjoint(path.parents):
            raise BackupError(f"the backup has {path} outside of the home; `gt backup` made no such one")


def bring_back(settings: Settings, kept: list[Kept], source: Path) -> None:
    """Put the files where they were in the home, with their modes. Raises BackupError."""
    home = settings.home.resolve()
    for one in kept:
        _restored(home / one.path, one, source / HOME / one.path)
    for one in reversed(kept):  # at last, and from within: a folder may be closed to its owner
        if one.sha256 is None and one.link is None:
            (home / one.path).chmod(one.mode)


def _files(settings: Settings, store: Path | None, *, history: bool) -> Iterator[Path]:
    home = settings.home.resolve()
    left_out = [path.resolve() for path in _elsewhere(settings, store)]
    for name, folders, files in os.walk(home, onerror=_refuse_closed):
        folder = Path(name)
        for other in sorted([*folders, *files]):
            file = folder / other
            if file in left_out or other in HELD or _passes(file) or (not history and _is_history(home, file)):
                if other in folders:
                    folders.remove(other)  # and nothing below it
            else:
                yield file


def _refuse_closed(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # or it went away meanwhile
        raise BackupError(f"{error.filename} cannot be looked into ({error.strerror}); give the right to, or move it")


def _elsewhere(settings: Settings, store: Path | None) -> Iterator[Path]:
    """What a backup has outside of `home`: the lake's catalog and data, and the workbench's store."""
    kind, _, catalog = settings.catalog_url.partition(":")
    files = [Path(catalog)] if kind == "sqlite" else []
    yield from [*files, *([store] if store else [])]
    if kind == "sqlite":  # its copies from before migrations are good for a day only
        yield from Path(catalog).parent.glob(f"{Path(catalog).stem}_v*{Path(catalog).suffix}")
    if not settings.data_url.startswith("s3://"):
        yield Path(settings.data_url)


def _passes(file: Path) -> bool:
    beside = next((end for end in BESIDE if file.name.endswith(end)), None)
    return file.name.endswith(PASSING) or (
        beside is not None and file.with_name(file.name.removesuffix(beside)).exists()
    )


def _is_history(home: Path, file: Path) -> bool:
    return file.parent == home / DAGSTERS and file.name != SETTINGS


def _kept(home: Path, file: Path, target: Path) -> Kept | None:
    """The file in the backup; none where it went away meanwhile, or is neither file, folder nor link."""
    path = file.relative_to(home).as_posix()
    with suppress(FileNotFoundError):
        status = file.lstat()
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            return Kept(path=path, mode=mode, link=str(file.readlink()))
        if stat.S_ISDIR(status.st_mode):
            return Kept(path=path, mode=mode)
        if stat.S_ISREG(status.st_mode):
            size, sha256 = _copied(file, target / path)
            return Kept(path=path, mode=mode, size=size, sha256=sha256)
    return None


def _copied(file: Path, copy: Path) -> tuple[int, str]:
    copy.parent.mkdir(parents=True, exist_ok=True)
    with file.open("rb") as stream:
        if stream.read(len(SQLITE)) != SQLITE:
            stream.seek(0)
            found = copy_out(stream, copy)
        else:
            copy_sqlite(file, copy)
            found = digested(copy)
    shutil.copystat(file, copy)  # the inbox's ledger knows files by size and time
    return found


def _restored(file: Path, one: Kept, copy: Path) -> None:
    if one.link is not None:
        file.symlink_to(one.link)
    elif one.sha256 is None:
        file.mkdir(parents=True, exist_ok=True)
    else:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as restored:
            restored.writelines(sound_blocks(copy, one.sha256))
        shutil.copystat(copy, file)
        file.chmod(one.mode)
