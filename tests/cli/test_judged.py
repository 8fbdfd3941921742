"""Projects that judge outputs, from `gt init` to a score: what is declared, asked, told of production, and refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gt_platform.cli.declare import JUDGEMENTS
from gt_platform.declaration import load_project
from gt_platform.lake import Lake
from gt_platform.records import item_id
from gt_platform.settings import Settings
from tests.support.gt import Gt, gt_in

MONDAY = (datetime.now(UTC) - timedelta(days=datetime.now(UTC).weekday() + 7)).date()
GOOD = 18
"""Of 24 outputs: those that are judged so."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def gt(home: Path, monkeypatch: pytest.MonkeyPatch) -> Gt:
    return gt_in(home, monkeypatch)


def put(home: Path, events: list[dict[str, Any]]) -> None:
    example = home / "projects" / "helpful" / "example.jsonl"
    inbox = home / "inbox" / "helpful" / f"dt={MONDAY}"
    inbox.mkdir(parents=True)
    more = "".join(json.dumps(event) + "\n" for event in events)
    (inbox / "a.jsonl").write_text(example.read_text("utf-8") + more, "utf-8")


def event(at: int, output: Any) -> dict[str, Any]:
    moment = f"{MONDAY}T10:{at:02}:00Z"
    return {"id": f"e-{at}", "occurred_at": moment, "model": "a-1", "input": f"question {at}", "output": output}


def asked(home: Path) -> list[dict[str, Any]]:
    """What was sent out, each with the folder of its slot as whoever answers it."""
    files = sorted((home / "labels" / "helpful" / "out").rglob("*.jsonl"))
    lines = [(file, line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line) | {"annotator": file.parent.name} for file, line in lines]


def text_of(one: dict[str, Any]) -> str:
    return json.dumps(one["input"], sort_keys=True)


@pytest.mark.slow
def test_init_writes_what_checks_for_every_kind_that_can_judge(gt: Gt, home: Path) -> None:
    for kind in JUDGEMENTS:
        made = gt("init", f"of_{kind}", "--about", "output", "--kind", kind)
        assert made.exit_code == 0, made.output
        project = load_project(home / "projects" / f"of_{kind}")
        assert project.judges_outputs
        assert project.gates.overall is not None
        assert set(project.benchmark.metrics) == set(project.answer_kind.metrics())
    told = gt("check")
    assert (told.exit_code, told.output.count("✓")) == (0, len(JUDGEMENTS)), told.output
    refused = gt("init", "odd", "--about", "output", "--kind", "text")
    assert (refused.exit_code, "makes no judgement of an output" in refused.stderr) == (1, True)
    assert gt("init", "odd", "--about", "both").exit_code != 0


@pytest.mark.slow
def test_a_night_asks_for_judgements_and_scores_by_them(gt: Gt, home: Path) -> None:
    assert gt("init", "helpful", "--about", "output", "--backend", "files").exit_code == 0
    declared = home / "projects" / "helpful" / "project.yaml"
    declared.write_text(declared.read_text().replace("truth: experts", "truth: annotators"))
    same = [event(20, {"text": "yes", "sure": True}), event(20, {"sure": True, "text": "yes"}) | {"id": "again"}]
    put(home, [*(event(at, f"output {at}") for at in range(16)), event(21, "no"), *same])
    night = ("refresh", "helpful", "--from", MONDAY, "--to", MONDAY)
    first = gt(*night)
    assert first.exit_code == 0, first.output
    items = {text_of(one): one["input"] for one in asked(home)}
    assert len(items) == 6 + 16 + 1 + 1  # the example asks one question twice, with two answers; `again` is no item
    assert {"input": "question 20", "output": {"sure": True, "text": "yes"}} in items.values()
    good = sorted(items)[:GOOD]
    answers = [
        {name: one[name] for name in ("assignment_id", "annotator")} | {"answer": said}
        for one in asked(home)
        for said in ["good" if text_of(one) in good else "bad"]
    ]
    (home / "labels" / "helpful" / "in").mkdir()
    (home / "labels" / "helpful" / "in" / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in answers))
    second = gt(*night)
    assert second.exit_code == 0, second.output
    assert "invalid_outputs" not in second.output
    with Lake.open(Settings(home=home), read_only=True) as lake:
        store = lake.store("helpful")
        truth = store.read("SELECT item_id, input, answer FROM ground_truth").rows()
        assert all(item == item_id(json.loads(input_)) for item, input_, _ in truth)
        assert sum(answer == '"good"' for _, _, answer in truth) == GOOD
        every = {"scope": "all", "estimand": "production", "slice": "*", "model": "*"}
        scores = store.read("SELECT * FROM scores ORDER BY metric").filter(**every)
        right = store.read("SELECT avg(y) FROM labels_flat").item()
        assert store.read("SELECT count(*) FROM invalid_outputs").item() == 0
        assert store.read("FROM confusion").is_empty()
        split = store.read("SELECT bucket FROM training WHERE input LIKE '%Norway%'")["bucket"].to_list()
        assert len(split) == 2  # two outputs to one input, which never fall on both sides of a split
        assert split[0] == split[1]
    assert scores["metric"].to_list() == ["share of bad", "share of good"]
    assert scores["label"].to_list() == ["*", "*"]
    row = scores.row(1, named=True)
    assert row["n"] == 25
    assert row["estimate"] == pytest.approx(right)
    assert row["low"] < row["estimate"] < row["high"]
    a_candidate_needs_judgements_of_its_own(gt, home)
    what_is_asked_about_stays(gt, home)


def a_candidate_needs_judgements_of_its_own(gt: Gt, home: Path) -> None:
    answers = home / "candidate.csv"
    answers.write_text("task,label\ne-1,output\n")
    told = gt("compare", answers, "--project", "helpful")
    assert told.exit_code == 3
    assert "helpful judges outputs, so a candidate's need judgements of their own" in " ".join(told.output.split())


def what_is_asked_about_stays(gt: Gt, home: Path) -> None:
    declared = home / "projects" / "helpful" / "project.yaml"
    before = declared.read_text()
    changed = before.replace("ask: about the output", "ask: about the input").replace("share of bad]", "f1]")
    declared.write_text(changed.replace("share of good", "accuracy"))
    told = gt("check", "helpful")
    assert told.exit_code == 1
    assert f"{declared}:4: ask: is 'about the input', but the items in the lake are of a question about the output" in (
        told.output
    )
    night = gt("refresh", "helpful", "--from", MONDAY, "--to", MONDAY)
    assert night.exit_code != 0
    assert "helpful: ask is 'about the input'" in " ".join(night.output.split())
    declared.write_text(before)
    assert gt("check", "helpful").exit_code == 0
