"""A home as nights leave it, and nine kinds of tampering with it: each is found, and said in sentences."""

import shutil
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from gt_platform.lake import Lake
from tests.support.once import copy_of
from tests.support.tampering import KINDS, UntouchedError, settings_of
from tests.support.world import build_world, days_of

DAYS = 2


def gt(home: Path, *words: object) -> Result:
    environment = {"GT_HOME": str(home), "GT_PROJECTS": str(home / "projects"), "COLUMNS": "250"}
    return CliRunner().invoke(app, [str(word) for word in words], env=environment)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights, with a release each."""
    return copy_of(tmp_path_factory, "two-nights", _go_by)


def _go_by(home: Path) -> None:
    build_world(home, days=DAYS, events=40)
    first, last = days_of(DAYS)[0], days_of(DAYS)[-1]
    done = gt(home, "refresh", "--from", first, "--to", last)
    assert done.exit_code == 0, done.output


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_tampered_with_is_found(nights: Path, tmp_path: Path, kind: str) -> None:
    what = _tampered(nights, tmp_path, kind, Random(kind))
    verified = gt(tmp_path / what[0], "verify")
    assert verified.exit_code == 1, what
    assert all(line.startswith("✗ ") for line in verified.output.splitlines()), verified.output
    assert isinstance(verified.exception, SystemExit)


def _tampered(nights: Path, folder: Path, kind: str, rng: Random) -> tuple[str, str]:
    for attempt in range(100):
        home = shutil.copytree(nights, folder / str(attempt))
        with suppress(UntouchedError):
            return str(attempt), KINDS[kind](home, rng)
        shutil.rmtree(home)
    return pytest.fail(f"{kind}: nothing to tamper with")


@pytest.mark.slow
def test_what_nobody_tampered_with_is_as_it_was(nights: Path, tmp_path: Path) -> None:
    home = shutil.copytree(nights, tmp_path / "home")
    (tmp_path / "gt.pem").write_text(gt(home, "keys", "show").output)
    head = gt(home, "verify").output.split("head ")[1].split(":")[0]
    with Lake.open(settings_of(home)) as lake:
        lake.compact()
    again = gt(home, "refresh", "--from", days_of(DAYS)[-1], "--to", days_of(DAYS)[-1])
    assert again.exit_code == 0, again.output
    verified = gt(home, "verify", "--public-key", tmp_path / "gt.pem", "--head", head)
    assert verified.exit_code == 0, verified.output


@pytest.mark.slow
def test_an_older_copy_agrees_with_itself_and_not_with_a_head_that_was_kept(nights: Path, tmp_path: Path) -> None:
    home = shutil.copytree(nights, tmp_path / "home")
    with Lake.open(settings_of(home)) as lake:
        lake.store("another")
    head = gt(home, "verify").output.split("head ")[1].split(":")[0]
    assert gt(nights, "verify").exit_code == 0
    refused = gt(nights, "verify", "--head", head)
    assert refused.exit_code == 1
    assert refused.output.startswith(f"✗ no commit of this lake has the head {head}")


@pytest.mark.slow
def test_a_bundle_of_somebody_elses_is_told_by_the_public_key(nights: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    gt(other, "keys", "make")
    (tmp_path / "other.pem").write_text(gt(other, "keys", "show").output)
    verified = gt(nights, "verify", "--public-key", tmp_path / "other.pem")
    assert verified.exit_code == 1
    told = [f"✗ release {number}: its bundle is not signed by the given key" for number in (1, 2)]
    assert verified.output.splitlines() == told
