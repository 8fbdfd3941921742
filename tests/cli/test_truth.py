"""Truth managed as it is typed: a golden set comes in, is corrected, retired, restored and explained."""

import getpass
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from gt_platform.declaration import load_project
from gt_platform.feedback import ingest
from gt_platform.lake import Lake
from gt_platform.lake.tables import FEEDBACK
from gt_platform.settings import Settings
from tests.support.gt import Gt, gt_in
from tests.support.sentiment import item_of
from tests.support.world import START, build_world, storage_of

GOLDEN = 24


@pytest.fixture
def gt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gt:
    build_world(tmp_path, days=1, events=20)
    return gt_in(tmp_path, monkeypatch)


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    lines = [
        {"question": f"golden {number}", "answer": "positive", "product": "v1" if number < 2 else "v2"}
        for number in range(GOLDEN)
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in [*lines, {"question": "=1+1", "answer": "=2"}])
    (tmp_path / "golden.jsonl").write_text(text)
    return tmp_path / "golden.jsonl"


def said(gt: Gt, *words: object, code: int = 0) -> str:
    found = gt(*words)
    assert found.exit_code == code, found.output
    return " ".join(found.output.split())


@pytest.mark.slow
def test_a_golden_set_lives(gt: Gt, golden: Path, tmp_path: Path) -> None:
    come = ("truth", "import", golden, "--source", "clinic 2026")
    assert "there is no lake at" in said(gt, *come, "--check", code=1)
    assert said(gt, "refresh", "--from", "2026-01-05")
    told = said(gt, *come, "--check")
    assert f"{GOLDEN} new, 0 equal, 0 in conflict" in told
    assert "1 lines cannot be taken: line 25, answer: '=2' is not one of" in told
    assert not golden.with_name("golden.jsonl.rejected.csv").exists()
    assert f"{GOLDEN} new, 0 equal" in said(gt, *come, "--as", "kim")
    rejected = pl.read_csv(golden.with_name("golden.jsonl.rejected.csv"))
    assert rejected["raw"].to_list() == ['{"question":"=1+1","answer":"=2"}']
    assert f"0 new, {GOLDEN} equal" in said(gt, *come)
    one, other = item_of("golden 0"), item_of("golden 5")
    assert "1 corrected, 0 were so before" in said(gt, "truth", "correct", one[:10], '"negative"', "--why", "sarcasm")
    sheet = tmp_path / "fixed.csv"
    sheet.write_text(f"item_id,answer,why\n{one},negative,again\n{other},neutral,tone\n")
    assert "1 corrected, 1 were so before" in said(gt, "truth", "correct", "--sheet", sheet)
    rule = ("truth", "retire", "--where", "attributes.product = 'v2'", "--why", "v2 is gone")
    asked = gt(*rule)
    assert (asked.exit_code, "this retires 22 of" in asked.output) == (1, True), asked.output
    few = ("truth", "retire", "--where", "attributes.product = 'v1'", "--why", "v1 is gone", "--category", "incorrect")
    assert "2 retired, 0 were so before" in said(gt, *few)
    assert "the rule matches no item that has truth" in said(gt, *few, code=1)
    assert "1 restored" in said(gt, "truth", "restore", one[:10], "--why", "it is right")
    shown = json.loads(gt("truth", "show", one[:10], "-f", "json").stdout)
    assert [(row["status"], row["actor"], row["category"]) for row in shown["decisions"]] == [
        ("imported", "kim", None),
        ("corrected", getpass.getuser(), None),
        ("retired", getpass.getuser(), "incorrect"),
        ("restored", getpass.getuser(), None),
    ]
    assert said(gt, "refresh", "--from", "2026-01-05")
    assert said(gt, "verify")
    explained = said(gt, "explain", one[:10])
    assert all(part in explained for part in ("golden 0", "clinic 2026", "v1 is gone", "releases", "negative"))
    assert "is no item of this project" in said(gt, "explain", "f" * 64, code=1)


def test_what_users_propose_is_listed_decided_and_told(gt: Gt, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with Lake.open(settings) as lake:
        store, project = lake.store("sentiment"), load_project(tmp_path / "projects" / "sentiment")
        ingest(store, project, START, inbox=storage_of(project, settings), today=START)
        events = store.read("SELECT event_id FROM events WHERE output <> '\"neutral\"' ORDER BY event_id LIMIT 4")
        base = FEEDBACK.frame([{"line": at} for at in range(4)]).with_columns(
            events["event_id"], feedback_id=pl.format("fb-{}", "line"), frame_day=START, signal=pl.lit("correction"),
            occurred_at=datetime(2026, 1, 5, 9, tzinfo=UTC), annotator_kind=pl.lit("end_user"),
            annotator_id=pl.lit("ann"), value=pl.lit('"neutral"'), content_digest=pl.lit("d"), file_id=pl.lit("f"),
        )  # fmt: skip
        store.commit("feedback", lambda writer: writer.append(FEEDBACK, base))
    assert "1 accepted, 0 edited, 0 refused" in said(gt, "truth", "accept", "fb-0", "--as", "rita", "-p", "sentiment")
    assert "say why it is refused" in said(gt, "truth", "refuse", "fb-1", code=1)
    listed = pl.read_csv(gt("truth", "proposals", "-f", "csv").stdout.encode(), infer_schema=False)
    assert sorted(listed["feedback_id"]) == ["fb-1", "fb-2", "fb-3"]
    sheet = tmp_path / "proposals.csv"
    verdict = pl.col("feedback_id").replace_strict({"fb-1": "accept", "fb-2": "refuse"}, default=None)
    listed.with_columns(verdict=verdict, why=pl.lit("so it is")).write_csv(sheet)
    assert "1 accepted, 0 edited, 1 refused; 1 items have another truth" in said(gt, "truth", "proposals", sheet)
    assert re.search("is (accepted|refused) already by", said(gt, "truth", "proposals", sheet, code=1))
    told = said(gt, "feedback", "sentiment")
    assert "corrections as proposals for truth: 1 open, 2 accepted, 1 refused" in told
    assert "waits for a reviewer: `gt truth proposals -p sentiment` lists them" in told
    assert "the verdict 'yes' is none" in said(gt, "truth", "proposals", yes(sheet), code=1)


def yes(sheet: Path) -> Path:
    sheet.write_text("feedback_id,verdict\nfb-3,yes\n")
    return sheet


def test_what_is_mistyped_is_told(gt: Gt, golden: Path) -> None:
    assert "--on-conflict one of keep, replace, ask" in said(
        gt, "truth", "import", golden, "--source", "x", "--on-conflict", "drop", code=1
    )
    assert "give an item with its answer, or --sheet" in said(gt, "truth", "correct", "abc", code=1)
    assert "name items, or give a rule" in said(gt, "truth", "retire", "--why", "x", code=1)
    assert "lacks the columns item_id, answer" in said(gt, "truth", "correct", "--sheet", golden, code=1)
