"""Locks that exclude, share, give up and die with their process; pauses that double."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from gt_platform.waiting import file_lock, pause

HOLDER = "import sys, time; from gt_platform.waiting import file_lock; from pathlib import Path\n"
HOLDER += "with file_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"


def test_one_holds_it_alone_or_several_share_it(tmp_path: Path) -> None:
    lock = tmp_path / "below" / "lock"
    shared, other = file_lock(lock, shared=True), file_lock(lock, shared=True)
    with shared, other, pytest.raises(TimeoutError, match="others hold it"), file_lock(lock, patience=0.05):
        pass
    with file_lock(lock, patience=0), pytest.raises(TimeoutError), file_lock(lock, shared=True, patience=0.0):
        pass


def test_a_lock_ends_with_the_process_that_held_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(TimeoutError), file_lock(lock, patience=0):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with file_lock(lock, patience=5):
        pass


def test_pauses_double_up_to_the_longest() -> None:
    assert [pause(0.5, failures, 3.0) for failures in (1, 2, 3, 4, 10_000)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert pause(timedelta(minutes=1), 3, timedelta(hours=1)) == timedelta(minutes=4)
