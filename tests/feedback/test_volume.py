"""The check `volume`: the inbox is there, and no day has far fewer events than usual."""

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gt_platform.checks import EVER, Finding
from gt_platform.lake.tables import FILES
from gt_platform.stages.arrived import unread, volume
from tests.feedback.conftest import Desk
from tests.records.samples import event, lines

MONDAY = date(2025, 11, 3)
WEEK = (1000, 1040, 980, 1010, 960, 200, 0)


def arrived(desk: Desk, counts: Sequence[int], first: date = MONDAY) -> date:
    """Put days into the ledger, none where nothing came; returns the last of them."""
    days = [first + timedelta(days=number) for number in range(len(counts))]
    rows = [
        {"file_id": f"{day}", "path": f"{day}", "version": "1", "sha256": f"{day}", "bytes": 1, "frame_day": day,
         "lines": count, "events": count, "feedback": 0, "duplicates": 0, "quarantined": 0,
         "seen_at": datetime.now(UTC)}
        for day, count in zip(days, counts, strict=True) if count
    ]  # fmt: skip
    desk.store.commit("files", lambda writer: writer.append(FILES, FILES.frame(rows)))
    return days[-1]


def of(desk: Desk, day: date, last: date | None = None) -> Finding:
    Path(desk.inbox.url).mkdir(exist_ok=True)
    return volume(desk.store, desk.project, (day, last or day))


@pytest.mark.parametrize("today", [1000, 720, 1500])
def test_an_ordinary_monday(desk: Desk, today: int) -> None:
    assert of(desk, arrived(desk, [*WEEK * 8, today])).verdict == "pass"


@pytest.mark.parametrize("today", [0, 1, 250, 400])
def test_a_monday_like_no_other(desk: Desk, today: int) -> None:
    found = of(desk, arrived(desk, [*WEEK * 8, today]))
    assert found.verdict == "fail"
    assert found.said == (
        f"far fewer than usual: 2025-12-29 has {today} events, 1000 are usual; "
        f"look at what writes to {desk.project.inbox}"
    )


def test_a_weekly_rhythm_cries_no_wolf_and_is_known_day_by_day(desk: Desk) -> None:
    last = arrived(desk, WEEK * 10)
    found = of(desk, MONDAY, last)
    assert (found.verdict, found.facts) == ("pass", {"days": 70 - 28, "low_days": 0})


def test_a_backfill_names_each_low_day(desk: Desk) -> None:
    counts = [*WEEK * 10]
    counts[63] = counts[66] = 3
    found = of(desk, MONDAY, arrived(desk, counts))
    assert "2026-01-05 has 3 events, 1000 are usual; 2026-01-08 has 3 events, 1011 are usual" in found.said


def test_an_outage_is_told_for_two_weeks_and_days_of_all_time_can_be_asked_for(desk: Desk) -> None:
    last = arrived(desk, WEEK * 10)
    weeks = [(last + timedelta(days=7 * number + 1), last + timedelta(days=7 * number + 7)) for number in range(4)]
    assert [of(desk, *days).facts["low_days"] for days in weeks] == [6, 6, 3, 0]  # nothing comes on Sundays
    assert of(desk, *EVER).facts["low_days"] == 15


def test_the_first_days_are_no_evidence(desk: Desk) -> None:
    found = of(desk, arrived(desk, [100] * 7))
    assert found.verdict == "insufficient_evidence"
    assert of(desk, arrived(desk, [2], MONDAY + timedelta(days=7))).verdict == "fail"


def test_a_day_that_is_not_over_is_not_judged(desk: Desk) -> None:
    today = datetime.now(UTC).date()
    arrived(desk, [100] * 30, today - timedelta(days=30))
    assert of(desk, today).said == "the day is not over"


def test_an_inbox_that_is_not_there_fails_until_it_is(desk: Desk) -> None:
    day = arrived(desk, [100] * 30)
    shutil.rmtree(desk.inbox.url, ignore_errors=True)
    for _ in range(4):
        desk.ingest()
        found = volume(desk.store, desk.project, (day, day))
        assert found.verdict == "fail"
        assert found.said == f"{desk.project.inbox}: it does not exist; make it, or correct where it is declared"
    assert unread(desk.store).verdict == "pass"
    assert desk.rows("SELECT path, state, tries FROM unread") == [(".", "set_aside", 3)]
    desk.put("dt=2025-12-03/a.jsonl", lines(event(1)))
    assert desk.ingest().events == 1
    assert volume(desk.store, desk.project, (day, day)).verdict == "pass"


def test_a_file_in_place_of_the_inbox_fails_too(desk: Desk) -> None:
    Path(desk.inbox.url).parent.mkdir(exist_ok=True)
    Path(desk.inbox.url).write_bytes(b"")
    desk.ingest()
    assert volume(desk.store, desk.project, (MONDAY, MONDAY)).said.endswith("it is a file; a folder is needed here")


def test_what_is_set_aside_fails_and_says_why(desk: Desk) -> None:
    desk.put("dt=2025-12-03/a.jsonl", lines(event(1)))
    (Path(desk.inbox.url) / "m\n.jsonl").symlink_to("m\n.jsonl")
    why = "'m\\n.jsonl': it is a link that leads back to itself; put the file itself there"
    desk.ingest()
    assert unread(desk.store) == Finding(
        verdict="insufficient_evidence",
        said=f"insufficient evidence: to be tried again: {why}",
        facts={"set_aside": 0, "to_be_tried_again": 1},
    )
    desk.ingest()
    desk.ingest()
    assert unread(desk.store) == Finding(
        verdict="fail",
        said=f"set aside after 3 tries: {why}; mend it, then `gt quarantine retry`",
        facts={"set_aside": 1, "to_be_tried_again": 0},
    )
