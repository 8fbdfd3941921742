"""Truth as a team manages it, on the demo's project and a golden set: brought in, corrected, retired, named, held out,
looked for in training files, handed on; and verified as it goes.
"""

import csv
import json
import shutil
from pathlib import Path

import pytest
import yaml

from gt_platform.demo.run import CARRIED
from tests.support.gt import Gt, gt_in
from tests.support.sentiment import item_of

GOLDEN, OUTDATED = 500, 20
SPLITS = {"evaluation": 100, "test": 200, "train": "rest"}
pytestmark = pytest.mark.slow


@pytest.fixture
def gt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gt:
    """`gt` in the demo's home after the first of its days, its project with splits."""
    shutil.copytree(CARRIED, tmp_path / "projects")
    declared = tmp_path / "projects" / "sentiment" / "project.yaml"
    declared.write_text(yaml.safe_dump(yaml.safe_load(declared.read_text()) | {"splits": SPLITS}))
    monkeypatch.chdir(tmp_path)
    run = gt_in(tmp_path / ".demo", monkeypatch)
    monkeypatch.setenv("GT_PROJECTS", str(tmp_path / "projects"))
    assert run("demo", "--days", 1).exit_code == 0
    return run


def said(gt: Gt, *words: object, code: int = 0) -> str:
    found = gt(*words)
    assert found.exit_code == code, found.output
    return " ".join(found.output.split())


def done(gt: Gt, *words: object) -> str:
    """What a command says that changes the lake, which is whole after it."""
    told = said(gt, *words)
    assert "are as they should be" in said(gt, "verify")
    return told


def text_of(number: int) -> str:
    return f"Case {number}: it was {('grim', 'fine')[number % 2]}."


def golden_set(folder: Path) -> Path:
    lines = [
        {"id": f"g-{number}", "input": {"type": "text", "text": text_of(number)},
         "expected_output": {"answer": ("negative", "positive")[number % 2], "acceptable_variants": []},
         "metadata": {"product": "v1" if number < OUTDATED else "v2"},
         "annotation": {"annotator_id": "lead", "timestamp": "2026-01-02T09:00:00Z"}}
        for number in range(GOLDEN)
    ]  # fmt: skip
    file = folder / "golden.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return file


def exported(gt: Gt, name: Path, *more: object) -> list[dict[str, str]]:
    said(gt, "export", name, *more)
    with name.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_truth_has_a_life(gt: Gt, tmp_path: Path) -> None:
    night = ("refresh", "--from", "2026-01-05")
    come = ("truth", "import", golden_set(tmp_path), "--source", "clinic 2026", "--status", "imported")
    assert f"{GOLDEN} new, 0 equal, 0 in conflict" in said(gt, *come, "--check")
    assert f"{GOLDEN} new, 0 equal" in done(gt, *come)
    assert f"0 new, {GOLDEN} equal" in said(gt, *come)
    sarcastic = item_of(text_of(31))
    fixed = ("truth", "correct", sarcastic[:12], '"negative"', "--why", "sarcasm rule of 3 May")
    assert "1 corrected, 0 were so before" in said(gt, *fixed)
    assert "0 corrected, 1 were so before" in said(gt, *fixed)
    old = ("truth", "retire", "--where", "attributes.product = 'v1'", "--why", "outdated", "--category", "outdated")
    assert f"{OUTDATED} retired, 0 were so before" in done(gt, *old)
    done(gt, *night)
    number, items = max((row["release"], row["items"]) for row in json.loads(gt("releases", "-f", "json").stdout))
    assert f"release {number} is called v1.2" in said(gt, "release", number, "--tag", "v1.2", "--note", "as of May")
    assert "is the champion" in said(gt, "promote", "v1.2", "champion")
    explained = said(gt, "explain", sarcastic)
    assert all(part in explained for part in ("clinic 2026", "sarcasm rule of 3 May", "negative", f"{number}"))
    assert f"{items} items are frozen, {items} of them just now" in said(gt, "splits", "freeze")
    before = exported(gt, tmp_path / "v1.2.csv", "--release", "v1.2", "--benchmark")
    again = ("truth", "restore", item_of(text_of(3)), "--why", "v1 is sold again")
    assert "1 restored" in said(gt, *again)
    done(gt, *night)
    assert "1 more stay here: in no split for good yet" in said(gt, "export", tmp_path / "early.csv", "--benchmark")
    assert f"{items + 1} items are frozen, 1 of them just now" in said(gt, "splits", "freeze")
    later = exported(gt, tmp_path / "newest.csv", "--benchmark")
    assert (len(before), len(later)) == (len(later) - 1, len(before) + 1)
    done(gt, "release", "restore", "v1.2", "--note", "sold out")
    assert exported(gt, tmp_path / "restored.csv", "--benchmark") == before
    proven = {row["release"]: row["digest"] for row in json.loads(gt("releases", "-f", "json").stdout)}
    assert proven[number] == proven[max(proven)]
    held_out_of_training(gt, tmp_path)


def held_out_of_training(gt: Gt, folder: Path) -> None:
    sides = {row["split"]: row for row in json.loads(gt("splits", "show", "-f", "json").stdout)}
    assert (sides["test"]["items"], sides["evaluation"]["items"]) == (SPLITS["test"], SPLITS["evaluation"])
    shown = exported(gt, folder / "open.csv")
    kept = exported(gt, folder / "test.csv", "--split", "test", "--benchmark")
    assert {row["item_id"] for row in shown}.isdisjoint(row["item_id"] for row in kept)
    train = folder / "train.jsonl"
    train.write_text("".join(json.dumps({"text": row["input"]}) + "\n" for row in kept[:3]))
    assert "3 exact" in said(gt, "contamination", train, code=1)
    assert "cannot be the champion" in said(gt, "promote", "newest", "champion", code=1)
    said(gt, "contamination", train, "--forget")
    assert "is the champion" in done(gt, "promote", "newest", "champion")
