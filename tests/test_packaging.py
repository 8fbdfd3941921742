"""An installed wheel beside somebody else's Dagster project: no module of theirs is shadowed, and all of ours runs."""

import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import distributions, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
DAYS = 3
INSTALLED = {one.name for one in distributions()}

THEIRS = """
import dagster as dg


@dg.asset
def mine() -> None:
    '''An asset of a project that was here first.'''


defs = dg.Definitions(assets=[mine])
"""
LOADED = """
import assets, sensors, gt_platform.assets, gt_platform.sensors
print(assets.mine.key.path[0], sensors.WHOSE)
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [*command], cwd=cwd, env={**plain, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made from a clone, as `pip install git+…` makes it, and not from what lies about in this folder."""
    folder = tmp_path_factory.mktemp("wheel")
    run("git", "clone", "--quiet", "--no-hardlinks", ROOT, folder / "clone", cwd=folder)
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder)
    run(sys.executable, "-m", "pip", "wheel", *options, folder / "clone", cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the wheel and, from this one, whatever it depends on."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    run(sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet", "--no-deps",
        "--no-index", wheel, cwd=folder)  # fmt: skip
    # after our own folder, and as a plain path: what is installed there as editable stays unseen
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "python"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "assets.py").write_text(THEIRS)
    (tmp_path / "sensors").mkdir()
    (tmp_path / "sensors" / "__init__.py").write_text("WHOSE = 'theirs'\n")
    return tmp_path


@pytest.mark.slow
def test_what_is_locked_goes_with_the_least_python_that_is_promised() -> None:
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    locked = [Requirement(line).name for line in (ROOT / ".ci" / "lock.txt").read_text().split()]
    needs = {name: (metadata(name).get_all("Requires-Python") or [""])[0] for name in locked if name in INSTALLED}
    assert len(needs) > 100
    assert [name for name, python in needs.items() if not SpecifierSet(python).contains(f"{promised}.0")] == []


@pytest.mark.slow
def test_a_wheel_puts_one_name_on_the_path(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"gt_platform"}
    ours = {str(file.relative_to(ROOT)) for folder in ("assets", "sensors") for file in (ROOT / folder).glob("*.py")}
    assert ours <= {name.removeprefix("gt_platform/") for name in names}


@pytest.mark.slow
def test_the_demo_runs_from_a_folder_with_assets_and_sensors_of_its_own(python: Path, project: Path) -> None:
    assert run(python, "-c", LOADED, cwd=project).split() == ["mine", "theirs"]
    told = run(python.with_name("gt"), "demo", "--days", str(DAYS), cwd=project, COLUMNS="120")
    assert f"flagged on 0 of the {DAYS} days before the shift" in " ".join(told.split())
    assert (project / ".demo" / "report.html").exists()
    days = "SELECT count(DISTINCT frame_day) FROM gt.sentiment.sample"
    counted = run(python.with_name("gt"), "sql", days, "-f", "csv", cwd=project, GT_HOME=".demo")
    assert counted.split()[-1] == str(DAYS)


@pytest.mark.slow
def test_dagster_loads_the_workspace_from_there(python: Path, project: Path) -> None:
    shown = run(python, "-c", "from gt_platform.dagster_home import WORKSPACE; print(WORKSPACE)", cwd=project).strip()
    assert str(python.parents[1]) in shown
    run(python, "-m", "dagster", "definitions", "validate", "-w", shown, cwd=project, DAGSTER_HOME=str(project))
