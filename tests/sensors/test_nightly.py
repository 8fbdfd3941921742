"""The schedules: which frame a night is about."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from gt_platform.definitions import build_definitions
from gt_platform.sensors.nightly import cron, yesterday
from gt_platform.settings import Settings
from tests.support.home import write_project


@pytest.mark.parametrize(("time", "expected"), [("02:00", "0 2 * * *"), ("23:05", "5 23 * * *")])
def test_cron(time: str, expected: str) -> None:
    assert cron(time) == expected


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("UTC", "2026-01-06T02:00:00+00:00", date(2026, 1, 5)),
        ("America/New_York", "2026-01-06T02:00:00-05:00", date(2026, 1, 5)),
        ("America/New_York", "2026-01-06T20:00:00-05:00", date(2026, 1, 6)),  # already the 7th in UTC
        ("Asia/Tokyo", "2026-01-06T02:00:00+09:00", date(2026, 1, 4)),  # still the 5th in UTC, whose frame is open
    ],
)
def test_a_night_is_about_the_frame_that_closed_last(zone: str, at: str, day: date) -> None:
    assert yesterday(datetime.fromisoformat(at).astimezone(ZoneInfo(zone))) == day


@pytest.fixture
def repository(tmp_path: Path) -> dg.RepositoryDefinition:
    write_project(tmp_path / "small", nightly="03:30", timezone="Europe/Paris")
    return build_definitions(Settings(home=tmp_path, projects=tmp_path)).get_repository_def()


def test_the_schedule_asks_for_one_day_once(repository: dg.RepositoryDefinition) -> None:
    schedule = repository.get_schedule_def("small_nightly")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 3 * * *", "Europe/Paris")
    night = datetime(2026, 1, 7, 2, 30, tzinfo=UTC)
    context = dg.build_schedule_context(scheduled_execution_time=night, repository_def=repository)
    requests = schedule.evaluate_tick(context).run_requests or []
    assert [(request.partition_key, request.run_key) for request in requests] == [("2026-01-06", "nightly:2026-01-06")]


def test_nothing_runs_before_the_project_starts(repository: dg.RepositoryDefinition) -> None:
    night = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
    context = dg.build_schedule_context(scheduled_execution_time=night, repository_def=repository)
    tick = repository.get_schedule_def("small_nightly").evaluate_tick(context)
    assert tick.run_requests == []
    assert tick.skip_message == "small starts on 2026-01-05"
