"""Outputs that are no valid answers are counted as they come in, by day, model and reason, and counted anew where they
are read otherwise."""

import json
from datetime import date
from typing import Any

import pytest

from gt_platform.declarations import declare
from gt_platform.feedback import replay
from gt_platform.lake.tables import INVALID_OUTPUTS
from gt_platform.project import Project
from gt_platform.stages.arrived import invalid_outputs
from tests.feedback.conftest import TODAY, Desk
from tests.records.samples import event, lines

DAY = date(2026, 1, 5)
COUNTED = "SELECT frame_day, model, reason, outputs, event_id FROM invalid_outputs ORDER BY ALL"


def said(desk: Desk, name: str, *outputs: Any, start: int = 1, **more: Any) -> None:
    desk.put(f"dt={DAY}/{name}", lines(*(event(at, output=out, **more) for at, out in enumerate(outputs, start))))


def declaring(desk: Desk, **changes: Any) -> Project:
    return Project.model_validate(desk.project.model_dump() | changes)


@pytest.mark.slow
def test_they_are_counted_over_the_files_of_a_day(desk: Desk) -> None:
    said(desk, "a.jsonl", "positive", "Positive", {"label": "positive"})
    said(desk, "b.jsonl", "POSITIVE", "positive", start=11)
    said(desk, "c.jsonl", "positive ", start=21, model="other")
    desk.ingest()
    model = desk.store.read("SELECT model FROM events WHERE event_id = 'e-1'").item()
    assert desk.rows(COUNTED) == sorted(
        [
            (DAY, model, "not_allowed", 3, "e-11"),
            (DAY, "other", "not_allowed", 1, "e-21"),
        ]
    )
    before = desk.store.snapshot_id
    desk.ingest()
    assert desk.store.snapshot_id == before


def test_what_is_no_event_is_not_counted(desk: Desk) -> None:
    said(desk, "a.jsonl", "Positive")
    said(desk, "b.jsonl", "Positive", "Negative")  # the first one again
    said(desk, "c.jsonl", "Neutral")  # its id stands for other content
    desk.ingest()
    assert [row[2:] for row in desk.rows(COUNTED)] == [("not_allowed", 2, "e-1")]


def test_a_night_without_any_writes_nothing_of_them(desk: Desk) -> None:
    said(desk, "a.jsonl", "positive")
    desk.ingest()
    changed = desk.store.commits()["changes"].list.join(" ").to_list()
    assert not any("invalid_outputs" in change for change in changed[1:])
    assert invalid_outputs(desk.store, desk.project, (DAY, DAY)).said == "every output is a valid answer"


@pytest.mark.slow
def test_a_replayed_line_counts_too(desk: Desk, tmp_path: Any) -> None:
    fixed = tmp_path / "fixed.jsonl"
    desk.put(f"dt={DAY}/a.jsonl", b"{\n")
    desk.ingest()
    (quarantined,) = desk.rows("SELECT quarantine_id FROM quarantine")[0]
    fixed.write_bytes(lines({"quarantine_id": quarantined, "raw": json.dumps(event(1, output="Positive"))}))
    assert replay(desk.store, desk.project, fixed, today=TODAY).events == 1
    assert [row[2:] for row in desk.rows(COUNTED)] == [("not_allowed", 1, "e-1")]


def test_the_check_names_the_worst_model_and_the_remedy(desk: Desk) -> None:
    said(desk, "a.jsonl", *["positive"] * 99, "Positive")
    said(desk, "b.jsonl", "positive", {"answer": "positive", "text": "x" * 5000}, start=201, model="other")
    desk.ingest()
    found = invalid_outputs(desk.store, desk.project, (DAY, DAY))
    assert found.verdict == "fail"
    assert found.said.startswith(
        "1 of 2 outputs of other (50.0%) are no valid answers; the gate is 5.0%. Event e-202: "
    )
    assert "declare under output:" in found.said
    assert len(found.said) < 500
    loose = declaring(desk, gates={"invalid_outputs": 0.5})
    assert invalid_outputs(desk.store, loose, (DAY, DAY)).verdict == "pass"
    assert invalid_outputs(desk.store, desk.project, (date(2026, 1, 6), TODAY)).verdict == "pass"


@pytest.mark.slow
def test_declaring_how_they_are_read_counts_the_past_anew(desk: Desk) -> None:
    declare(desk.store, desk.project)
    said(desk, "a.jsonl", "positive", "Positive", {"label": "positive"})
    desk.ingest()
    read = declaring(desk, output={"casefold": True})
    assert declare(desk.store, read)
    assert [row[2:] for row in desk.rows(COUNTED)] == [("not_allowed", 1, "e-3")]
    nested = declaring(desk, output={"path": "label"})
    assert declare(desk.store, nested)
    assert [row[2:] for row in desk.rows(COUNTED)] == [("missing", 2, "e-1")]
    assert declare(desk.store, desk.project)
    assert [row[2:] for row in desk.rows(COUNTED)] == [("not_allowed", 2, "e-2")]
    assert not declare(desk.store, desk.project)


@pytest.mark.parametrize("output", ["positive", "Positive"])
def test_a_lake_from_before_is_counted_when_it_is_first_declared(desk: Desk, output: str) -> None:
    said(desk, "a.jsonl", output)
    desk.ingest()
    desk.store.commit("before", lambda writer: writer.replace(INVALID_OUTPUTS, INVALID_OUTPUTS.frame([])))
    declare(desk.store, desk.project)
    assert len(desk.rows(COUNTED)) == (output == "Positive")
