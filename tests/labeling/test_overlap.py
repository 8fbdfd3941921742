"""Adaptive overlap: one more answer only while those there are too weak, and one for each that was set aside."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.labeling import Backend, adjudication_queue, assign, collect, open_backend, waiting
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import EXCLUSIONS, SPENDING
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import fold, settle
from tests.labeling.conftest import Declare, Sample
from tests.support.rows import rows
from tests.support.sentiment import DAY, LABELS, declare, event, item_of, put_events, put_sample, write_replay

ADAPTIVE = {"backend": "replay", "options": {"answers": "replay.jsonl"}, "maximum": 5, "confidence": 0.7}
NAMES = tuple(LABELS)


@pytest.fixture
def backend(labeled_by: Declare, tmp_path: Path) -> Backend:
    return open_backend(labeled_by(**ADAPTIVE), Settings(home=tmp_path))


def rounds(store: Store, project: Project, backend: Backend) -> Iterator[tuple[int, int]]:
    """Assignments made and decisions taken, run after run, until nothing is left to do."""
    while waiting(store, project, backend) is not None:
        collected = collect(store, project, backend=backend)
        yield collected.asked_again, settle(store, project).decisions


def standing(store: Store) -> dict[str, tuple[str, int, str | None]]:
    """Each text's status, answers and reason."""
    rows = store.read(
        "SELECT input, status, d.answers, reason FROM decisions d JOIN "
        "(SELECT DISTINCT item_id, input FROM assignments) USING (item_id) "
        "QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY revision DESC) = 1"
    ).rows()
    return {json.loads(text): (status, answers, reason) for text, status, answers, reason in rows}


@pytest.mark.slow
def test_only_weak_answers_get_one_more_up_to_the_maximum(
    store: Store, labeled_by: Declare, ask: Sample, backend: Backend, tmp_path: Path
) -> None:
    project = labeled_by(**ADAPTIVE)
    yes, no, odd = NAMES
    answers = {
        "clear": [yes, yes, yes, no, no],
        "soon": [yes, yes, no, yes, no],
        "late": [yes, no, odd, yes, yes],
        "never": [yes, no, yes, no, odd],
    }
    write_replay(tmp_path, answers)
    ask(project, backend, list(answers))
    assert list(rounds(store, project, backend)) == [(0, 4), (3, 3), (2, 2)]
    assert standing(store) == {
        "clear": ("consensus", 3, None),
        "soon": ("consensus", 4, None),
        "late": ("adjudicate", 5, "0.613 for the leading answer, below the project's 0.7"),
        "never": ("adjudicate", 5, "a tie for first place"),
    }
    assert set(adjudication_queue(store, project)["input"]) == {'"late"', '"never"'}
    assert collect(store, project, backend=backend).saved == 2 + 1


@pytest.mark.slow
def test_nobody_rules_on_what_may_still_settle_by_itself(
    store: Store, labeled_by: Declare, ask: Sample, backend: Backend, tmp_path: Path
) -> None:
    project = labeled_by(**ADAPTIVE)
    write_replay(tmp_path, {"late": [NAMES[0], NAMES[1], NAMES[2]]})
    ask(project, backend, ["late"])
    assert collect(store, project, backend=backend).annotations == 3
    assert settle(store, project).tied == 1
    assert adjudication_queue(store, project).is_empty()  # it may get one more
    assert waiting(store, project, backend) is not None
    assert collect(store, project, backend=backend).asked_again == 1
    assert adjudication_queue(store, project).is_empty()  # it waits for it
    assert waiting(store, project, backend) is None
    assert collect(store, declare(tmp_path), backend=backend).asked_again == 0


@pytest.mark.slow
def test_a_weak_answer_never_stands_where_there_is_a_bound(
    store: Store, labeled_by: Declare, ask: Sample, backend: Backend, tmp_path: Path
) -> None:
    write_replay(tmp_path, {"soon": [NAMES[0], NAMES[0], NAMES[1]]})
    ask(labeled_by(**ADAPTIVE), backend, ["soon"])
    fixed = declare(tmp_path)
    collect(store, fixed, backend=backend)
    assert settle(store, fixed).consensus == 1
    strict = labeled_by(**ADAPTIVE | {"confidence": 0.9})
    assert (
        collect(store, strict, backend=backend).asked_again == 1
    )  # what stood so far is weak now, and stands meanwhile
    assert standing(store) == {"soon": ("consensus", 3, None)}


