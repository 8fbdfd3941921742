"""Quarantined records out, corrected, and in again."""

import base64
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gt_platform.feedback import Ingested, export_quarantined, replay, verify_conservation
from tests.feedback.conftest import TODAY, Desk
from tests.records.samples import event, feedback, lines

DAY = "dt=2026-01-05"


def exported(desk: Desk) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export_quarantined(desk.store).splitlines()]


def replayed(desk: Desk, tmp_path: Path, *records: dict[str, Any]) -> Ingested:
    fixed = tmp_path / "fixed.jsonl"
    fixed.write_bytes(lines(*records))
    return replay(desk.store, desk.project, fixed, today=TODAY)


@pytest.mark.slow
def test_what_is_corrected_comes_in_and_is_noted(desk: Desk, tmp_path: Path) -> None:
    late = lines(feedback(2, value=True)).strip()
    desk.put(f"{DAY}/a.jsonl", lines(event(1), b'{"bad"', late, b"\xff"))
    desk.ingest()
    bad, thumb, latin = exported(desk)
    assert (bad["raw"], bad["reason"], bad["file"], bad["line"]) == ('{"bad"', "json", f"{DAY}/a.jsonl", 2)
    assert (latin["raw_base64"], "raw" in latin) == (base64.b64encode(b"\xff").decode(), False)
    bad["raw"] = json.dumps(event(2))
    thumb["raw"] = thumb["raw"].replace("true", '"up"')
    assert replayed(desk, tmp_path, bad, thumb, latin) == Ingested(
        files=1, lines=3, events=1, feedback=1, duplicates=0, quarantined=1
    )
    assert desk.rows("SELECT event_id, frame_day, line FROM events ORDER BY 1") == [
        ("e-1", date(2026, 1, 5), 1),
        ("e-2", TODAY, 1),
    ]
    assert desk.rows("SELECT quarantine_id, line FROM replays ORDER BY line") == [
        (bad["quarantine_id"], 1),
        (thumb["quarantine_id"], 2),
    ]
    assert exported(desk) == [latin]  # once: its second quarantine does not ask for another correction
    assert desk.rows("SELECT reason, raw FROM quarantine WHERE frame_day = ?", TODAY) == [("encoding", b"\xff")]
    assert verify_conservation(desk.store) == []


@pytest.mark.slow
def test_replaying_twice_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(b"{"))
    desk.ingest()
    (bad,) = exported(desk)
    bad["raw"] = json.dumps(event(1))
    replayed(desk, tmp_path, bad)
    before = desk.store.digests()
    assert replayed(desk, tmp_path, bad) == Ingested(
        files=0, lines=0, events=0, feedback=0, duplicates=0, quarantined=0
    )
    assert desk.store.digests() == before


@pytest.mark.slow
def test_a_record_is_replaced_once(desk: Desk, tmp_path: Path) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(b"{"))
    desk.ingest()
    (bad,) = exported(desk)
    first, second, third = (bad | {"raw": json.dumps(event(n))} for n in (1, 2, 3))
    assert replayed(desk, tmp_path, first, second) == Ingested(
        files=1, lines=2, events=1, feedback=0, duplicates=0, quarantined=1
    )
    assert replayed(desk, tmp_path, third) == Ingested(
        files=1, lines=1, events=0, feedback=0, duplicates=0, quarantined=1
    )
    assert replayed(desk, tmp_path, third | {"quarantine_id": "nobody"}) == Ingested(
        files=1, lines=1, events=0, feedback=0, duplicates=0, quarantined=1
    )
    name = bad["quarantine_id"]
    details = [d for (d,) in desk.rows("SELECT detail FROM quarantine WHERE reason = 'conflict' ORDER BY detail")]
    assert details[0] == f"{name} is replayed by an earlier line of this file"
    assert details[1].startswith(f"{name} was replayed before, by line 1 of replays/")
    assert details[2] == "there is no quarantined record nobody"


@pytest.mark.slow
def test_a_correction_that_stands_already_counts_as_taken_in(desk: Desk, tmp_path: Path) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1), b"{"))
    desk.ingest()
    (bad,) = exported(desk)
    assert replayed(desk, tmp_path, bad | {"raw": json.dumps(event(1))}) == Ingested(
        files=1, lines=1, events=0, feedback=0, duplicates=1, quarantined=0
    )
    assert exported(desk) == []


def test_lines_that_are_no_corrections_say_what_is_missing(desk: Desk, tmp_path: Path) -> None:
    wrong = [{"raw": "{}"}, {"quarantine_id": "x"}, {"quarantine_id": "x", "raw_base64": "?"}, {"quarantine_id": 5}]
    came = replayed(desk, tmp_path, *wrong, [])  # type: ignore[arg-type]
    assert came == Ingested(files=1, lines=5, events=0, feedback=0, duplicates=0, quarantined=5)
    assert [d for (d,) in desk.rows("SELECT detail FROM quarantine ORDER BY line")] == [
        "a replayed line names its quarantine_id, this is {'raw': '{}'}",
        "a replayed line has either raw, a text, or raw_base64",
        "raw_base64 is not Base64: Only base64 data is allowed",
        "a replayed line names its quarantine_id, this is {'quarantine_id': 5}",
        "a replayed line names its quarantine_id, this is []",
    ]


def test_a_file_that_could_not_be_read_is_listed_without_bytes(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", b"")
    desk.ingest()
    (empty,) = exported(desk)
    assert (empty["reason"], empty["raw"], empty["line"]) == ("empty", None, 0)
