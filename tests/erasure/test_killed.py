"""An erasure that was killed anywhere is finished by the same command, and ends as one that was not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.erasure.kill import opened, run
from tests.erasure.test_erase import proven
from tests.erasure.world import Home, lying_about

POINTS = [
    ("gt_platform.erasure.erase", "sweep", "before"),
    ("gt_platform.erasure.erase", "enter", "after"),
    ("gt_platform.lake.redaction", "Redaction._put", "after"),
    ("gt_platform.lake.redaction", "Redaction._swap", "after"),
]


def digests(home: Path) -> dict[str, str]:
    """What the tables hold."""
    with Lake.open(Settings(home=home), read_only=True) as lake:
        return lake.store("sentiment").digests()


@pytest.mark.slow
def test_a_killed_erasure_is_finished_by_the_same_command(home: Home, tmp_path: Path) -> None:
    written = home.settings.home
    undisturbed = opened(Path(shutil.copytree(written, tmp_path / "undisturbed")))
    run(undisturbed)
    wanted = digests(undisturbed.settings.home)
    for number, point in enumerate(POINTS):
        home = opened(Path(shutil.copytree(written, tmp_path / str(number))))
        command = [sys.executable, "-m", "tests.erasure.kill", str(home.settings.home), *point]
        assert subprocess.run(command, check=False).returncode == 9, point
        run(home)
        assert lying_about(home) == [], point
        assert proven(home) == [], point
        assert digests(home.settings.home) == wanted, point
