"""The nightly job from Python, on real files and a real Dagster instance: what it leaves, and how it fails."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from gt_platform.dagster_home import open_instance
from gt_platform.definitions import build_definitions
from gt_platform.lake import Lake
from gt_platform.lake.tables import ASSIGNMENTS, DRIFT, EVENTS, SAMPLE, TABLES
from gt_platform.platform import Platform
from gt_platform.project import ProjectError
from gt_platform.refresh import Refreshed, RefreshError, refresh, refresher
from gt_platform.settings import Settings
from gt_platform.stages import OCCASIONAL
from tests.support.home import BUDGET, DAYS, PER_DAY, make_home, small, write_day

ITEMS = BUDGET * len(DAYS)


@dataclass(frozen=True)
class Home:
    settings: Settings
    days: list[Refreshed]
    instance: dg.DagsterInstance


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    settings = make_home(tmp_path_factory.mktemp("home"))
    days = refresh("small", DAYS, settings=settings)
    with open_instance(settings.home) as instance:
        yield Home(settings, days, instance)


def read(settings: Settings, sql: str, *parameters: Any) -> pl.DataFrame:
    with Lake.open(settings, read_only=True) as lake:
        return lake.store("small").read(sql, parameters)


def digests(settings: Settings) -> dict[str, str]:
    with Lake.open(settings, read_only=True) as lake:
        return lake.store("small").digests()


def metadata(home: Home, table: str, day: date | None = None) -> dict[str, Any]:
    """What the UI shows of the latest materialization of a table (for a day)."""
    records = dg.AssetRecordsFilter(
        asset_key=dg.AssetKey(["small", table]), asset_partitions=None if day is None else [day.isoformat()]
    )
    latest = home.instance.fetch_materializations(records, limit=1).records[0].asset_materialization
    assert latest is not None
    return {name: value.value for name, value in latest.metadata.items()}


def test_three_days_of_files_end_as_a_score(refreshed: Home) -> None:
    with Lake.open(refreshed.settings, read_only=True) as lake:
        store = lake.store("small")
        counts = {table.name: store.read(f"SELECT * FROM {table.name}").height for table in TABLES}  # noqa: S608
    assert counts == counts | {
        "files": 3,
        "events": 3 * PER_DAY,
        "feedback": 3 * PER_DAY // 10,
        "quarantine": 3,
        "drift": 9,
        "row_scores": 3 * PER_DAY,
        "sample": ITEMS,
        "assignments": 3 * ITEMS,
        "annotations": 3 * ITEMS,
        "decisions": ITEMS,
        "ground_truth": ITEMS,
        "releases": 3,
        "changelog": ITEMS,
        "declarations": 1,
        "rejections": 0,
    }
    score = read(
        refreshed.settings,
        "SELECT estimate, low, high, n, population FROM scores WHERE release = 3 AND estimand = 'production' "
        "AND scope = 'all' AND slice = '*' AND label = '*' AND metric = 'accuracy' AND model = '*'",
    ).row(0, named=True)
    assert 0 < score["low"] < score["estimate"] < score["high"] < 1
    assert (score["n"], score["population"]) == (ITEMS, 3 * PER_DAY)


def test_every_day_is_a_run_of_the_scheduled_job(refreshed: Home) -> None:
    assert [(one.project, one.day) for one in refreshed.days] == [("small", day) for day in DAYS]
    for one in refreshed.days:
        run = refreshed.instance.get_run_by_id(one.run_id)
        assert run is not None
        assert (run.job_name, run.status) == ("small_refresh", dg.DagsterRunStatus.SUCCESS)
        assert run.tags["dagster/partition"] == one.day.isoformat()
    first, _, last = refreshed.days
    assert "agreement of annotations: insufficient evidence: 12 items with two answers or more, 20 are needed" in (
        first.remarks
    )
    # enough items by now, but their interval still holds the gate
    assert any("insufficient evidence: mean agreement" in remark for remark in last.remarks)


def test_metadata_is_of_the_day_and_shows_what_the_tables_hold(refreshed: Home) -> None:
    files = metadata(refreshed, "files", DAYS[1])
    assert (files["lines"], files["events"], files["feedback"], files["quarantined"]) == (67, 60, 6, 1)
    assert "|dt=2026\\-01\\-06/events.jsonl.gz|67|60|6|0|1|" in files["summary"]
    assert metadata(refreshed, "events", DAYS[1])["dagster/row_count"] == 2 * PER_DAY
    drift = metadata(refreshed, "drift", DAYS[2])
    assert Path(drift["report_url"]).read_text(encoding="utf-8").lstrip().startswith("<!DOCTYPE html>")
    assert "|confidence|" in drift["summary"]
    scores = metadata(refreshed, "scores")
    assert scores["low"] < scores["estimate"] < scores["high"]
    assert scores["weekly"].startswith("![production score by week with 95 % intervals](data:image/svg+xml;base64,")
    assert Path(metadata(refreshed, "releases")["bundle"]).name == "manifest.json"


def test_checks_are_recorded_for_their_day(refreshed: Home) -> None:
    history = refreshed.instance.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(dg.AssetKey(["small", "files"]), "conservation"), limit=5
    )
    evaluations = [one.event.dagster_event.asset_check_evaluation_data for one in history if one.event]  # type: ignore[union-attr]
    assert [one.partition for one in evaluations] == [str(day) for day in reversed(DAYS)]
    assert evaluations[0].description == "67 lines of 1 files are all accounted for"
    assert all(one.passed for one in evaluations)


@pytest.mark.slow
def test_a_range_in_one_run_leaves_the_same_tables_as_day_by_day(refreshed: Home, tmp_path: Path) -> None:
    settings = make_home(tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        with refresher(settings, instance=instance) as nightly:
            nightly.backfill("small", DAYS[0], DAYS[-1])
        partitions = instance.get_materialized_partitions(dg.AssetKey(["small", "sample"]))
    assert partitions == {str(day) for day in DAYS}
    day_by_day, at_once = digests(refreshed.settings), digests(settings)
    # of three nights there, of one here
    history = {"decisions", "releases", "changelog", "scores", "past_scores", "scorings"}
    assert {name for name in at_once if at_once[name] != day_by_day[name]} <= history
    assert read(settings, "SELECT count(*) FROM scorings").item() == 1  # what is of all days is done once
    with refresher(settings) as nightly:
        nightly.refresh("small", DAYS[0])
    assert digests(settings) == at_once


@pytest.mark.slow
def test_a_failed_blocking_check_stops_what_would_build_on_it(tmp_path: Path) -> None:
    settings = make_home(tmp_path, days=DAYS[:1])
    with Lake.open(settings) as lake:
        lake.store("small")._cursor().execute("ALTER TABLE events ALTER model DROP NOT NULL")
    with refresher(settings) as nightly, pytest.raises(RefreshError) as failed:
        nightly.refresh("small", DAYS[0])
    assert "small 2026-01-05: check schema of events: model is VARCHAR and should be VARCHAR NOT NULL" in str(
        failed.value
    )
    assert read(settings, "SELECT count(*) FROM events").item() == PER_DAY
    assert read(settings, "SELECT count(*) FROM drift").item() == 0


@pytest.mark.slow
def test_structure_is_recorded_by_a_job_that_changes_nothing(refreshed: Home) -> None:
    before = digests(refreshed.settings)
    platform = Platform(refreshed.settings)
    job = build_definitions(refreshed.settings, platform).resolve_job_def("small_structure")
    result = job.execute_in_process(instance=refreshed.instance, partition_key=str(DAYS[-1]))
    platform.close()
    found = {(one.asset_key.path[-1], one.check_name): one.passed for one in result.get_asset_check_evaluations()}
    structural = {where: passed for where, passed in found.items() if where[1] in {"schema", "keys"}}
    assert len(structural) == len(TABLES) - len(OCCASIONAL) + 5  # five have their keys scanned
    assert all(structural.values())
    assert digests(refreshed.settings) == before


@pytest.mark.slow
def test_upkeep_merges_the_files_of_all_nights_and_changes_nothing_else(refreshed: Home) -> None:
    files = "SELECT count(*) FROM ducklake_list_files('gt', 'events', schema => 'small')"
    before = digests(refreshed.settings)
    assert read(refreshed.settings, files).item() == len(DAYS)
    killed = Path(
        refreshed.settings.data_url, "small", "events", "ducklake-01900000-0000-7000-8000-000000000000.parquet"
    )
    killed.write_bytes(b"half")
    with refresher(refreshed.settings, instance=refreshed.instance) as nightly:
        nightly.compact()
    assert not killed.exists()
    (run,) = refreshed.instance.get_runs(dg.RunsFilter(job_name="compact"))
    (output,) = refreshed.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_OUTPUT)
    assert output.dagster_event is not None
    told = output.dagster_event.step_output_data.metadata
    assert (told["bytes of orphans"].value, told["orphans"].value) == (4, [f"small/events/{killed.name}"])
    assert (digests(refreshed.settings), read(refreshed.settings, files).item()) == (before, 1)


@pytest.mark.slow
def test_a_stage_that_raises_is_named_with_its_reason_and_what_to_do(tmp_path: Path) -> None:
    settings = make_home(tmp_path, days=DAYS[:1])
    (tmp_path / "replay.jsonl").unlink()
    with refresher(settings) as nightly:
        with pytest.raises(
            RefreshError, match=r"^small 2026-01-05: small_annotations: BackendError: \S+replay\.jsonl: "
        ) as failed:
            nightly.refresh("small", DAYS[0])
        assert "run `gt refresh small --from 2026-01-05` again" in str(failed.value)
        (tmp_path / "replay.jsonl").write_text(
            json.dumps({"input": "text 0 of 2026-01-05", "answers": [{"annotator": "a", "answer": "neutral"}]}) + "\n"
        )
        assert nightly.refresh("small", DAYS[0]).day == DAYS[0]


def test_the_projects_declaration_is_read_before_anything_runs(tmp_path: Path) -> None:
    settings = make_home(tmp_path, days=())
    assert small(settings).name == "small"
    (settings.projects / "small" / "project.yaml").write_text("name: small\n")
    with refresher(settings) as nightly, pytest.raises(ProjectError, match="question: is missing"):
        nightly.refresh("small", DAYS[0])
    assert not (tmp_path / "lake").exists()


@pytest.mark.slow
def test_a_broken_project_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    settings = make_home(tmp_path, days=DAYS[:1])
    (settings.projects / "broken").mkdir()
    (settings.projects / "broken" / "project.yaml").write_text("name: broken\n")
    with refresher(settings) as nightly:
        assert nightly.refresh("small", DAYS[0]).day == DAYS[0]


@pytest.mark.slow
def test_a_day_that_is_not_over_is_only_taken_in_whoever_asks(tmp_path: Path) -> None:
    settings, today = make_home(tmp_path, days=DAYS[:1]), datetime.now(UTC).date()
    write_day(settings.home, today)
    platform, project = Platform(settings), small(settings)
    job = build_definitions(settings, platform).resolve_job_def("small_refresh")
    done = job.execute_in_process(partition_key=today.isoformat())
    store = platform.store(project)
    assert done.success
    assert store.row_counts((EVENTS, DRIFT, SAMPLE, ASSIGNMENTS)) == {
        "events": 2 * PER_DAY, "drift": 0, "sample": 0, "assignments": 0,
    }  # fmt: skip
    assert {event.step_key for event in done.all_events if event.is_step_success} == {"small_ingest", "small_drift"}
    platform.close()
