"""The labels sensor: answers that wait, and the run that takes them in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from gt_platform import labeling, truth
from gt_platform.definitions import build_definitions
from gt_platform.platform import Platform
from gt_platform.sensors.answers import decide
from gt_platform.sensors.runs import WORK_TAG, Work
from gt_platform.settings import Settings
from tests.support.home import make_home, small
from tests.support.sentiment import put_assignment, write_replay

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
    tried = Work(digest="d", attempts=1, last_ended=NOW - timedelta(minutes=1))
    assert decide(None, [], NOW) == "no answers are waiting"
    assert (
        decide(Work(digest="d"), [object()], NOW) == "answers are waiting; 1 runs of the project are queued or running"
    )
    assert decide(Work(digest="d"), [], NOW) == Work(digest="d")
    assert decide(tried, [], NOW) == "attempt 1 on these answers did not take them in; waiting before the next"
    assert decide(tried, [], NOW + timedelta(minutes=1)) == tried


def test_the_sensor_asks_for_settling_while_answers_wait(settings: Settings, platform: Platform) -> None:
    project, instance = small(settings), dg.DagsterInstance.ephemeral()
    defs = build_definitions(settings, platform)
    sensor = defs.get_repository_def().get_sensor_def("small_labels")

    def tick() -> tuple[list[dg.RunRequest], str | None]:
        context = dg.build_sensor_context(instance, definitions=defs, resources={"platform": platform})
        evaluated = sensor.evaluate_tick(context)
        return list(evaluated.run_requests or []), evaluated.skip_message

    assert tick() == ([], "no answers are waiting")
    put_assignment(platform.store(project), project, f"text 1 of {date(2026, 1, 5)}")
    (request,), _ = tick()
    assert request.run_key == f"{request.tags[WORK_TAG]}:1"
    labeling.collect(platform.store(project), project, backend=platform.backend(project))
    assert tick() == ([], "no answers are waiting")


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
