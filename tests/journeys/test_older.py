"""A home of an older version, in the hands of whoever installs this one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from gt_platform.dagster_home import open_instance
from gt_platform.settings import Settings
from tests.support import older
from tests.support.world import NAME, days_of

Gt = Callable[..., Result]


@pytest.fixture(params=older.VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A home with two nights behind it and a third day's files in its inbox; `tests/lake` migrates those on servers."""
    return older.unpack(request.param, tmp_path)


@pytest.fixture
def gt(old: Settings, monkeypatch: pytest.MonkeyPatch) -> Gt:
    monkeypatch.setenv("GT_HOME", str(old.home))
    monkeypatch.setenv("GT_PROJECTS", str(old.projects))
    monkeypatch.setenv("GT_CATALOG", old.catalog_url)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.slow
def test_an_older_home_goes_on(old: Settings, gt: Gt) -> None:
    for words in (["status"], ["sql", f"FROM gt.{NAME}.releases"], ["verify"]):
        refused = gt(*words)
        assert refused.exit_code == 1
        assert "`gt refresh`, or whatever writes to it next, migrates it" in refused.stderr
        assert len(refused.output.splitlines()) == 1
    night = days_of(3)[-1]
    refreshed = gt("refresh", "--from", night, "--to", night)
    assert refreshed.exit_code == 0, refreshed.output
    verified = gt("verify")
    assert verified.exit_code == 0, verified.output
    released = gt("releases", "--format", "jsonl")
    assert len(released.stdout.splitlines()) == 3, released.output
    with open_instance(old.home) as instance:
        assert [run.status.value for run in instance.get_runs()] == ["SUCCESS"] * 4
