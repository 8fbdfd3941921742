"""`gt erase` as somebody types it."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from gt_platform.feedback import ingest
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.support.world import START, build_world, storage_of

Gt = Callable[..., Result]


@pytest.fixture
def gt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gt:
    """`gt` in a home that took in one day."""
    settings = Settings(home=tmp_path)
    project = build_world(tmp_path, days=1, events=40)
    with Lake.open(settings) as lake:
        ingest(lake.store(project.name), project, START, inbox=storage_of(project, settings), today=START)
    monkeypatch.setenv("GT_HOME", str(tmp_path))
    monkeypatch.setenv("GT_PROJECTS", str(tmp_path / "projects"))

    def run(line: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, shlex.split(line), input=typed)

    return run


@pytest.mark.slow
def test_it_says_what_would_go_asks_and_says_what_is_left(gt: Gt, tmp_path: Path) -> None:
    count = (
        "SELECT user_id, count(*) AS events FROM gt.sentiment.events GROUP BY user_id ORDER BY events DESC, 1 LIMIT 1"
    )
    user, events = gt(f'sql "{count}" -f csv').stdout.split()[1].split(",")
    would = gt(f"erase --user {user} --check")
    assert would.exit_code == 0
    assert f"{events} events" in would.stdout
    assert "nothing was erased: that was --check" in would.stdout
    refused = gt(f"erase --user {user} --why asked", "n\n")
    assert refused.exit_code == 1
    assert not (tmp_path / "keys" / "erasure.key").exists()
    done = gt(f"erase --user {user} --why asked", "y\n")
    assert done.exit_code == 1
    assert "Replay cannot forget" in done.stdout
    assert "backups and exports made before now hold it" in done.stderr
    again = gt(f"erase --user {user} --why asked --yes")
    assert (again.exit_code, "0 events, 0 items" in again.stdout) == (0, True)
    proven = gt("verify")
    assert proven.exit_code == 0, proven.stdout
    assert "redacted: " in proven.stdout
    key = tmp_path / "keys" / "erasure.key"
    key.rename(tmp_path / "elsewhere")
    assert "their key is not at" in " ".join(gt(f"erase --user {user} --why asked --yes").stderr.split())
