"""Reading a SQLite catalog where nothing may be written: SQLite itself needs a file beside it, even to read."""

import atexit
import os
import shutil
from functools import lru_cache
from pathlib import Path

from gt_platform.scratch import scratch_for_life


def unwritable(folder: Path) -> bool:
    """Whether the folder is there, and this process can make no file in it."""
    return folder.is_dir() and not os.access(folder, os.W_OK)


def readable(catalog: Path) -> Path:
    """The catalog or, where it is in an unwritable folder, a copy of it as it is now, for as long as the process lives.

    It names files that compaction removes a day after it replaced them: a copy is good for a day.
    """
    if not unwritable(catalog.parent):
        return catalog
    while True:  # somebody else may be writing: until nothing moved meanwhile
        before = _state(catalog)
        copy = _copied(catalog, before)
        if _state(catalog) == before:
            return copy


@lru_cache(maxsize=8)
def _copied(catalog: Path, state: tuple[tuple[str, int, int], ...]) -> Path:
    folder = scratch_for_life("catalog")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, _, _ in state:
        shutil.copyfile(catalog.with_name(name), folder / name)
    return folder / catalog.name


def _state(catalog: Path) -> tuple[tuple[str, int, int], ...]:
    files = (catalog, catalog.with_name(f"{catalog.name}-wal"))
    stats = [(file.name, file.stat()) for file in files if file.exists()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
