"""The review of a month as a job, on its schedule and from the command line."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from gt_platform.dagster_home import open_instance
from gt_platform.definitions import build_definitions
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.support.gt import Gt, gt_in
from tests.support.home import make_home, small, write_project
from tests.support.released import published

KEY = dg.AssetKey(["small", "tags"])
TRUTH = {"is": "annotators", "cadence": "monthly", "retire": [{"where": "answer = 'neutral'", "why": "nobody asks"}]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Ten items with truth, one of them of the kind that is retired."""
    settings = make_home(tmp_path_factory.mktemp("home"), days=(), truth=TRUTH)
    with Lake.open(settings) as lake:
        published(lake, small(settings), {f"t{n}": "neutral" if n < 1 else "positive" for n in range(10)})
    return settings


@pytest.fixture
def gt(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Gt:
    return gt_in(home.home, monkeypatch)


@pytest.mark.slow
def test_a_month_is_reviewed_by_the_job_and_again_changes_nothing(home: Settings, gt: Gt) -> None:
    first = gt("refresh", "--month", "2026-02")
    assert first.exit_code == 0, first.output
    assert "small: release 2 is 2026.02. Review of 2026-02: " in first.stdout
    assert "retired by rule: 1." in first.stdout
    assert gt("refresh", "small", "--month", "2026.02").stdout == first.stdout
    with Lake.open(home, read_only=True) as lake:
        assert lake.store("small").read("SELECT name, release FROM tags").rows() == [("2026.02", 2)]
    with open_instance(home.home) as instance:
        records = instance.fetch_materializations(KEY, limit=5).records
        shown = records[-1].asset_materialization
        assert shown is not None
        assert [record.partition_key for record in records] == ["2026-02-01"] * 2
        assert {name: shown.metadata[name].value for name in ("month", "release", "new", "retired")} == {
            "month": "2026-02", "release": 2, "new": True, "retired": 1,
        }  # fmt: skip
        assert str(shown.metadata["note"].value) in first.stdout
    assert "retired by rule: 1" in gt("release", "2026.02").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--month", "2099-01"), "2099-01 is not over before 2099-02-01"),
        (("--month", "2025-12"), "small starts on 2026-01-05; there is nothing of 2025-12 to review"),
        (("--month", "soon"), "'soon' is not a month; write it as 2026-11"),
        (("--month", "2026-02", "--from", "2026-02-01"), "--month reviews a month; it does not go with --from"),
    ],
)
def test_what_cannot_be_reviewed_is_a_sentence(gt: Gt, words: tuple[str, ...], told: str) -> None:
    found = gt("refresh", *words)
    assert (found.exit_code, told in " ".join(found.stderr.split())) == (1, True), found.stderr


def test_only_who_declares_it_has_job_schedule_and_partitions(tmp_path: Path) -> None:
    write_project(tmp_path / "fine", inbox="fine/dt={day}", timezone="Europe/Paris", nightly="23:30", truth=TRUTH)
    write_project(tmp_path / "plain")
    defs = build_definitions(Settings(home=tmp_path, projects=tmp_path))
    repository = defs.get_repository_def()
    assert {job.name for job in repository.get_all_jobs() if "month" in job.name} == {"fine_monthly"}
    schedule = repository.get_schedule_def("fine_month")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 2 2 * *", "Europe/Paris")
    now = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    context = dg.build_schedule_context(scheduled_execution_time=now, repository_def=repository)
    requests = schedule.evaluate_tick(context).run_requests or []
    assert [(one.run_key, one.partition_key) for one in requests] == [("month:2026-02", "2026-02-01")]
    now = datetime(2026, 1, 2, 1, 30, tzinfo=UTC)
    early = dg.build_schedule_context(scheduled_execution_time=now, repository_def=repository)
    assert not schedule.evaluate_tick(early).run_requests
    nodes = defs.resolve_asset_graph()
    assert nodes.get(dg.AssetKey(["fine", "tags"])).is_materializable
    assert not nodes.get(dg.AssetKey(["plain", "tags"])).is_materializable


def test_a_rule_that_is_no_condition_breaks_the_declaration_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [{"where": "answer = 'neutral'; DROP TABLE x", "why": "x"}]
    make_home(tmp_path, days=(), truth={**TRUTH, "retire": rules})
    found = gt_in(tmp_path, monkeypatch)("check")
    assert found.exit_code == 1
    assert "truth.retire.0.where: the rule is no condition in SQL" in " ".join(found.stdout.split())
