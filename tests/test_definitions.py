"""What Dagster sees: every key, job, schedule, sensor and check, and that loading them costs nothing it need not."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml

from gt_platform.definitions import build_definitions
from gt_platform.lake.tables import TABLES
from gt_platform.settings import Settings
from tests.support.home import DAYS, make_home, write_project

ROOT = Path(__file__).parents[1]

GRAPH = {
    "files": set(),
    "events": {"files"},
    "feedback": {"files"},
    "invalid_outputs": {"files"},
    "quarantine": {"files"},
    "tags": {"releases"},
    "erasures": set(),
    "erased": {"erasures"},
    "replays": {"quarantine"},
    "drift": {"events"},
    "acceptances": {"drift"},
    "row_scores": {"events"},
    "sample": {"events", "feedback", "row_scores"},
    "spending": {"events", "feedback", "row_scores"},
    "composition": {"events", "feedback", "row_scores"},
    "left_out": {"events", "feedback", "row_scores"},
    "phases": {"events", "feedback", "row_scores"},
    "assignments": {"events", "sample"},
    "items": {"events", "sample"},
    "imports": set(),
    "annotations": {"assignments"},
    "rejections": {"assignments"},
    "adjudications": {"assignments"},
    "honeypots": {"assignments"},
    "honeypot_answers": {"assignments"},
    "standings": {"assignments"},
    "exclusions": {"assignments"},
    "edge_cases": {"assignments"},
    "stale": {"assignments"},
    "audit": {"assignments"},
    "decisions": {"annotations", "adjudications", "duplicates", "exclusions", "events", "feedback", "honeypot_answers"},
    "settlements": {
        "annotations",
        "adjudications",
        "duplicates",
        "exclusions",
        "events",
        "feedback",
        "honeypot_answers",
    },
    "annotators": {
        "annotations",
        "adjudications",
        "duplicates",
        "exclusions",
        "events",
        "feedback",
        "honeypot_answers",
    },
    "pools": {"annotations", "adjudications", "duplicates", "exclusions", "events", "feedback", "honeypot_answers"},
    "splits": {"decisions", "duplicates", "items"},
    "duplicates": {"events", "sample"},
    "training_files": {"ground_truth", "splits"},
    "contaminations": {"training_files"},
    "ground_truth": {"adjudications", "assignments", "decisions", "duplicates", "events", "items", "sample", "splits"},
    "expert_checks": {"adjudications", "assignments", "decisions", "duplicates", "events", "items", "sample", "splits"},
    "retests": {"adjudications", "assignments", "decisions", "duplicates", "events", "items", "sample", "splits"},
    "releases": {"ground_truth"},
    "changelog": {"ground_truth"},
    "scores": {"events", "expert_checks", "releases", "sample"},
    "past_scores": {"events", "expert_checks", "releases", "sample"},
    "scorings": {"events", "expert_checks", "releases", "sample"},
    "measurements": {"events", "expert_checks", "releases", "sample"},
    "watches": {"feedback", "measurements", "row_scores"},
    "daily_counts": {"feedback", "measurements", "row_scores"},
    "declarations": set(),
    "guidelines": {"declarations"},
    "attempts": {"files"},
    "runs": set(),
    "predictions": {"ground_truth", "runs"},
    "candidate_scores": {"scores", "predictions"},
    "comparisons": {"scores", "predictions"},
    "pins": {"ground_truth"},
    "proposal_verdicts": {"feedback", "ground_truth"},
    "meanings": {"feedback", "ground_truth"},
    "gates": {"predictions", "releases"},
    "computed": {"scores"},
}
PER_DAY = {
    "files", "events", "feedback", "invalid_outputs", "quarantine", "drift", "row_scores", "spending", "phases",
    "composition", "left_out", "sample", "assignments", "items", "duplicates",
}  # fmt: skip
OCCASIONAL = {
    "replays", "acceptances", "declarations", "guidelines", "attempts", "imports", "tags",
    "training_files", "contaminations", "erasures", "erased", "runs", "predictions", "pins", "gates", "computed",
    "proposal_verdicts", "meanings",
}  # fmt: skip
BY_CANDIDATE = {"runs", "predictions"}
QUALITY = {
    ("files", "conservation"): True,
    ("files", "quarantined_share"): False,
    ("files", "unread"): False,
    ("invalid_outputs", "invalid_outputs"): False,
    ("files", "volume"): False,
    ("feedback", "as_usual"): False,
    ("drift", "drift"): False,
    ("assignments", "budget"): False,
    ("annotations", "agreement"): False,
    ("standings", "annotator_quality"): False,
    ("stale", "stale"): False,
    ("splits", "duplicates"): False,
    ("splits", "splits"): False,
    ("splits", "contamination"): False,
    ("ground_truth", "fold"): True,
    ("ground_truth", "expired"): False,
    ("retests", "stability"): False,
    ("scores", "score"): False,
    ("scores", "missing_answers"): False,
    ("scores", "regression"): False,
    ("watches", "watches"): False,
}
KEYS = {"events", "feedback", "sample", "annotations", "decisions"}

LOAD = """
import os, sys
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
opened = []
import gt_platform.definitions
heavy = {"evidently", "sklearn", "scipy", "pandas", "plotly", "boto3"} & set(sys.modules)
mine = [path for path in opened if path.startswith((os.environ["GT_HOME"], os.environ["GT_PROJECTS"]))]
assert not heavy, heavy
assert not mine, mine
print(len(opened))
"""


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    home = tmp_path_factory.mktemp("home")
    write_project(home / "projects" / "small")
    return build_definitions(Settings(home=home, projects=home / "projects"))


@pytest.fixture(scope="module")
def graph(defs: dg.Definitions) -> dict[str, dg.AssetSpec]:
    specs = {spec.key: spec for spec in defs.resolve_all_asset_specs() if spec.key.path[0] == "small"}
    for beside in ("report", "flagged", "candidate_backfill"):
        assert specs.pop(dg.AssetKey(["small", beside])).group_name == "small"
    return {key.path[-1]: spec for key, spec in specs.items()}


def test_every_table_is_an_asset_under_its_own_name(graph: dict[str, dg.AssetSpec]) -> None:
    assert set(graph) == {table.name for table in TABLES}
    assert {name: {dep.asset_key.path[-1] for dep in spec.deps} for name, spec in graph.items()} == GRAPH
    for name, spec in graph.items():
        assert spec.key.path == ["small", name]
        assert spec.group_name == "small"
        assert list(spec.owners) == ["team:language"]
        assert "duckdb" in spec.kinds
        assert spec.metadata["dagster/table_name"] == f"gt.small.{name}"


def test_assets_say_what_their_tables_say(graph: dict[str, dg.AssetSpec]) -> None:
    for table in TABLES:
        spec = graph[table.name]
        schema = spec.metadata["dagster/column_schema"]
        assert spec.description == table.comment
        assert [(c.name, c.type, c.description, c.constraints.nullable) for c in schema.columns] == [
            (c.name, c.type, c.comment, c.nullable) for c in table.columns
        ]


def test_frames_are_utc_days_and_the_rest_is_not_partitioned(defs: dg.Definitions) -> None:
    resolved = defs.resolve_asset_graph()
    for name in GRAPH:
        key = dg.AssetKey(["small", name])
        partitions = resolved.get(key).partitions_def
        assert (partitions is not None) == (name in PER_DAY | BY_CANDIDATE), name
        assert (key in resolved.materializable_asset_keys) == (name not in OCCASIONAL - BY_CANDIDATE)
        if isinstance(partitions, dg.DailyPartitionsDefinition):
            assert partitions.get_first_partition_key() == "2026-01-05"
            assert partitions.timezone == "UTC"
            assert resolved.get(key).backfill_policy == dg.BackfillPolicy.single_run()


def test_dagster_says_which_project_is_late(graph: dict[str, dg.AssetSpec]) -> None:
    awaited = {name: spec.freshness_policy for name, spec in graph.items() if spec.freshness_policy}
    in_time = dg.FreshnessPolicy.cron("0 5 * * *", timedelta(hours=4), "UTC")  # the night begins at 02:00
    assert awaited == {"files": in_time, "scores": in_time}


def test_checks(defs: dg.Definitions) -> None:
    found = {
        (spec.asset_key.path[-1], spec.name): spec.blocking
        for stage in defs.assets or ()
        if isinstance(stage, dg.AssetsDefinition)
        for spec in stage.check_specs
    }
    structural = {(name, "schema"): True for name in set(GRAPH) - OCCASIONAL} | {(name, "keys"): True for name in KEYS}
    assert found == structural | QUALITY


def test_a_night_records_every_answer_about_quality_and_the_weekly_job_those_about_structure(
    defs: dg.Definitions,
) -> None:
    def recorded(job: str) -> set[tuple[str, str]]:
        stages = defs.resolve_job_def(job).asset_layer.data
        return {(key.asset_key.path[-1], key.name) for stage in stages for key in stage.assets_def.check_keys}

    assert recorded("small_refresh") == set(QUALITY)
    assert recorded("small_settle") == {(table, name) for table, name in QUALITY if table not in PER_DAY}
    structural = {(name, "schema") for name in set(GRAPH) - OCCASIONAL} | {(name, "keys") for name in KEYS}
    assert recorded("small_structure") == structural | set(QUALITY)


def test_jobs_schedules_and_sensors(defs: dg.Definitions) -> None:
    repository = defs.get_repository_def()
    jobs = {job.name for job in repository.get_all_jobs() if not job.name.startswith("__")}
    named = ("refresh", "settle", "structure", "candidates", "report", "flagged")
    assert jobs == {*(f"small_{name}" for name in named), "compact"}
    assert {
        (one.name, one.job_name, one.cron_schedule, one.execution_timezone, one.default_status.value)
        for one in repository.schedule_defs
    } == {
        ("small_nightly", "small_refresh", "0 2 * * *", "UTC", "RUNNING"),
        ("small_weekly_structure", "small_structure", "0 12 * * 0", "UTC", "RUNNING"),
        ("small_weekly_report", "small_report", "0 5 * * 1", "UTC", "RUNNING"),
        ("small_monthly_flagged", "small_flagged", "0 5 2 * *", "UTC", "RUNNING"),
        ("weekly_compact", "compact", "30 12 * * 0", "UTC", "RUNNING"),
    }
    assert {
        (one.name, *(of.job_name for of in one.targets), one.minimum_interval_seconds, one.default_status.value)
        for one in repository.sensor_defs
    } == {
        ("small_inbox", "small_refresh", 60, "RUNNING"),
        ("small_labels", "small_settle", 60, "RUNNING"),
        ("small_late_flags", "small_refresh", 3600, "RUNNING"),
        ("small_candidates", "small_candidates", 60, "RUNNING"),
        ("lost_runs", 30, "RUNNING"),
    }


def test_the_refresh_job_is_everything_and_the_settle_job_what_answers_change(defs: dg.Definitions) -> None:
    def tables(job: str) -> set[str]:
        layer = defs.resolve_job_def(job).asset_layer
        return {key.path[-1] for key in layer.selected_asset_keys}

    assert tables("small_refresh") == set(GRAPH) - OCCASIONAL
    assert tables("small_settle") == set(GRAPH) - OCCASIONAL - PER_DAY
    assert tables("small_report") == {"report"}
    assert not {"report", "flagged", "candidate_backfill"} & tables("small_structure")
    assert defs.resolve_job_def("small_refresh").partitions_def is not None
    assert defs.resolve_job_def("small_settle").partitions_def is None


def test_the_executor_is_a_setting(tmp_path: Path) -> None:
    executors = {
        name: build_definitions(
            Settings.model_validate({"home": tmp_path, "projects": tmp_path, "executor": name})
        ).executor
        for name in ("in_process", "multiprocess")
    }
    for name, executor in executors.items():
        assert isinstance(executor, dg.ExecutorDefinition)
        assert executor.name == name


def test_a_broken_project_is_shown_as_broken_and_takes_nobody_along(tmp_path: Path) -> None:
    write_project(tmp_path / "fine")
    write_project(tmp_path / "wrong", sampling={"budget": 0})
    write_project(tmp_path / "lost-name", inbox="elsewhere")
    write_project(tmp_path / "pigeon", inbox="loft", labeling={"backend": "carrier_pigeon"})
    write_project(tmp_path / "twin", inbox="inbox/dt={day}")
    settings = Settings(home=tmp_path, projects=tmp_path)
    defs = build_definitions(settings)
    repository = defs.get_repository_def()
    assert {job.name for job in repository.get_all_jobs()} >= {"fine_refresh", "fine_settle"}
    keys = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs() if spec.key.path[0] != "fine"}
    assert [re.sub("_[0-9a-f]{6}", "", key) for key in sorted(keys)] == [
        "lost_name/declaration",
        "pigeon/declaration",
        "twin/declaration",
        "wrong/declaration",
    ]
    assert "wrong/project.yaml:" in (keys["wrong/declaration"].description or "")

    instance = dg.DagsterInstance.ephemeral()
    sensor = repository.get_sensor_def("broken_projects")
    said = sensor.evaluate_tick(dg.build_sensor_context(instance))
    events = [event for event in said.asset_events if isinstance(event, dg.AssetCheckEvaluation)]
    why = {event.asset_key.path[0]: event.description or "" for event in events if not event.passed}
    assert len(why) == len(keys)
    assert re.search(r"twin/project.yaml:\d+: inbox: is, or overlaps with, the inbox of fine", why["twin"])
    assert re.search(r"pigeon/project.yaml:\d+: labeling.backend: is 'carrier_pigeon'", why["pigeon"])
    again = sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=said.cursor))
    assert again.asset_events == []


def test_importing_opens_nothing_and_loads_nothing_heavy(tmp_path: Path) -> None:
    make_home(tmp_path, days=DAYS[:1])
    environment = {**os.environ, "GT_HOME": str(tmp_path), "GT_PROJECTS": str(tmp_path / "projects")}
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert loaded.returncode == 0, loaded.stderr
    assert int(loaded.stdout) > 100  # the hook saw the modules themselves being opened
    assert not (tmp_path / "lake").exists()


@pytest.mark.slow
def test_dagster_loads_the_workspace_from_anywhere(tmp_path: Path) -> None:
    write_project(tmp_path / "projects" / "small")
    environment = {
        **os.environ,
        "GT_HOME": str(tmp_path),
        "GT_PROJECTS": str(tmp_path / "projects"),
        "DAGSTER_HOME": str(tmp_path),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    dagster = Path(sysconfig.get_path("scripts")) / "dagster"
    validated = subprocess.run(
        [dagster, "definitions", "validate", "-w", ROOT / "workspace.yaml"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert validated.returncode == 0, validated.stderr
    assert "Validation successful for code location gt_platform" in validated.stderr + validated.stdout
    assert not (tmp_path / "lake").exists()


def test_workspace_and_dg_name_the_same_definitions() -> None:
    """Dagster's commands read `[tool.dg]` before a `workspace.yaml` beside it, and keep schedules by location name."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["dg"]["project"]
    (loaded,) = yaml.safe_load((ROOT / "workspace.yaml").read_text("utf-8"))["load_from"]
    assert loaded["python_module"] == {
        "module_name": declared["code_location_target_module"],
        "location_name": declared["code_location_name"],
    }


@pytest.mark.slow
def test_dg_check_defs(tmp_path: Path) -> None:
    environment = {**os.environ, "GT_HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)}
    dg_script = Path(sysconfig.get_path("scripts")) / "dg"
    checked = subprocess.run(
        [dg_script, "check", "defs"], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "All definitions loaded successfully" in checked.stdout + checked.stderr
