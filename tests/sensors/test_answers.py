"""The labels sensor: answers that wait, and the run that takes them in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from gt_platform import benchmark, drift, feedback, labeling, likeness, sampling, truth
from gt_platform.definitions import build_definitions
from gt_platform.lake.tables import SCORES
from gt_platform.platform import Platform
from gt_platform.refresh import refresher
from gt_platform.sensors.answers import Found, decide
from gt_platform.sensors.runs import WORK_TAG, Work
from gt_platform.settings import Settings
from gt_platform.unsettled import unsettled
from tests.support.home import DAYS, make_home, small
from tests.support.sentiment import put_assignment, write_replay

NOTHING = "no answers are waiting, and all truth is settled, released and scored"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_home(tmp_path, days=())


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    opened = Platform(settings)
    yield opened
    opened.close()


def test_decisions() -> None:
    found = Found(why="answers are waiting", digest="d")
    tried = Work(digest="d", attempts=1, last_ended=NOW - timedelta(minutes=1))
    assert decide(None, None, [], NOW) == NOTHING
    assert decide(found, Work(digest="d"), [object()], NOW) == (
        "answers are waiting; 1 runs of the project are queued or running"
    )
    assert decide(found, Work(digest="d"), [], NOW) == Work(digest="d")
    assert decide(found, tried, [], NOW) == "answers are waiting; attempt 1 at it was in vain; waiting before the next"
    assert decide(found, tried, [], NOW + timedelta(minutes=1)) == tried


class Sensor:
    """The labels sensor on an instance, with its cursor."""

    def __init__(self, settings: Settings, platform: Platform) -> None:
        self.instance = dg.DagsterInstance.ephemeral()
        self.cursor: str | None = None
        self._defs, self._platform = build_definitions(settings, platform), platform

    def tick(self) -> tuple[list[dg.RunRequest], str | None]:
        context = dg.build_sensor_context(
            self.instance, definitions=self._defs, resources={"platform": self._platform}, cursor=self.cursor
        )
        evaluated = self._defs.get_repository_def().get_sensor_def("small_labels").evaluate_tick(context)
        self.cursor = evaluated.cursor
        return list(evaluated.run_requests or []), evaluated.skip_message


@pytest.mark.slow
def test_the_sensor_asks_for_settling_while_answers_wait(settings: Settings, platform: Platform) -> None:
    project, sensor = small(settings), Sensor(settings, platform)
    store, backend = platform.store(project), platform.backend(project)
    assert sensor.tick() == ([], NOTHING)
    put_assignment(store, project, f"text 1 of {date(2026, 1, 5)}")
    (request,), _ = sensor.tick()
    assert request.run_key == f"{request.tags[WORK_TAG]}:1"
    labeling.collect(store, project, backend=backend)
    truth.settle(store, project)
    likeness.find_duplicates(store, project)
    truth.fold(store, project)
    truth.release(store, project, bundles=platform.files)
    benchmark.score(store, project)
    assert sensor.tick() == ([], NOTHING)


@pytest.mark.slow
def test_a_night_that_died_behind_its_frames_is_found_at_every_stage_and_finished(
    tmp_path: Path,
) -> None:
    settings = make_home(tmp_path, days=DAYS[:1])
    platform, project, first = Platform(settings), small(settings), DAYS[0]
    store, backend, sensor = platform.store(project), platform.backend(project), Sensor(settings, platform)
    feedback.ingest(store, project, first, inbox=platform.inbox(project), today=platform.today())
    drift.measure(store, project, first, reports=platform.files)
    sampling.draw(store, project, first)
    labeling.assign(store, project, first, backend=backend)
    labeling.collect(store, project, backend=backend)
    keys, died_before = set(), []
    for table, stage in (
        ("decisions", lambda: truth.settle(store, project)),
        ("duplicates", lambda: likeness.find_duplicates(store, project)),
        ("ground_truth", lambda: truth.fold(store, project)),
        ("releases", lambda: truth.release(store, project, bundles=platform.files)),
        ("scores", lambda: benchmark.score(store, project)),
    ):
        died_before.append((unsettled(store, project), table))
        (request,), _ = sensor.tick()
        keys.add(request.run_key)
        assert sensor.tick()[0] == [request]  # a tick that was lost is found again
        stage()
    assert [found for found, _ in died_before] == [table for _, table in died_before]
    assert len(keys) == 5
    assert sensor.tick() == ([], NOTHING)
    store.commit("somebody's", lambda writer: writer.replace(SCORES, SCORES.frame([])))
    assert unsettled(store, project) == "scores"
    with refresher(settings) as nightly:
        nightly.settle(project.name)
    assert unsettled(store, project) is None
    platform.close()


def test_nothing_is_asked_while_a_run_may_still_finish_it(settings: Settings, platform: Platform) -> None:
    project, sensor = small(settings), Sensor(settings, platform)
    store = platform.store(project)
    put_assignment(store, project, f"text 1 of {date(2026, 1, 5)}")
    labeling.collect(store, project, backend=platform.backend(project))
    sensor.instance.add_run(dg.DagsterRun("small_refresh", status=dg.DagsterRunStatus.STARTED))
    assert sensor.tick()[0] == []
    sensor.instance.add_run(dg.DagsterRun("small_settle", status=dg.DagsterRunStatus.FAILURE))
    assert sensor.tick()[0] == []


@pytest.mark.slow
def test_the_sensor_goes_on_by_itself_while_answers_are_too_weak(tmp_path: Path) -> None:
    adaptive = {"backend": "replay", "overlap": 2, "maximum": 5, "confidence": 0.55}
    settings = make_home(tmp_path, days=(), labeling=adaptive | {"options": {"answers": "replay.jsonl"}})
    write_replay(tmp_path, {"divided": ["positive", "negative", "neutral", "positive", "positive"]})
    platform, project = Platform(settings), small(settings)
    store, backend = platform.store(project), platform.backend(project)
    put_assignment(store, project, "divided", 2)
    digests = []
    while digest := labeling.waiting(store, project, backend):
        digests.append(digest)
        labeling.collect(store, project, backend=backend)
        truth.settle(store, project)
    decisions = store.read("SELECT answers, status FROM decisions ORDER BY revision").rows()
    platform.close()
    assert len(set(digests)) == len(digests) == 4
    assert decisions == [(2, "adjudicate"), (3, "adjudicate"), (4, "adjudicate"), (5, "consensus")]
