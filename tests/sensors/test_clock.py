"""A clock that was put back is noticed: beside one that only goes forward, and by sensors that ran in the future."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
    TickData,
    TickStatus,
)

from gt_platform.dagster_home import open_instance
from gt_platform.sensors import clock


def test_the_clock_is_put_back_while_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    real, wall = time.time, clock.Clock()
    assert wall.put_back() is None
    monkeypatch.setattr(time, "time", lambda: real() - 7200)
    until = wall.put_back()
    assert until is not None
    assert abs(until.timestamp() - real()) < 5
    assert wall.put_back() is None  # it is said once
    monkeypatch.setattr(time, "time", lambda: real() - 7230)  # as clocks are corrected
    assert wall.put_back() is None


@pytest.mark.parametrize(("ahead", "silent"), [(timedelta(hours=2), True), (timedelta(seconds=5), False)])
def test_sensors_that_ran_in_the_future_are_silent(tmp_path: Path, ahead: timedelta, silent: bool) -> None:
    last = datetime.now(UTC) + ahead
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("gt_platform"), "__repository__")
    state = InstigatorState(
        RemoteInstigatorOrigin(repository, "small_inbox"),
        InstigatorType.SENSOR,
        InstigatorStatus.RUNNING,
        SensorInstigatorData(),
    )
    with open_instance(tmp_path) as instance:
        assert clock.silent_until(instance) is None
        instance.add_instigator_state(state)
        instance.create_tick(
            TickData(
                instigator_origin_id=state.instigator_origin_id,
                instigator_name="small_inbox",
                instigator_type=InstigatorType.SENSOR,
                status=TickStatus.SKIPPED,
                timestamp=last.timestamp(),
                selector_id=state.selector_id,
            )
        )
        assert clock.silent_until(instance) == (last if silent else None)
    assert clock.said(datetime(2026, 1, 5, 3, 4, tzinfo=UTC)).startswith(
        "the clock was put back: sensors and schedules stay silent until 2026-01-05 03:04 UTC"
    )
