"""`gt` as an engineer types it, on a real lake refreshed by the nightly job."""

import json
import os
import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import Result

from gt_platform.answers import kinds
from gt_platform.declaration import load_project
from gt_platform.feedback import inbox_root, ingest
from gt_platform.lake import Lake
from gt_platform.lake.tables import DRIFT
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from tests.support.gt import Gt, gt_in
from tests.support.world import build_world


@pytest.fixture
def gt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gt:
    return gt_in(tmp_path, monkeypatch)


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_status_shows_each_day_from_events_to_truth(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    found = rows(gt("status", "--format", "jsonl"))
    assert [row["frame_day"] for row in found] == ["2026-01-07", "2026-01-06", "2026-01-05"]
    assert all((row["events"], row["drawn"], row["labeled"]) == (60, 24, 24) for row in found)
    assert "production score" in gt("status").output


def test_what_is_shown_is_readable_on_80_columns(refreshed: tuple[Gt, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    gt, _ = refreshed
    monkeypatch.setenv("COLUMNS", "80")
    status, releases, decisions = gt("status"), gt("releases"), gt("sql", "FROM gt.sentiment.current_decisions")
    for shown in (status, releases, decisions):
        assert max(len(line) for line in shown.output.splitlines()) <= 80
    assert re.search(r"^week +model +metric +estimate +low +high +n +change *$", status.output, re.MULTILINE)
    assert re.search(r"^2026-01-05 +\* +accuracy +0\.8387 +0\.72\d* +0\.90\d* +72", status.output, re.MULTILINE)
    assert "accuracy: pass; 72 labeled events of 180, 0 checked by experts; " in " ".join(status.output.split())
    assert re.search(r"^ +3 +[\d-]{10} +67 +22 +0 +0 +0\.8387", releases.output, re.MULTILINE)
    assert len(re.findall(r"^ +decision_id  \w{32}", decisions.output, re.MULTILINE)) == 70


@pytest.mark.slow
def test_refresh_ends_with_what_the_gates_say(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    again = ("refresh", "--from", "2026-01-07", "--check")
    told = gt(*again)
    assert (told.exit_code, "sentiment: quarantined_share: pass" in told.output) == (0, True), told.output
    assert "sentiment: invalid_outputs: pass" in told.output
    assert (gt(*again, "--to", "1999-01-01").exit_code, gt(*again, "--form", "x").exit_code) == (3, 3)
    assert gt("refresh", "--from", "1999-01-01").exit_code == 1


def test_what_became_of_feedback_is_told_by_signal(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    found = rows(gt("feedback", "sentiment", "--format", "jsonl"))
    thumbs = {(row["value"], row["fate"]): row["n"] for row in found}
    assert (thumbs["down", "settled"], thumbs["down", "asked"]) == (5, 1)  # of six that were looked at, one ties
    assert sum(int(str(count)) for count in thumbs.values()) == 18  # one event in ten
    shown = gt("feedback", "sentiment").output
    assert re.search(r"thumb +down +6 +0\.\d+ +0\.\d+ +0\.\d+", shown)
    assert re.search(r"event to feedback +18 ", shown)


def test_a_month_is_searched_for_what_to_look_at(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    listed = rows(gt("flagged", "sentiment", "--month", "2026-01", "--format", "jsonl"))
    flagged = [row for row in listed if row["why_listed"] == "review"]
    undrawn = "SELECT event_id FROM gt.sentiment.opinions ANTI JOIN gt.sentiment.sample USING (event_id) WHERE negative"
    found = {row["event_id"] for row in rows(gt("sql", undrawn, "--format", "jsonl"))}
    assert {row["event_id"] for row in flagged} == found - {"e-2026-01-06-17"}  # whose item was drawn by another event
    assert len(listed) == len(flagged) + 50
    asked = gt("flagged", "sentiment", "--month", "2025-12", "--ask")
    assert "0 assignments were made of 0 items: `gt refresh sentiment` hands them over" in " ".join(
        asked.output.split()
    )


def test_a_candidate_is_compared_with_production_on_a_release(refreshed: tuple[Gt, Path], tmp_path: Path) -> None:
    gt, _ = refreshed
    export = tmp_path / "truth.jsonl"
    assert gt("export", export, "--project", "sentiment").exit_code == 0
    told = gt("compare", export, "--project", "sentiment", "-f", "jsonl")
    row = json.loads(told.stdout)
    assert (row["second_estimate"], row["lost"]) == (1, "[]")
    assert 0.6 < row["first_estimate"] < 1
    assert row["first_low"] < row["first_estimate"] < row["first_high"]
    assert (row["verdict"], told.exit_code) == ("pass", 0)
    on_files = gt("compare", export, export, "--truth", export, "-f", "jsonl")
    assert json.loads(on_files.stdout)["first_estimate"] == 1


def test_sql_answers_questions_and_refuses_to_write(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    (row,) = rows(gt("sql", "SELECT count(DISTINCT event_id) AS n FROM gt.sentiment.events", "-f", "jsonl"))
    assert row == {"n": 180}
    refused = gt("sql", "DELETE FROM gt.sentiment.events")
    assert refused.exit_code == 1
    assert "exactly one SELECT" in refused.stderr
    assert "Traceback" not in refused.output
    assert "ATTACH 'ducklake:sqlite:" in gt("sql", "--attach").output


def test_releases_diff_and_export_agree(refreshed: tuple[Gt, Path], tmp_path: Path) -> None:
    gt, _ = refreshed
    made = rows(gt("releases", "-f", "jsonl"))
    assert [row["release"] for row in made] == [3, 2, 1]
    changed = rows(gt("diff", 1, 3, "-f", "jsonl"))
    assert len(changed) == sum(row["added"] for row in made[:2])  # type: ignore[misc]
    assert {row["change"] for row in changed} == {"added"}

    assert gt("export", tmp_path / "truth.jsonl").exit_code == 0
    assert gt("export", tmp_path / "truth.parquet", "--release", 1).exit_code == 0
    lines = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert len(lines) == made[0]["items"]
    assert {line["answer"] for line in lines} <= {"negative", "neutral", "positive"}
    assert pl.read_parquet(tmp_path / "truth.parquet").height == made[2]["items"]
    assert "exists" in gt("export", tmp_path / "truth.jsonl").stderr
    assert "no release 9" in gt("diff", 1, 9).stderr


@pytest.mark.slow
def test_refreshing_again_changes_no_row_and_verify_agrees(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    query = ("sql", "SELECT max(snapshot_id) AS newest FROM gt.snapshots()", "-f", "jsonl")
    before = rows(gt(*query))
    assert gt("refresh", "sentiment", "--from", "2026-01-06").exit_code == 0
    assert rows(gt(*query)) == before
    verified = gt("verify")
    assert verified.exit_code == 0, verified.output


@pytest.mark.slow
def test_quarantined_lines_are_exported_fixed_and_replayed(gt: Gt, tmp_path: Path) -> None:
    build_world(tmp_path, days=1, events=20)
    assert gt("refresh", "--from", "2026-01-05").exit_code == 0
    waiting = rows(gt("quarantine", "list", "-f", "jsonl"))
    assert {row["reason"] for row in waiting} == {"json", "schema"}

    fixing = tmp_path / "fix.jsonl"
    assert gt("quarantine", "export", fixing).exit_code == 0
    lines = [json.loads(line) for line in fixing.read_text().splitlines()]
    good = {"id": "fixed", "occurred_at": "2026-01-05T08:00:00Z", "model": "m", "input": "x", "output": "neutral"}
    mended = [line | {"raw": json.dumps(good)} if line["reason"] == "json" else line for line in lines]
    fixing.write_text("".join(json.dumps(line) + "\n" for line in mended))
    replayed = gt("quarantine", "replay", fixing)
    assert "1 events, 0 feedback, 0 duplicates; still bad: 1" in replayed.output
    left = rows(gt("quarantine", "list", "-f", "jsonl"))
    assert "json" not in {row["reason"] for row in left}
    assert gt("verify").exit_code == 0


@pytest.mark.slow
def test_what_is_set_aside_is_shown_and_tried_again(gt: Gt, tmp_path: Path) -> None:
    project, settings = build_world(tmp_path, days=1, events=20), Settings(home=tmp_path)
    loop = tmp_path / "inbox" / "dt=2026-01-05" / "loop.jsonl"
    loop.symlink_to(loop.name)
    with Lake.open(settings) as lake:
        inbox = open_storage(inbox_root(project.inbox), settings)
        for _ in range(3):
            ingest(lake.store(project.name), project, date(2026, 1, 5), inbox=inbox, today=date(2026, 1, 6))
    assert "set_aside" in gt("quarantine", "list").output
    refused = gt("quarantine", "retry", "nothing")
    assert "'nothing' is not set aside" in refused.output
    assert "1 entries will be tried again" in gt("quarantine", "retry").output


def test_a_drift_is_told_and_accepted(gt: Gt, tmp_path: Path) -> None:
    build_world(tmp_path, days=1, events=1)
    of = {"n_reference": 60, "n_current": 60}
    with Lake.open(Settings(home=tmp_path)) as lake:
        rows = list[dict[str, Any]]()
        for day, level in enumerate([0.2, 0.21, 0.19, 0.2, 0.4, 0.41], 5):
            profile = json.dumps({"rows": 60, "missing": 0, "number": 1, "at 0.5": level})
            row = of | {"frame_day": date(2026, 1, day), "verdict": "drift" if level > 0.3 else "no_drift"}
            rows += [row | {"column_name": "*"}, row | {"column_name": "sure", "profile": profile}]
        lake.store("sentiment").commit("drift", lambda writer: writer.append(DRIFT, DRIFT.frame(rows)))
    told = "2026-01-10,sure,2026-01-09,level moved on 2026-01-09"
    assert gt("drift", "list", "--format", "csv").stdout.splitlines()[:2] == ["frame_day,column,since,what", told]
    unsaid = gt("drift", "accept", "2026-01-10")
    assert (unsaid.exit_code, "say why" in unsaid.output) == (1, True)
    done = gt("drift", "accept", "2026-01-10", "--why", "new model")
    assert done.stdout == "accepted: frames after 2026-01-10 are compared with days from 2026-01-09 on\n"
    assert "new model" in gt("drift", "list").output


@pytest.mark.slow
def test_ties_are_adjudicated_from_a_sheet(gt: Gt, tmp_path: Path) -> None:
    build_world(tmp_path, days=1, events=60)
    texts = [json.loads(line) for line in (tmp_path / "replay.jsonl").read_text().splitlines()]
    for text in texts:
        for answer, given in zip(("negative", "neutral", "positive"), text["answers"], strict=False):
            given["answer"] = answer
    (tmp_path / "replay.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts))
    assert gt("refresh", "--from", "2026-01-05").exit_code == 0
    queue = rows(gt("adjudicate", "-f", "jsonl"))
    assert queue
    assert rows(gt("releases", "-f", "jsonl")) == []

    sheet = tmp_path / "ties.csv"
    ruled = pl.DataFrame(queue).with_columns(answer=pl.lit("neutral"), adjudicator=pl.lit("lee"))
    ruled.write_csv(sheet)
    assert f"{len(queue)} rulings entered" in gt("adjudicate", sheet).output
    assert gt("refresh", "--from", "2026-01-05").exit_code == 0
    (release,) = rows(gt("releases", "-f", "jsonl"))
    assert release["items"] == len(queue)


@pytest.mark.slow
def test_init_writes_a_project_that_loads_for_every_kind(gt: Gt, tmp_path: Path) -> None:
    for kind in sorted(kinds()):
        made = gt("init", f"my_{kind}", "--kind", kind)
        assert made.exit_code == 0, made.output
        assert (tmp_path / "projects" / f"my_{kind}" / "guidelines.md").exists()
    assert "exists" in gt("init", "my_choice").stderr
    assert "cannot be a project's name" in gt("init", "../../etc").stderr
    assert "allowed: boxes, choice, choices" in gt("init", "other", "--kind", "essay").stderr


def test_init_writes_the_backend_that_is_asked_for(gt: Gt, tmp_path: Path) -> None:
    for backend in ("workbench", "label_studio", "files"):
        assert gt("init", f"by_{backend}", "--backend", backend).exit_code == 0
        assert load_project(tmp_path / "projects" / f"by_{backend}").labeling.backend == backend
    assert "allowed: files, label_studio, replay, workbench" in gt("init", "other", "--backend", "post").stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("status",), "there are none yet: `gt init NAME` writes one"),
        (("status", "nope"), "no project 'nope'"),
        (("refresh",), "no projects in"),
        (("sql",), "give a statement"),
        (("sql", "SELECT 1"), "there is no lake at"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(gt: Gt, words: tuple[str, ...], says: str) -> None:
    told = gt(*words)
    assert told.exit_code == 1
    assert says in " ".join(told.stderr.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "2025-12-31"), "sentiment starts on 2026-01-05"),
        (("--from", "2026-01-07", "--to", "2026-01-06"), "must lie between"),
        (("--from", "yesterday"), "'yesterday' is not a date"),
    ],
)
def test_days_that_cannot_be_refreshed_are_refused(gt: Gt, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    build_world(tmp_path, days=1, events=1)
    told = gt("refresh", *words)
    assert told.exit_code == 1
    assert says in " ".join(told.stderr.split())


def test_leftovers_are_listed_and_removed(gt: Gt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Lake.open(Settings(home=tmp_path)) as lake:
        lake.store("sentiment")
    orphan = "main/schema_versions/ducklake-01900000-0000-7000-8000-000000000000.parquet"
    (tmp_path / "lake" / "data" / orphan).write_bytes(b"half")
    (tmp_path / "gt-scratch-ingest-a").mkdir()
    os.utime(tmp_path / "gt-scratch-ingest-a", (0, 0))
    found = rows(gt("leftovers", "-f", "jsonl"))
    assert [(one["what"], one["path"], one["bytes"]) for one in found] == [
        ("orphan", orphan, 4),
        ("scratch folder", str(tmp_path / "gt-scratch-ingest-a"), None),
    ]
    assert len(rows(gt("leftovers", "--remove", "-f", "jsonl"))) == 2
    assert rows(gt("leftovers", "-f", "jsonl")) == []
    assert not (tmp_path / "lake" / "data" / orphan).exists()
