"""Scratch folders of this machine: a killed process cannot remove its own, so that others find what nobody holds."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from gt_platform import alive
from gt_platform.waiting import file_lock

BEGINNING = "gt-scratch-"
HELD = ".held"
UNHELD_FOR = timedelta(minutes=10)
"""A folder is made before it is held: younger ones may have somebody who is about to."""


@contextmanager
def scratch(what: str) -> Iterator[Path]:
    """An empty folder for as long as this runs; `what` is in its name."""
    with tempfile.TemporaryDirectory(prefix=f"{BEGINNING}{what}-") as name, file_lock(Path(name) / HELD):
        yield Path(name)


def scratch_for_life(what: str) -> Path:
    """An empty folder for as long as this process lives; whoever asks removes it at its end."""
    folder = Path(tempfile.mkdtemp(prefix=f"{BEGINNING}{what}-"))
    alive.hold_for_life(folder, HELD)
    return folder


def abandoned(*, unheld_for: timedelta = UNHELD_FOR) -> list[Path]:
    """Folders of this user whose processes are gone."""
    found = Path(tempfile.gettempdir()).glob(f"{BEGINNING}*")
    return sorted(folder for folder in found if _is_ours(folder, unheld_for) and not alive.is_held(folder, HELD))


def remove_abandoned(*, unheld_for: timedelta = UNHELD_FOR) -> list[Path]:
    """Remove them, and say which they were."""
    found = abandoned(unheld_for=unheld_for)
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)  # another may be doing the same
    return found


def _is_ours(folder: Path, unheld_for: timedelta) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    old = time.time() - status.st_mtime > unheld_for.total_seconds()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and old
