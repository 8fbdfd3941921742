"""Who is buried: runs whose process is gone, whatever state they were left in, and nobody else's."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from gt_platform import alive
from gt_platform.sensors import lost
from gt_platform.sensors.lost import LAUNCHING, bury_the_dead, bury_the_unlaunched, held_in, lost_runs

HOLD = """
import sys
from pathlib import Path
from gt_platform import alive
alive.hold_for_life(Path(sys.argv[1]), sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""
STARTING, STARTED = dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED
CANCELING, NOT_STARTED = dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.NOT_STARTED
SUCCESS = dg.DagsterRunStatus.SUCCESS


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setattr(lost, "SETTLING_IN", 0)
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def a_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> str:
    run = dg.DagsterRun("small_refresh", status=status)
    instance.add_run(run)
    return run.run_id


def holder(instance: dg.DagsterInstance, work: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(held_in(instance)), work],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def killed(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def status(instance: dg.DagsterInstance, run_id: str) -> str:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status.value


@pytest.mark.parametrize(
    ("left", "ending", "becomes"),
    [
        (NOT_STARTED, "", "FAILURE"),
        (STARTING, LAUNCHING, "FAILURE"),
        (STARTED, "", "FAILURE"),
        (STARTED, LAUNCHING, "FAILURE"),  # killed between Dagster's word and the hold
        (CANCELING, "", "CANCELED"),
    ],
)
def test_a_run_is_buried_when_its_process_was_killed_and_not_before(
    instance: dg.DagsterInstance, left: dg.DagsterRunStatus, ending: str, becomes: str
) -> None:
    run_id = a_run(instance, left)
    process = holder(instance, run_id + ending)
    if ending == "" or left is STARTING:
        assert bury_the_dead(instance) == []
        assert status(instance, run_id) == left.value
    killed(process)
    assert bury_the_dead(instance) == [run_id]
    assert status(instance, run_id) == becomes
    assert bury_the_dead(instance) == []


def test_a_run_that_its_launcher_lost_lives_while_its_own_process_does(instance: dg.DagsterInstance) -> None:
    run_id = a_run(instance, STARTING)
    killed(holder(instance, run_id + LAUNCHING))
    process = holder(instance, run_id)
    assert bury_the_dead(instance) == []
    killed(process)
    assert bury_the_dead(instance) == [run_id]


def test_what_is_not_held_here_is_somebody_elses(instance: dg.DagsterInstance) -> None:
    for left in (NOT_STARTED, STARTING, STARTED, CANCELING):
        a_run(instance, left)
    assert bury_the_dead(instance) == []


def test_what_was_begun_to_be_launched_is_buried_by_who_knows_that_no_daemon_runs(instance: dg.DagsterInstance) -> None:
    begun, launching, executing, started = (a_run(instance, left) for left in (STARTING, STARTING, STARTING, STARTED))
    holders = [holder(instance, launching + LAUNCHING), holder(instance, executing)]
    assert bury_the_unlaunched(instance) == [begun]
    assert [status(instance, one) for one in (begun, launching, executing, started)] == [
        "FAILURE",
        "STARTING",
        "STARTING",
        "STARTED",
    ]
    for process in holders:
        killed(process)


def test_a_queued_run_is_nobodys_yet(instance: dg.DagsterInstance) -> None:
    run_id = a_run(instance, NOT_STARTED)
    killed(holder(instance, run_id + LAUNCHING))  # launched in vain, and put back
    assert bury_the_dead(instance) == []


def test_a_run_that_just_started_is_given_time_to_be_held(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost, "SETTLING_IN", 3600)
    run_id = a_run(instance, STARTED)
    killed(holder(instance, run_id + LAUNCHING))
    assert bury_the_dead(instance) == []


def test_what_ended_is_forgotten_after_a_while(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = a_run(instance, SUCCESS)
    process = holder(instance, run_id)
    monkeypatch.setattr(lost, "STALE", 0)
    bury_the_dead(instance)
    assert alive.known(held_in(instance)) == [run_id]  # its process has not ended yet
    killed(process)
    monkeypatch.setattr(lost, "STALE", 3600)
    bury_the_dead(instance)
    assert alive.known(held_in(instance)) == [run_id]
    monkeypatch.setattr(lost, "STALE", 0)
    bury_the_dead(instance)
    assert alive.known(held_in(instance)) == []
    assert status(instance, run_id) == "SUCCESS"


def test_the_sensor_says_whom_it_buried(instance: dg.DagsterInstance) -> None:
    run_id = a_run(instance, STARTED)
    killed(holder(instance, run_id))
    said = [lost_runs(dg.build_sensor_context(instance)) for _ in range(2)]
    assert [getattr(one, "skip_message", None) for one in said] == [
        f"marked as failed, because their process is gone: {run_id}",
        "the process of every run is there",
    ]


def test_two_who_look_do_not_see_each_other(tmp_path: Path) -> None:
    killed_work = tmp_path / "work"
    killed_work.touch()
    looking = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from pathlib import Path; from gt_platform import alive; "
                "sys.exit(sum(alive.is_held(Path(sys.argv[1]), 'work') for _ in range(300)))",
                str(tmp_path),
            ]
        )
        for _ in range(2)
    ]
    assert [process.wait() for process in looking] == [0, 0]
