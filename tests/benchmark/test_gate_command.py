"""The gate as pipelines know it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from typer.testing import CliRunner

from gt_platform.cli import app
from gt_platform.lake import Store
from tests.benchmark.uneven import (
    EVENTS,
    ODD,
    USUAL,
    say,
)
from tests.sampling.rows import project


@pytest.fixture
def home(world: Store, lake_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    say(world, "better", {*ODD[:25]})
    say(world, "worse", {*USUAL[20:50]})
    say(world, "unknown", {*ODD[:20], *USUAL[30:32]})
    folder = lake_home / "projects" / "sentiment"
    folder.mkdir(parents=True)
    (folder / "project.yaml").write_text(yaml.safe_dump(project().model_dump(mode="json", exclude_unset=True)))
    (folder / "guidelines.md").write_text("Judge the words.")
    monkeypatch.setenv("GT_HOME", str(lake_home))
    monkeypatch.setenv("GT_PROJECTS", str(lake_home / "projects"))
    return lake_home


def test_a_pipeline_reads_the_exit_code_junit_and_markdown(home: Path) -> None:
    told = {}
    for name, words in (("better", []), ("worse", []), ("unknown", ["--fail-on", "insufficient"]), ("unknown", [])):
        line = ["gate", "sentiment", "--candidate", name, "--junit", str(home / f"{name}.xml")]
        line += ["--markdown", str(home / "summary.md"), *words]
        told[name, len(words)] = CliRunner(env={"COLUMNS": "200"}).invoke(app, line)
    assert [one.exit_code for one in told.values()] == [0, 1, 2, 0]
    assert "right to wrong: 30 (usual20" in told["worse", 0].stdout
    assert "insufficient evidence is no pass" in told["unknown", 0].stderr
    suites = {name: ET.parse(home / f"{name}.xml").getroot() for name in ("better", "worse", "unknown")}  # noqa: S314
    counts = {name: (root.get("tests"), root.get("failures"), root.get("skipped")) for name, root in suites.items()}
    assert counts == {"better": ("1", "0", "0"), "worse": ("1", "1", "0"), "unknown": ("1", "0", "1")}
    summary = (home / "summary.md").read_text()
    assert [line[:5] for line in summary.splitlines() if line.startswith("### ")] == [
        "### ✅",
        "### ❌",
        "### ⚠",
        "### ⚠",
    ]
    assert CliRunner().invoke(app, ["gate", "sentiment", "--candidate", "v9"]).exit_code == 3
    pinned = CliRunner().invoke(app, ["pin", "sentiment", f"item of {ODD[0]}", "--why", "a complaint"])
    assert pinned.exit_code == 0, pinned.output
    assert "a complaint" in CliRunner().invoke(app, ["pin", "sentiment"]).stdout


@pytest.mark.slow
def test_the_ready_action_ends_in_a_shell_with_each_exit_code(home: Path) -> None:
    file = home / "predictions.jsonl"
    records = [
        {"item_id": f"item of {name}", "output": "bad" if name in {*USUAL[20:50]} else "good"} for name in EVENTS
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    ended = {
        name: acted(home, CANDIDATE=name, PREDICTIONS=str(file) if name == "filed" else "")
        for name in ("better", "filed", "unknown", "nobody")
    }
    assert {name: (one.returncode, one.stderr) for name, one in ended.items() if one.returncode not in range(4)} == {}
    assert [one.returncode for one in ended.values()] == [0, 1, 2, 3]
    assert "nobody has no predictions" in ended["nobody"].stderr
    assert (home / "summary.md").read_text().count("### ") == 3
    assert ET.parse(home / "gate.xml").getroot().get("skipped") == "1"  # noqa: S314


def acted(home: Path, **given: str) -> "subprocess.CompletedProcess[str]":
    """Run the action's step as a runner does."""
    action = yaml.safe_load((Path(__file__).parents[2] / ".github/actions/gate/action.yml").read_text())
    (step,) = action["runs"]["steps"]
    inputs = {name: one.get("default", "") for name, one in action["inputs"].items()} | {"project": "sentiment"}
    told = {name: inputs[re.findall(r"inputs\.([a-z-]+)", asked)[0]] for name, asked in step["env"].items()}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    more = {"GITHUB_SHA": "abc123", "GITHUB_STEP_SUMMARY": str(home / "summary.md"), "PATH": path, "COLUMNS": "200"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        command, cwd=home, env={**os.environ, **told, **more, **given}, capture_output=True, text=True, check=False
    )
