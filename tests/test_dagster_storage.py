"""Dagster's storage with its files held open: the same files, for whoever else reads and writes them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from gt_platform.dagster_home import open_instance, prepare
from gt_platform.dagster_storage import HELD, Engines, EventLogStorage
from gt_platform.errors import ServeError

DAYS = dg.DailyPartitionsDefinition("2026-01-05", end_date="2026-01-12")
KILLED = """
import os, signal, sys
from pathlib import Path
from gt_platform.dagster_home import open_instance
from tests.test_dagster_storage import materialize
instance = open_instance(Path(sys.argv[1]))
print(materialize(instance).run_id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
READING = """
import sys
import dagster as dg
print(len(dg.DagsterInstance.get().all_logs(sys.argv[1])))
"""


@dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
def counted() -> dg.MaterializeResult[None]:
    """A table."""
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset_check(asset=counted)
def sound() -> dg.AssetCheckResult:
    """A question."""
    return dg.AssetCheckResult(passed=True)


def materialize(instance: dg.DagsterInstance, *, last: str = "2026-01-05") -> dg.ExecuteInProcessResult:
    """One run over the days from the first to the last."""
    span = {"dagster/asset_partition_range_start": "2026-01-05", "dagster/asset_partition_range_end": last}
    return dg.materialize([counted, sound], instance=instance, tags=span)


def own(folder: Path) -> SqliteEventLogStorage:
    """Dagster's own storage of the same files."""
    return SqliteEventLogStorage(str(folder / "history" / "runs"))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with open_instance(tmp_path) as instance:
        yield instance


def test_a_home_is_opened_with_it(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.event_log_storage, EventLogStorage)


@pytest.mark.slow
def test_dagsters_own_reads_all_that_was_written(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    runs = [materialize(instance).run_id for _ in range(3)]  # the first run's file, and copies of it
    theirs = own(tmp_path / "dagster")
    for run_id in runs:
        events = instance.all_logs(run_id)
        assert [event.dagster_event_type for event in events][-1] == dg.DagsterEventType.RUN_SUCCESS
        assert theirs.get_logs_for_run(run_id) == events
    assert set(theirs.get_all_run_ids()) == set(runs)
    assert theirs.get_materialized_partitions(counted.key) == {"2026-01-05"}
    assert theirs.alembic_version() == instance.event_log_storage.alembic_version()


@pytest.mark.slow
def test_a_home_that_dagster_wrote_goes_on(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    (folder / "dagster.yaml").write_text("telemetry: { enabled: false }\n", encoding="utf-8")
    with open_instance(tmp_path) as theirs:
        assert type(theirs.event_log_storage) is SqliteEventLogStorage
        before = materialize(theirs).run_id
        told = theirs.all_logs(before)
    (folder / "dagster.yaml").unlink()
    with open_instance(tmp_path) as ours:
        assert ours.all_logs(before) == told
        after = materialize(ours).run_id
        assert {run.run_id for run in ours.get_runs()} == {before, after}


@pytest.mark.slow
def test_another_process_reads_and_writes_meanwhile(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    run_id = materialize(instance).run_id
    events = len(instance.all_logs(run_id))
    read = subprocess.run([sys.executable, "-c", READING, run_id], capture_output=True, text=True, check=True)
    assert int(read.stdout) == events
    own(tmp_path / "dagster").store_event(instance.all_logs(run_id)[0])
    assert len(instance.all_logs(run_id)) == events + 1


@pytest.mark.slow
def test_what_was_said_outlives_a_kill(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with open_instance(tmp_path) as instance:
        run_id = killed.stdout.strip()
        assert instance.get_run_by_id(run_id).status == dg.DagsterRunStatus.SUCCESS  # type: ignore[union-attr]
        assert instance.all_logs(run_id)[-1].dagster_event_type == dg.DagsterEventType.RUN_SUCCESS


def test_a_backfill_in_one_run_says_every_day(instance: dg.DagsterInstance) -> None:
    run_id = materialize(instance, last="2026-01-11").run_id
    days = DAYS.get_partition_keys()
    assert sorted(instance.get_materialized_partitions(counted.key)) == days
    events = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    assert sorted(event.get_dagster_event().partition or "" for event in events) == days


def test_a_batch_is_stored_whole_or_not_at_all(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored, store = [], SqliteEventLogStorage.store_event

    def broken_once(self: SqliteEventLogStorage, event: dg.EventLogEntry) -> None:
        stored.append(event)
        if len(stored) == 2:
            raise OSError("disk full")
        store(self, event)

    monkeypatch.setattr(SqliteEventLogStorage, "store_event", broken_once)
    events = instance.all_logs(materialize(instance).run_id)
    assert "disk full" in capsys.readouterr().err
    assert len(stored) == len(events) + 2  # the first of the batch, and the one that failed, came again
    planned = [event for event in events if "PLANNED" in (event.dagster_event_type or "")]
    assert len(planned) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says which files are open")
@pytest.mark.slow
def test_few_files_are_held_however_many_runs(instance: dg.DagsterInstance) -> None:
    for _ in range(HELD + 3):
        materialize(instance)
    held = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.exists()}
    assert 1 <= sum(file.endswith(".db") and "/runs/" in file for file in held) <= HELD


def test_a_home_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    with pytest.raises(ServeError, match="DAGSTER_HOME is not set"):
        EventLogStorage.from_config_value(None, {})


def test_all_is_wiped(instance: dg.DagsterInstance) -> None:
    run_id = materialize(instance).run_id
    instance.event_log_storage.wipe()
    assert instance.all_logs(run_id) == []
    assert instance.all_logs(materialize(instance).run_id) != []


def test_a_fork_makes_connections_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engines, url = Engines(), f"sqlite:///{tmp_path}/a.db"
    mine = engines.of(url)
    assert engines.of(url) is mine
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert engines.of(url) is not mine
