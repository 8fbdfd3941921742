"""What takes long to make and many tests begin with is made by the first process of a run that needs it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gt_platform.waiting import file_lock


def copy_of(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder of one's own as `make` left the one it was given, once for all workers of pytest-xdist.

    What it leaves may name no absolute path below that folder.
    """
    base = factory.getbasetemp()
    made = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"made-{name}"
    with file_lock(made.with_suffix(".lock")):
        if not made.exists():
            fresh = factory.mktemp(name) / "fresh"
            fresh.mkdir()
            make(fresh)
            fresh.rename(made)
    return shutil.copytree(made, factory.mktemp(name) / "home", symlinks=True)
