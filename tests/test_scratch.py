"""Scratch folders of processes that were killed are found and removed; those of the living are left alone."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gt_platform.scratch import abandoned, remove_abandoned, scratch, scratch_for_life

HOLD = """
import sys, time
from gt_platform.scratch import scratch, scratch_for_life
with scratch("test") as folder:
    (folder / "copy").write_bytes(b"x" * 1000)
    print(folder, scratch_for_life("life"), flush=True)
    time.sleep(600)
"""
NOW = timedelta(seconds=-1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test's processes have their scratch folders."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    monkeypatch.undo()
    tempfile.tempdir = None


def hold() -> tuple["subprocess.Popen[str]", list[Path]]:
    process = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, [Path(name) for name in process.stdout.readline().split()]


def test_folders_of_the_killed_are_removed_and_those_of_the_living_are_not(place: Path) -> None:
    living, theirs = hold()
    dead, left = hold()
    try:
        dead.send_signal(signal.SIGKILL)
        dead.communicate()
        assert abandoned() == []  # they may be just being made
        with scratch("mine") as mine:
            assert remove_abandoned(unheld_for=NOW) == sorted(left)
            assert mine.is_dir()
        assert not mine.exists()
        assert [folder.exists() for folder in (*theirs, *left)] == [True, True, False, False]
    finally:
        living.kill()
        living.communicate()
    assert remove_abandoned(unheld_for=NOW) == sorted(theirs)
    assert list(place.iterdir()) == []


def test_what_is_no_scratch_folder_of_ours_is_left_alone(place: Path) -> None:
    (place / "gt-scratch-file").write_text("a file")
    (place / "gt-other-a").mkdir()
    (place / "elsewhere").mkdir()
    (place / "gt-scratch-link").symlink_to("elsewhere")
    (place / "gt-scratch-unheld-a").mkdir()
    old = time.time() - 700
    os.utime(place / "gt-scratch-unheld-a", (old, old))
    assert abandoned() == [place / "gt-scratch-unheld-a"]


def test_a_folder_for_life_is_held_by_this_process(place: Path) -> None:
    folder = scratch_for_life("life")
    assert folder.parent == place
    assert abandoned(unheld_for=NOW) == []
