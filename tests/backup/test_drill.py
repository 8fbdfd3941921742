"""The drill: a home is lost, and comes back from its backup as it was; nights go on as if nothing had happened."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gt_platform.backup import restore
from gt_platform.cli import app
from gt_platform.lake import Lake
from gt_platform.refresh import refresh
from gt_platform.settings import Settings
from gt_platform.workbench.store.database import Database
from tests.support.accounts import add
from tests.support.home import DAYS, make_home


def digests(settings: Settings) -> dict[str, str]:
    with Lake.open(settings, read_only=True) as lake:
        return lake.store("small").digests()


def gt(settings: Settings, *arguments: str) -> str:
    environment = {"GT_HOME": str(settings.home), "GT_PROJECTS": str(settings.projects), "COLUMNS": "200"}
    done = CliRunner().invoke(app, arguments, env=environment, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home after two nights, which made a key, with settings, a link, and an annotator in the workbench."""
    settings = make_home(tmp_path_factory.mktemp("drill") / "home")
    refresh("small", DAYS[:2], settings=settings)
    (settings.home / ".env").write_text("GT_PATIENCE=10")
    (settings.home / "linked").symlink_to("replay.jsonl")
    with closing(Database.open(f"sqlite:///{settings.home}/workbench.sqlite")) as store:
        add(store, "anna")
    return settings


@pytest.mark.slow
def test_a_lost_home_comes_back_and_nights_go_on(lived: Settings, tmp_path: Path) -> None:
    kept = digests(lived)
    said = gt(lived, "backup", str(tmp_path / "backup"))
    assert "the workbench" in said
    refresh("small", DAYS[2:], settings=lived)
    went_on = digests(lived)

    back = Settings(home=tmp_path / "back", projects=tmp_path / "back" / "projects")
    assert "gt verify" in gt(back, "restore", str(tmp_path / "backup"))
    assert digests(back) == kept
    assert "as they should be" in gt(back, "verify")
    refresh("small", DAYS[2:], settings=back)
    assert digests(back) == went_on
    assert "as they should be" in gt(back, "verify")


@pytest.mark.slow
def test_what_of_a_home_is_nowhere_else_comes_back_with_its_modes(lived: Settings, tmp_path: Path) -> None:
    gt(lived, "backup", str(tmp_path / "backup"))
    assert mode(tmp_path / "backup") == 0o700
    back = Settings(home=tmp_path / "back")
    gt(back, "restore", str(tmp_path / "backup"))
    assert (mode(back.home / "keys"), mode(back.home / "keys" / "signing.pem")) == (0o700, 0o600)
    assert (back.home / "keys" / "signing.pem").read_bytes() == (lived.home / "keys" / "signing.pem").read_bytes()
    assert (back.home / ".env").read_text() == "GT_PATIENCE=10"
    assert (back.home / "linked").readlink() == Path("replay.jsonl")
    events = f"inbox/dt={DAYS[0]}/events.jsonl.gz"
    assert (back.home / events).stat().st_mtime_ns == (lived.home / events).stat().st_mtime_ns
    assert mode(back.home / "workbench.sqlite") == 0o600
    with closing(sqlite3.connect(back.home / "workbench.sqlite")) as store:
        assert store.execute("SELECT name FROM accounts").fetchall() == [("anna",)]
    assert sorted(file.name for file in (back.home / "dagster").iterdir()) == ["dagster.yaml"]


@pytest.mark.slow
def test_dagsters_runs_come_along_where_they_are_asked_for(lived: Settings, tmp_path: Path) -> None:
    gt(lived, "backup", str(tmp_path / "backup"), "--history")
    back = Settings(home=tmp_path / "back")
    gt(back, "restore", str(tmp_path / "backup"))
    runs = "history/runs.db"
    with closing(sqlite3.connect(back.home / "dagster" / runs)) as ours:
        found = ours.execute("SELECT count(*) FROM runs").fetchone()
    with closing(sqlite3.connect(lived.home / "dagster" / runs)) as theirs:
        assert found == theirs.execute("SELECT count(*) FROM runs").fetchone() != (0,)


@pytest.mark.slow
def test_a_lakes_files_come_back_beside_the_home_where_they_are_wanted(lived: Settings, tmp_path: Path) -> None:
    gt(lived, "backup", str(tmp_path / "backup"))
    back = Settings(home=tmp_path / "back", data=str(tmp_path / "elsewhere"))
    restore(back, tmp_path / "backup")
    assert digests(back) == digests(lived)
    assert not (back.home / "lake" / "data").exists()
