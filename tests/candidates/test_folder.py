"""Files of candidates beside the inbox: found by the ledger, taken in by a run, a partition for each candidate."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from gt_platform.assets.candidates import build_again
from gt_platform.candidates import beside
from gt_platform.dagster_home import open_instance
from gt_platform.declaration import load_project
from gt_platform.definitions import build_definitions
from gt_platform.lake.tables import RELEASES
from gt_platform.platform import Platform
from gt_platform.project import Project
from tests.candidates.declared import put_project
from tests.support.rows import rows

DEAD = dg.DagsterRunStatus.FAILURE
RUNS = "SELECT source, taken, known, refused, reasons, meta FROM runs WHERE candidate = ? ORDER BY started_at, source"


class Sensor:
    """The candidates sensor and its job on an instance, with its cursor."""

    def __init__(self, platform: Platform, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self._resources = {"platform": dg.ResourceDefinition.hardcoded_resource(platform)}
        self._defs = build_definitions(platform.settings, platform)
        self._cursor: str | None = None

    def tick(self) -> list[dg.RunRequest]:
        context = dg.SensorEvaluationContext(  # as the daemon makes it: partitions may be new in the same tick
            self.instance.get_ref(), definitions=self._defs, resources=self._resources, cursor=self._cursor
        )
        found = self._defs.get_repository_def().get_sensor_def("sentiment_candidates").evaluate_tick(context)
        self._cursor = found.cursor
        for asked in found.dynamic_partitions_requests or []:
            self.instance.add_dynamic_partitions(asked.partitions_def_name, list(asked.partition_keys))
        return sorted(found.run_requests or [], key=lambda one: str(one.partition_key))

    @property
    def partitions(self) -> set[str]:
        return set(self.instance.get_dynamic_partitions("sentiment_candidates"))

    def run(self, request: dg.RunRequest) -> dict[str, Any]:
        """The metadata of the ledger's asset after the run that was asked for."""
        job = self._defs.resolve_job_def("sentiment_candidates")
        result = job.execute_in_process(
            instance=self.instance, partition_key=request.partition_key, tags=dict(request.tags)
        )
        shown = next(
            one
            for one in result.get_asset_materialization_events()
            if one.asset_key == dg.AssetKey(["sentiment", "runs"])
        )
        return {name: value.value for name, value in shown.materialization.metadata.items()}


@pytest.fixture(scope="module")
def platform(with_truth: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Of a home that the tests share: each has a candidate of its own."""
    home = tmp_path_factory.mktemp("folder")
    shutil.copytree(with_truth, home / "lake")
    opened = Platform(put_project(home))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sensor(platform: Platform) -> Iterator[Sensor]:
    with open_instance(platform.settings.home) as instance:
        yield Sensor(platform, instance)


@pytest.fixture(scope="module")
def project(platform: Platform) -> Project:
    return load_project(platform.settings.projects / "sentiment")


def put(home: Path, path: str, *records: dict[str, Any]) -> Path:
    file = home / "candidates" / "sentiment" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{json.dumps(one)}\n" for one in records))
    return file


def test_a_file_that_turns_up_is_taken_in_once_and_every_candidate_is_a_partition(
    platform: Platform, project: Project, sensor: Sensor
) -> None:
    home = platform.settings.home
    assert sensor.tick() == []  # there is no such folder
    file = put(home, "v2/day 1.jsonl", {"input": "good", "output": "positive"}, {"input": "gone", "output": "x"})
    put(home, "v2/meta.json", {"git": "abc", "temperature": 0.5})
    put(home, "production/a.jsonl", {"input": "good", "output": "positive"})
    put(home, "astray.jsonl")
    (request,) = sensor.tick()
    assert sensor.tick() == [request]  # a tick that was lost is found again
    assert request.partition_key == "v2"
    assert "v2" in sensor.partitions
    assert "production" not in sensor.partitions
    facts = sensor.run(request)
    assert {name: facts[name] for name in ("files", "taken", "known", "refused")} == {
        "files": 1, "taken": 1, "known": 0, "refused": 1,
    }  # fmt: skip
    assert "unknown\\_item" in facts["refused_rows"]
    assert sensor.tick() == []
    os.utime(file, (1, 1))  # touched, and no other
    (again,) = sensor.tick()
    assert again.run_key != request.run_key
    assert sensor.run(again)["known"] == 1
    said = ('{"unknown_item":1}', '{"git":"abc","temperature":"0.5"}')
    assert platform.store(project).read(RUNS, ["v2"]).rows() == [
        ("v2/day 1.jsonl", 1, 0, 1, *said), ("v2/day 1.jsonl", 0, 1, 1, *said),
    ]  # fmt: skip
    assert sensor.tick() == []


def test_what_cannot_be_read_is_noted_and_a_run_that_failed_is_tried_later(
    platform: Platform, project: Project, sensor: Sensor
) -> None:
    home = platform.settings.home
    folder = put(home, "v3/b.jsonl", {"input": "bad", "output": "negative"}).parent
    (folder / "a.jsonl").symlink_to("nowhere")
    (folder / "meta.json").write_text("[")
    (request,) = sensor.tick()
    with pytest.raises(Exception, match=r"meta\.json is no JSON"):
        sensor.run(request)
    assert sensor.instance.get_runs()[0].status is DEAD
    assert sensor.tick() == []  # it waits a while before the next attempt
    (folder / "meta.json").unlink()
    assert (sensor.run(request)["taken"], sensor.tick()) == (1, [])
    assert platform.store(project).read(RUNS, ["v3"]).rows() == [
        ("v3/b.jsonl", 1, 0, 0, "{}", "{}"), ("v3/a.jsonl", 0, 0, 1, '{"file":1}', "{}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("root", "folder"),
    [
        ("inbox", "candidates/p"),
        ("inbox/p", "inbox/candidates/p"),
        ("/data/inbox/", "/data/candidates/p"),
        ("s3://bucket/events/p", "s3://bucket/events/candidates/p"),
        ("s3://bucket/events", "s3://bucket/candidates/p"),
        ("s3://bucket", None),
    ],
)
def test_the_folder_lies_beside_the_inbox(root: str, folder: str | None) -> None:
    assert beside(root, "p") == folder


def test_a_candidate_is_scored_on_any_release_that_is_picked_in_the_ui(
    platform: Platform, project: Project, sensor: Sensor
) -> None:
    put(platform.settings.home, "again/a.jsonl", {"input": "good", "output": "positive"})
    (request,) = sensor.tick()
    sensor.run(request)
    store = platform.store(project)
    numbers = [{"release": release, "snapshot_id": store.snapshot_id} for release in (1, 2)]
    store.commit("releases", lambda writer: writer.append(RELEASES, rows(RELEASES, *numbers)))
    sensor.tick()
    assert set(sensor.instance.get_dynamic_partitions("sentiment_releases")) == {"1", "2"}
    done = dg.materialize(
        [build_again(project)],
        instance=sensor.instance,
        resources={"platform": dg.ResourceDefinition.hardcoded_resource(platform)},
        partition_key=dg.MultiPartitionKey({"candidate": "again", "release": "1"}),
    )
    (shown,) = done.asset_materializations_for_node("sentiment__candidate_backfill")
    assert shown.metadata["rows"].value == 1
    found = store.read("SELECT release, candidate, estimand, n, missing FROM candidate_scores")
    assert found.rows() == [(1, "again", "benchmark", 3, 2)]
