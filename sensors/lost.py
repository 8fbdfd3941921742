"""The lost runs: those whose process is gone, and a sensor that marks them as failed, so that they are run again.

Dagster cannot tell. Its default launcher watches no process, so that after a crash of the whole tree a run would be
shown as running for `max_runtime_seconds`, keep its place in the queue and its day, and nothing else would move. Every
run is therefore held by its process as a file of `alive/` in Dagster's folder, and held as `.launching` by the daemon
that launches it. A run with no such file belongs to another folder, maybe of another machine, and is left alone.
"""

import time
from pathlib import Path

import dagster as dg

from gt_platform import alive

EVERY = 30  # seconds
SETTLING_IN = 20  # seconds from Dagster's word that a run has started to its process's hold on it; it takes 0.01
STALE = 300  # seconds: what a process is just about to hold is not forgotten under its hands
LAUNCHING = ".launching"
WITH_A_PROCESS = (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)


def held_in(instance: dg.DagsterInstance) -> Path:
    """The folder of what is alive on this instance."""
    return Path(instance.root_directory, "alive")


def is_lost(instance: dg.DagsterInstance, record: dg.RunRecord) -> bool:
    """Whether a run was held here and its process is gone."""
    folder, run = held_in(instance), record.dagster_run
    if alive.is_held(folder, run.run_id):
        return False
    if run.status is dg.DagsterRunStatus.NOT_STARTED:  # what `gt refresh` makes it holds before it makes it
        return alive.is_known(folder, run.run_id)
    if run.status is dg.DagsterRunStatus.STARTING:
        return alive.is_known(folder, run.run_id + LAUNCHING) and not alive.is_held(folder, run.run_id + LAUNCHING)
    here = any(alive.is_known(folder, run.run_id + ending) for ending in ("", LAUNCHING))
    since = record.start_time or record.update_timestamp.timestamp()
    return run.status in WITH_A_PROCESS and here and not 0 <= time.time() - since < SETTLING_IN


def bury_the_dead(instance: dg.DagsterInstance) -> list[str]:
    """Mark lost runs as failed, so that Dagster's run retries take them up, and return their ids."""
    folder = held_in(instance)
    runs = {name.removesuffix(LAUNCHING) for name in alive.known(folder)}
    return [run_id for run_id in sorted(runs) if _buried(instance, folder, run_id)]


def bury_the_unlaunched(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed what a daemon had begun to launch and nobody holds; for whoever knows that no daemon is running.

    Dagster calls a run starting a moment before it has it launched; killed in between, it would wait three minutes.
    """
    folder, starting = held_in(instance), dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING])
    unlaunched = [
        run
        for run in instance.get_runs(starting)
        if not any(alive.is_held(folder, run.run_id + ending) for ending in ("", LAUNCHING))
    ]
    for run in unlaunched:
        instance.report_run_failed(run, "the daemon died while it launched it")
    return [run.run_id for run in unlaunched]


def _buried(instance: dg.DagsterInstance, folder: Path, run_id: str) -> bool:
    record = instance.get_run_record_by_id(run_id)
    if record is None or record.dagster_run.is_finished:
        _forget(folder, run_id)
        return False
    if not is_lost(instance, record):
        return False
    if record.dagster_run.status is dg.DagsterRunStatus.CANCELING:
        instance.report_run_canceled(record.dagster_run, "the process that was to be canceled is gone")
    else:
        instance.report_run_failed(record.dagster_run, "the process that ran it is gone")
    return True


def _forget(folder: Path, run_id: str) -> None:
    for work in (run_id, run_id + LAUNCHING):
        if alive.is_known(folder, work) and not alive.is_held(folder, work) and _is_stale(folder / work):
            alive.forget(folder, work)


def _is_stale(file: Path) -> bool:
    return not 0 <= time.time() - file.stat().st_mtime < STALE


@dg.sensor(
    minimum_interval_seconds=EVERY,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks for runs whose process is gone and marks them as failed; Dagster then runs them again.",
    job_name=None,
)
def lost_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Never asks for a run itself: a failed run is retried by Dagster, and what it leaves is found by the ledger."""
    buried = bury_the_dead(context.instance)
    if not buried:
        return dg.SkipReason("the process of every run is there")
    return dg.SkipReason(f"marked as failed, because their process is gone: {', '.join(buried)}")
