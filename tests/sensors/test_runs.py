"""What counts as tried before, and when to try again."""

from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest

from gt_platform.sensors.runs import IN_PROGRESS, WORK_TAG, Work, busy_days, in_progress, with_history, work_digest

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def instance() -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral()


@dg.job(name="small_settle")
def settle() -> None:
    """A job by the name of a real one."""


def test_the_digest_is_of_the_work_whatever_its_order() -> None:
    assert work_digest(["b", "a"]) == work_digest(["a", "b"]) != work_digest(["a", "c"])
    assert len(work_digest(["\udcff"])) == 16  # a file name that is not UTF-8


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 2), (2, 4), (3, 8), (8, 256), (9, 360), (10, 360), (5000, 360)])
def test_the_longer_it_fails_the_longer_the_wait(attempts: int, minutes: int) -> None:
    work = Work(digest="d", attempts=attempts, last_ended=NOW)
    assert not work.due(NOW + timedelta(minutes=minutes, seconds=-1))
    assert work.due(NOW + timedelta(minutes=minutes))


def test_new_work_is_due_at_once_and_every_attempt_has_its_own_run_key() -> None:
    assert Work(digest="d").due(NOW)
    assert [Work(digest="d", attempts=attempts).run_key for attempts in (0, 1)] == ["d:1", "d:2"]


@pytest.mark.parametrize(
    ("tags", "days"),
    [
        ({}, None),
        ({"dagster/partition": "2026-01-05"}, (date(2026, 1, 5), date(2026, 1, 5))),
        ({"dagster/partition": "some_customer"}, None),
        (
            {
                "dagster/asset_partition_range_start": "2026-01-05",
                "dagster/asset_partition_range_end": "2026-01-07",
            },
            (date(2026, 1, 5), date(2026, 1, 7)),
        ),
    ],
)
def test_the_days_of_a_run_are_in_its_tags(tags: dict[str, str], days: tuple[date, date] | None) -> None:
    assert busy_days(tags) == days


def test_history_counts_the_runs_for_this_very_work(instance: dg.DagsterInstance) -> None:
    assert with_history(instance, "mine") == Work(digest="mine", attempts=0, last_ended=None)
    for digest in ("mine", "mine", "other"):
        settle.execute_in_process(instance=instance, tags={WORK_TAG: digest})
    found = with_history(instance, "mine")
    assert found.attempts == 2
    assert found.last_ended is not None
    assert abs(found.last_ended - datetime.now(UTC)) < timedelta(minutes=1)


def test_runs_in_progress_are_those_of_the_project(instance: dg.DagsterInstance) -> None:
    without_queued = [status for status in IN_PROGRESS if status is not dg.DagsterRunStatus.QUEUED]  # needs an origin
    for name in ("small_settle", "other_settle", "__ASSET_JOB"):
        for status in (*without_queued, dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE):
            keys = {dg.AssetKey(["small", "events"])} if name == "__ASSET_JOB" else None
            instance.add_run(
                dg.DagsterRun(name, status=status, tags={"of": f"{name} {status.value}"}, asset_selection=keys)
            )
    found = sorted(tags["of"] for tags in in_progress(instance, "small"))
    assert found == sorted(f"{name} {one.value}" for name in ("small_settle", "__ASSET_JOB") for one in without_queued)
