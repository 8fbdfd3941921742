"""Releases from the command line: tagged, promoted, restored, exported by their names."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.support.released import lines, published
from tests.support.sentiment import declare, item_of

Gt = Callable[..., Result]


@pytest.fixture
def gt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gt:
    """`gt` where there are two releases of a project."""
    project = declare(tmp_path)
    folder = tmp_path / "projects" / "sentiment"
    folder.mkdir(parents=True)
    kept = project.model_dump(mode="json", exclude_defaults=True)
    (folder / "project.yaml").write_text(json.dumps(kept))
    (folder / "guidelines.md").write_text(project.guidelines)
    with Lake.open(Settings(home=tmp_path / "home")) as lake:
        for truths in ({"good": "positive", "bad": "negative"}, {"new": "neutral"}):
            published(lake, project, truths)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GT_PROJECTS", str(tmp_path / "projects"))

    def run(*words: Any) -> Result:
        found = CliRunner().invoke(app, [str(word) for word in words])
        assert found.exit_code == 0, found.output
        return found

    return run


@pytest.mark.slow
def test_a_release_has_a_life(gt: Gt, tmp_path: Path) -> None:
    assert "release 1 is called v1.0" in gt("release", 1, "--tag", "v1.0", "--note", "for the clinic").output
    assert "release 1 is the champion" in gt("promote", "v1.0", "champion").output
    told = gt("release", "champion").output
    assert told.startswith("## Release 1 (v1.0, champion), ")
    assert "> for the clinic" in told
    assert "- Added 2 items." in told
    gt("truth", "correct", item_of("good"), '"neutral"', "--why", "sarcasm")
    assert "release 3" in gt("release", "restore", "v1.0", "--note", "the rule was wrong").output
    assert "in place of release 1" in gt("promote", "newest", "champion").output
    rows = json.loads(gt("releases", "-f", "json").output)
    assert [(row["release"], row["items"], row["called"]) for row in rows] == [
        (3, 2, "champion"),
        (2, 3, ""),
        (1, 2, "v1.0"),
    ]
    assert gt("diff", "v1.0", "champion", "-f", "csv").output.count("\n") <= 1
    gt("export", "old.jsonl", "--release", "v1.0")
    gt("export", "hf", "--to", "hf", "--release", "champion")
    truths = {record["input"]: record["answer"] for record in lines((tmp_path / "old.jsonl").read_bytes())}
    assert truths == {"good": "positive", "bad": "negative"}
    card = (tmp_path / "hf" / "README.md").read_text()
    assert "Took out 1 item, which the release that was restored did not have." in card
    gt("verify")


@pytest.mark.slow
def test_no_champion_while_it_is_trained_on(gt: Gt, tmp_path: Path) -> None:
    text = "the weather was awful and so was the food they brought us"
    golden = json.dumps({"question": text, "answer": "negative"})
    (tmp_path / "golden.jsonl").write_text(golden)
    (tmp_path / "train.jsonl").write_text(json.dumps({"text": text.replace("awful", "dreadful")}))
    gt("truth", "import", "golden.jsonl", "--source", "us")
    assert CliRunner().invoke(app, ["contamination", "train.jsonl"]).exit_code == 1
    refused = CliRunner().invoke(app, ["promote", "newest", "champion"])
    assert refused.exit_code == 1
    assert "the benchmark is trained on" in refused.stderr
    assert "release 2 is the candidate" in gt("promote", "newest", "candidate").output
    gt("contamination", "train.jsonl", "--forget")
    assert "release 2 is the champion" in gt("promote", "newest", "champion").output
