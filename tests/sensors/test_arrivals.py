"""The inbox sensor: what there is to do, and which runs to ask for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from gt_platform import feedback
from gt_platform.definitions import build_definitions
from gt_platform.frames import unfinished
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.sensors.arrivals import AT_ONCE, Request, decide, free_days, is_open, to_do
from gt_platform.sensors.runs import WORK_TAG, Work
from gt_platform.settings import Settings
from tests.support.home import DAYS, make_home, small, write_day

D5, D6, D7 = DAYS
LATER = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_home(tmp_path)


@pytest.fixture
def project(settings: Settings) -> Project:
    return small(settings)


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    opened = Platform(settings)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("changes", "closes"),
    [
        ({"nightly": "02:00", "timezone": "UTC"}, datetime(2026, 1, 6, 3, tzinfo=UTC)),
        ({"nightly": "20:00", "timezone": "America/New_York"}, datetime(2026, 1, 6, 2, tzinfo=UTC)),  # the 5th there
        ({"nightly": "02:00", "timezone": "Asia/Tokyo"}, datetime(2026, 1, 6, 18, tzinfo=UTC)),  # the 7th there
    ],
)
def test_a_frame_is_open_until_an_hour_after_its_night(tmp_path: Path, changes: Any, closes: datetime) -> None:
    declared = small(make_home(tmp_path / "other", days=(), **changes))
    assert is_open(declared, D5, closes - timedelta(seconds=1))
    assert not is_open(declared, D5, closes)


def test_work_is_new_files_and_unfinished_frames_of_closed_days(project: Project) -> None:
    now = datetime(2026, 1, 7, 12, tzinfo=UTC)
    early, future = date(2026, 1, 4), date(2026, 1, 8)
    found = to_do(project, {D5: ["a v1"], D7: ["b v1"], early: ["c"], future: ["d"]}, [D6, D7], now)
    assert list(found) == [D5, D6, D7]  # what lies before the project or after today waits
    assert found[D7] == to_do(project, {D7: ["b v1"]}, [], now)[D7]  # today's frame is still open, so not unfinished
    assert found[D5] != to_do(project, {D5: ["a v2"]}, [], now)[D5]
    assert found[D5] != to_do(project, {D5: ["a v1"]}, [D5], now)[D5]


def test_a_day_that_is_queued_or_running_is_left_alone() -> None:
    assert free_days([D7, D6, D5], [None, (D6, D6)]) == [D5, D7]
    assert free_days([D7, D6, D5], [(D5, D7)]) == []


def test_oldest_first_a_few_at_once_and_not_what_just_failed(project: Project) -> None:
    days = [D5 + timedelta(days=number) for number in range(8)]
    work = {day: Work(digest=f"d{day}") for day in days} | {
        D5: Work(digest="failed", attempts=1, last_ended=LATER - timedelta(minutes=1))
    }
    asked = decide(project, dict(reversed(work.items())), LATER)
    assert asked == [Request(day=day, work=work[day], only_take_in=False) for day in days[1 : 1 + AT_ONCE]]
    again = decide(project, work, LATER + timedelta(minutes=1))[0]
    assert (again.day, again.work.run_key) == (D5, "failed:2")


def test_an_open_frame_is_only_taken_in(project: Project) -> None:
    assert decide(project, {D5: Work(digest="d")}, datetime(2026, 1, 5, 18, tzinfo=UTC)) == [
        Request(day=D5, work=Work(digest="d"), only_take_in=True)
    ]


def evaluate(settings: Settings, platform: Platform, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    defs = build_definitions(settings, platform)
    sensor = defs.get_repository_def().get_sensor_def("small_inbox")
    context = dg.build_sensor_context(instance, definitions=defs, resources={"platform": platform})
    return list(sensor.evaluate_tick(context).run_requests or [])


@pytest.mark.slow
def test_the_sensor_finds_work_by_the_ledger(settings: Settings, project: Project, platform: Platform) -> None:
    instance = dg.DagsterInstance.ephemeral()
    first = evaluate(settings, platform, instance)
    assert [request.partition_key for request in first] == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert all(request.asset_selection is None for request in first)
    assert evaluate(settings, platform, instance) == first  # a tick that was lost is found again

    store = platform.store(project)
    for day in DAYS:
        feedback.ingest(store, project, day, inbox=platform.inbox(project), today=platform.today())
    assert unfinished(store, project) == list(DAYS)
    second = evaluate(settings, platform, instance)
    assert [request.partition_key for request in second] == [str(day) for day in DAYS]
    assert not {request.run_key for request in first} & {request.run_key for request in second}


def test_a_failed_run_is_asked_for_again_under_a_new_key(settings: Settings, platform: Platform) -> None:
    instance = dg.DagsterInstance.ephemeral()
    first = evaluate(settings, platform, instance)[0]
    run = dg.DagsterRun("small_refresh", tags={WORK_TAG: first.tags[WORK_TAG], "dagster/partition": "2026-01-05"})
    instance.add_run(run)
    assert [request.partition_key for request in evaluate(settings, platform, instance)] == ["2026-01-06", "2026-01-07"]

    instance.report_run_failed(run)
    assert "2026-01-05" not in {request.partition_key for request in evaluate(settings, platform, instance)}
    found = _with_end(instance, run, datetime.now(UTC) - timedelta(minutes=3))
    assert found.due(datetime.now(UTC))
    assert found.run_key == f"{first.tags[WORK_TAG]}:2" != first.run_key


def test_todays_files_are_taken_in_and_its_frame_left_open(settings: Settings, platform: Platform) -> None:
    today = datetime.now(UTC).date()
    write_day(settings.home, today)
    requests = evaluate(settings, platform, dg.DagsterInstance.ephemeral())
    selected = {request.partition_key: request.asset_selection for request in requests}
    assert {key.path[-1] for key in selected[str(today)] or ()} == {
        "files", "events", "feedback", "invalid_outputs", "quarantine",
    }  # fmt: skip
    assert selected["2026-01-05"] is None


def _with_end(instance: dg.DagsterInstance, run: dg.DagsterRun, ended: datetime) -> Work:
    """The history of a run's work, had it ended then."""
    record = instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id]))[0]
    assert record.end_time is not None
    return Work(digest=run.tags[WORK_TAG], attempts=1, last_ended=ended)
