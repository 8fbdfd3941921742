"""Which day a file belongs to, and which files still have to be taken in."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from gt_platform.feedback import inbox_root, unledgered
from gt_platform.feedback.inbox import day_of
from gt_platform.lake.tables import SAMPLE
from tests.feedback.conftest import TODAY, Desk
from tests.records.samples import event, lines
from tests.support.rows import rows

FIFTH, SIXTH = date(2026, 1, 5), date(2026, 1, 6)


@pytest.mark.parametrize(
    ("inbox", "root", "path", "day"),
    [
        ("inbox/dt={day}", "inbox", "dt=2026-01-05/a.jsonl", FIFTH),
        ("inbox/dt={day}/", "inbox", "dt=2026-01-05/deep/a.jsonl", FIFTH),
        ("inbox/dt={day}/", "inbox", "dt=2026-01-05.jsonl", None),
        ("s3://bucket/events/dt={day}/", "s3://bucket/events", "dt=2026-01-05/a", FIFTH),
        ("s3://bucket/{day}", "s3://bucket", "2026-01-05/a", FIFTH),
        ("inbox/{day}.jsonl", "inbox", "2026-01-05.jsonl", FIFTH),
        ("inbox/{day}/events", "inbox", "2026-01-05/events/a.jsonl", FIFTH),
        ("inbox/{day}/events", "inbox", "2026-01-05/other/a.jsonl", None),
        ("inbox/dt={day}", "inbox", "dt=2026-02-30/a.jsonl", None),
        ("inbox/dt={day}", "inbox", "dt=20260105/a.jsonl", None),
        ("inbox/dt={day}", "inbox", "README.md", None),
        ("inbox/a.b={day}", "inbox", "axb=2026-01-05/a.jsonl", None),
        ("inbox/all", "inbox/all", "2026-01-05/a.jsonl", None),
        ("s3://bucket/all/", "s3://bucket/all", "a", None),
        ("{day}", ".", "2026-01-05/a.jsonl", FIFTH),
        ("/{day}", "/", "2026-01-05/a.jsonl", FIFTH),
    ],
)
def test_the_day_of_a_path(inbox: str, root: str, path: str, day: date | None) -> None:
    assert inbox_root(inbox) == root
    assert day_of(inbox, path) == day


def frames(desk: Desk) -> dict[str, date]:
    return dict(desk.rows("SELECT path, frame_day FROM files"))


def sample(desk: Desk, *days: date) -> None:
    drawn = pl.concat([rows(SAMPLE, {"event_id": f"old-{day}", "frame_day": day}) for day in days])
    desk.store.commit("sample", lambda writer: writer.append(SAMPLE, drawn))


def test_a_file_joins_the_frame_its_path_names_or_the_day_it_is_seen(desk: Desk) -> None:
    desk.put("dt=2026-01-05/a.jsonl", lines(event(1)))
    desk.put("loose.jsonl", lines(event(2)))
    desk.ingest()
    assert frames(desk) == {"dt=2026-01-05/a.jsonl": FIFTH, "loose.jsonl": TODAY}
    assert desk.rows("SELECT event_id, frame_day FROM events ORDER BY 1") == [("e-1", FIFTH), ("e-2", TODAY)]


@pytest.mark.slow
def test_files_of_later_days_wait(desk: Desk) -> None:
    for day in (5, 6, 7):
        desk.put(f"dt=2026-01-0{day}/a.jsonl", lines(event(day)))
    assert desk.ingest(SIXTH).files == 2
    assert unledgered(desk.store, desk.project, inbox=desk.inbox, today=TODAY).keys() == {date(2026, 1, 7)}
    assert desk.ingest(date(2026, 1, 7)).files == 1
    assert unledgered(desk.store, desk.project, inbox=desk.inbox, today=TODAY) == {}


def test_a_file_for_a_sampled_frame_joins_the_first_frame_from_today_that_is_open(desk: Desk) -> None:
    sample(desk, FIFTH, TODAY)
    desk.put("dt=2026-01-05/late.jsonl", lines(event(1)))
    desk.put("dt=2026-01-06/a.jsonl", lines(event(2)))
    assert unledgered(desk.store, desk.project, inbox=desk.inbox, today=TODAY).keys() == {TODAY, SIXTH}
    desk.ingest(SIXTH)
    assert frames(desk) == {"dt=2026-01-05/late.jsonl": date(2026, 2, 2), "dt=2026-01-06/a.jsonl": SIXTH}


def test_a_name_that_is_not_utf8_is_taken_in(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "dt=2026-01-05"
    folder.mkdir(parents=True)
    Path(str(folder) + "/caf\udce9.jsonl").write_bytes(lines(event(1)))
    assert desk.ingest().events == 1
    assert desk.rows("SELECT path FROM files") == [("dt=2026-01-05/caf\\udce9.jsonl",)]
    assert desk.ingest().files == 0