@pytest.mark.slow
def test_an_answer_set_aside_is_asked_of_somebody_else_and_not_counted(
    store: Store, project: Project, ask: Sample, tmp_path: Path
) -> None:
    yes, no = NAMES[:2]
    write_replay(tmp_path, {"good": [yes, no, no, yes]})
    backend = open_backend(project, Settings(home=tmp_path))
    ask(project, backend, ["good"])
    collect(store, project, backend=backend)
    settle(store, project)
    fold(store, project)
    assert store.read("SELECT answer FROM ground_truth").item() == json.dumps(no)

    worst = store.read("SELECT assignment_id, annotator FROM annotations WHERE annotator = 'a2'")
    row = worst.with_columns(reason=pl.lit("paused"), excluded_at=pl.lit(datetime.now(UTC)))
    store.commit("out", lambda writer: writer.append(EXCLUSIONS, row))
    assert list(rounds(store, project, backend)) == [(1, 1)]
    asked = store.read("SELECT slot, round, item_id FROM assignments ORDER BY slot").rows()
    assert asked == [(slot, 1, item_of("good")) for slot in (1, 2, 3, 4)]
    fold(store, project)
    assert store.read("SELECT answer, answers FROM ground_truth").row(0) == (json.dumps(yes), 3)


@pytest.mark.slow
def test_a_night_that_splits_its_budget_asks_as_often_again_as_that_buys(
    store: Store, labeled_by: Declare, ask: Sample, backend: Backend, tmp_path: Path
) -> None:
    texts = [f"split {at}" for at in range(4)]
    write_replay(tmp_path, {text: [NAMES[0], NAMES[1], NAMES[2], NAMES[0], NAMES[1]] for text in texts})
    project = labeled_by(**ADAPTIVE)
    ask(project, backend, texts)
    store.commit("spent", lambda writer: writer.append(SPENDING, rows(SPENDING, {"frame_day": DAY, "answers": 3})))
    assert [asked for asked, _ in rounds(store, project, backend)] == [0, 3]
    given = "SELECT answers FROM answered_items ORDER BY answers"
    assert store.read(given)["answers"].to_list() == [3, 4, 4, 4]
    assert len(adjudication_queue(store, project)) == 4  # nothing is to come that could settle them


Frames = dict[date, list[list[str]]]
FRAMES = st.lists(
    st.lists(st.lists(st.sampled_from(NAMES[:2]), min_size=5, max_size=5), min_size=1, max_size=4),
    min_size=2,
    max_size=3,
).map(lambda frames: {DAY + timedelta(days=at): answers for at, answers in enumerate(frames)})


def fixpoint(
    store: Store, project: Project, home: Path, frames: Frames, order: list[date], runs: int
) -> tuple[dict[str, str], list[tuple[str, str, int]]]:
    """What stands once nothing is left to do, where `runs` runs follow each day."""
    write_replay(home, {f"{day} {at}": said for day, items in frames.items() for at, said in enumerate(items)})
    backend = open_backend(project, Settings(home=home))
    for day in order:
        texts = [f"{day} {at}" for at in range(len(frames[day]))]
        rows = [event(at, text, day=day, event_id=text) for at, text in enumerate(texts)]
        put_events(store, rows)
        put_sample(store, rows)
        assign(store, project, day, backend=backend)
        for _ in range(runs):
            collect(store, project, backend=backend)
            settle(store, project)
    for _ in rounds(store, project, backend):
        pass
    fold(store, project)
    digests = store.digests()
    votes = store.read("SELECT item_id, status, answers FROM current_decisions ORDER BY ALL").rows()
    return {name: digests[name] for name in ("assignments", "annotations", "settlements", "ground_truth")}, votes


@pytest.mark.slow
@settings(max_examples=2, deadline=None)
@given(frames=FRAMES, data=st.data())
def test_any_order_of_days_and_runs_comes_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, frames: Frames, data: st.DataObject
) -> None:
    home = tmp_path_factory.mktemp("orders")
    project = declare(home, labeling={"overlap": 3} | ADAPTIVE)
    order, runs = data.draw(st.permutations(list(frames))), data.draw(st.integers(0, 3))
    with Lake.open(Settings(home=home)) as lake:
        first, votes = fixpoint(lake.store("first"), project, home, frames, list(frames), 1)
        again, other = fixpoint(lake.store("again"), project, home, frames, order, runs)
    assert first == again
    assert votes == other
    for _, status, answers in votes:
        assert 3 <= answers <= 5
        assert status in {"consensus", "adjudicate"}
