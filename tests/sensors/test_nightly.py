"""The schedules: which frame a night is about."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from gt_platform.definitions import build_definitions
from gt_platform.sensors.nightly import closed_since, cron, yesterday
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


ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "America/New_York", "America/St_Johns",
    "America/Sao_Paulo",
    "America/Los_Angeles", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran",
    "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Chatham", "Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll",
    "America/Havana", "Asia/Beirut", "Pacific/Auckland", "Atlantic/Azores",
)  # fmt: skip
TIMES = ("00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "12:00", "23:30")
SCHEDULES = [(zone, at) for place, zone in enumerate(ZONES) for at in (TIMES[place % 8], TIMES[(place + 3) % 8])]


def fired(zone: str, at: str, first: datetime, last: datetime) -> list[datetime]:
    """When Dagster fires the schedule."""
    ticks: list[datetime] = []
    for tick in cron_string_iterator(first.timestamp(), cron(at), zone):
        if tick > last:
            return ticks
        ticks.append(tick)
    return ticks


def asked(zone: str, at: str, first: datetime, last: datetime) -> list[date]:
    """By run key: Dagster fires in a night that is left out as well, and refuses a key it has seen."""
    wall, where = time.fromisoformat(at), ZoneInfo(zone)
    ticks = [tick.astimezone(UTC) for tick in fired(zone, at, first, last)]
    assert all(day <= yesterday(tick) for tick in ticks for day in closed_since(tick, wall, where))
    return list(dict.fromkeys(day for tick in ticks for day in closed_since(tick, wall, where)))


@pytest.mark.parametrize(("zone", "at"), [*SCHEDULES, ("Europe/Berlin", "01:59"), ("Europe/Berlin", "01:00")])
def test_every_frame_is_asked_for_exactly_once(zone: str, at: str) -> None:
    """Over both clock changes of two years, a leap day and two ends of a year."""
    days = asked(zone, at, datetime(2023, 9, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC))
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert date(2024, 2, 29) in days
    assert len(days) > 800


def test_an_island_that_skips_a_day_loses_no_frame() -> None:
    days = asked("Pacific/Apia", "02:00", datetime(2011, 12, 20, tzinfo=UTC), datetime(2012, 1, 10, tzinfo=UTC))
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


def test_there_are_forty_six() -> None:
    assert len(set(SCHEDULES)) == 46


def test_nights_of_a_clock_change_ask_for_two_frames_or_none(tmp_path: Path) -> None:
    write_project(tmp_path / "small", nightly="01:30", timezone="Europe/Berlin")
    defs = build_definitions(Settings(home=tmp_path, projects=tmp_path)).get_repository_def()

    def tick(night: datetime) -> Any:
        context = dg.build_schedule_context(scheduled_execution_time=night, repository_def=defs)
        return defs.get_schedule_def("small_nightly").evaluate_tick(context)

    spring = tick(datetime(2026, 3, 30, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    assert (spring.run_requests, spring.skip_message) == (
        [],
        "no frame closed since the last night: the clock was put forward",
    )
    autumn = tick(datetime(2026, 10, 26, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    assert [one.run_key for one in autumn.run_requests or []] == ["nightly:2026-10-24", "nightly:2026-10-25"]
