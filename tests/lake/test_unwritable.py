"""A home on a file system that may only be read."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gt_platform.lake import Lake
from gt_platform.lake.tables import EVENTS
from gt_platform.settings import Settings
from tests.support.backends import REPOSITORY, environment
from tests.support.rows import keyed

READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
SEEN = ["2", "a b", "Read-only file system"]
READING = """
from gt_platform.lake import Lake, analyst
from gt_platform.settings import Settings
print(analyst.query(Settings(), "SELECT count(*) FROM gt.sentiment.events").item())
with Lake.open(Settings(), read_only=True) as lake:
    print(*lake.store("sentiment").read("SELECT event_id FROM events ORDER BY ALL").to_series())
try:
    Lake.open(Settings())
except OSError as error:
    print(error.strerror)
"""


def may_mount() -> bool:
    return (
        shutil.which("unshare") is not None and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0
    )


@pytest.mark.skipif(not may_mount(), reason="needs the right to mount")
@pytest.mark.parametrize("open_elsewhere", [False, True])
@pytest.mark.slow
def test_a_home_that_may_only_be_read_is_read(lake_home: Path, *, open_elsewhere: bool) -> None:
    settings = Settings(home=lake_home)

    def read() -> list[str]:
        command = ["unshare", "-m", "sh", "-c", READ_ONLY, "sh", str(lake_home), sys.executable, "-c", READING]
        return subprocess.check_output(command, cwd=REPOSITORY, env=environment(settings), text=True).splitlines()

    with Lake.open(settings) as lake:
        lake.store("sentiment").commit("a", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a", "b")))
        if open_elsewhere:  # its latest rows are beside the catalog still
            assert read() == SEEN
    if not open_elsewhere:
        assert read() == SEEN
