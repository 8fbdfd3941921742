"""What is asked to train on: least sure, unlike each other, apart from what is measured by."""

import json
from datetime import timedelta

import polars as pl
import pytest
from pydantic import ValidationError

from gt_platform.held_out.exporting import exported, without_like
from gt_platform.labeling import assign, collect
from gt_platform.labeling.active_learning import unlike
from gt_platform.labeling.agreement import agreement
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.sampling import draw
from gt_platform.sampling.forecast import next_night
from gt_platform.truth import fold, settle
from tests.labeling.people import People
from tests.sampling.rows import MONDAY, add_events, project

LEARNT = "SELECT input, source, first_frame FROM items WHERE origin = 'active_learning' ORDER BY input"


@pytest.fixture
def declared() -> Project:
    return project(
        sampling={"budget": 10, "active_learning": {"budget": 4}},
        labeling={"backend": "workbench", "overlap": 2, "cost": {"total": 1000}},
    )


def frame(store: Store, at: int = 0) -> None:
    words = ["lamp", "parcel", "kettle", "mirror", "carpet", "window", "pillow", "basket", "hammer", "candle"]
    add_events(
        store,
        MONDAY + timedelta(days=at),
        [
            {"event_id": f"{at}-{one:02}", "confidence": 0.5 + one / 100, "input": f"{words[one % 10]} {at} {one}"}
            for one in range(40)
        ],
    )


def night(store: Store, declared: Project, people: People, at: int = 0) -> tuple[int, int, int]:
    day = MONDAY + timedelta(days=at)
    draw(store, declared, day)
    done = assign(store, declared, day, backend=people)
    return done.asked, done.assignments, done.to_learn


def test_a_frame_has_so_many_asked_to_train_on_beside_its_sample_and_once(store: Store, declared: Project) -> None:
    people = People({name: lambda _: "good" for name in ("ann", "bob")})
    frame(store)
    assert night(store, declared, people) == (10, 20, 4)
    assert night(store, declared, people) == (0, 0, 0)
    chosen = store.read(LEARNT)
    assert set(chosen["source"]) == {f"frame {MONDAY}"}
    sampled = store.read("SELECT input FROM events SEMI JOIN sample USING (event_id)")["input"]
    assert not set(chosen["input"]) & set(sampled)
    least = store.read("""
        SELECT input FROM events ANTI JOIN sample USING (event_id) ORDER BY confidence LIMIT 8
    """)["input"]
    assert set(chosen["input"]) <= set(least)
    frame(store, 1)
    expected = next_night(store, declared)
    assert expected is not None
    assert (expected.answers, expected.training, expected.added) == (20, 8, 0)
    assert night(store, declared, people, 1) == (10, 20, 4)
    assert night(store, project(sampling={"budget": 10}), people, 1) == (0, 0, 0)


def test_no_score_and_no_agreement_rests_on_them_and_they_are_exported_to_train_on(
    store: Store, declared: Project
) -> None:
    people = People({"ann": lambda _: "good", "bob": lambda _: "good"})
    frame(store)
    night(store, declared, people)
    people.work()
    collect(store, declared, backend=people)
    settle(store, declared)
    fold(store, declared)
    assert agreement(store, declared).items == 10
    truth = store.read("FROM ground_truth")
    assert truth.height == 14
    assert exported(store, truth).height == 14
    learnt = exported(store, truth, splits=["active_learning"])
    assert sorted(learnt["input"]) == store.read(LEARNT)["input"].to_list()


def test_what_is_like_something_held_out_is_not_exported_to_train_on() -> None:
    said = {
        "chosen": "the red lamp in the hall was broken when it came",
        "other": "nobody ever answered the letter that I wrote",
        "held": "The red lamp in the hall was broken as it came!",
        "drawn": "the red lamp in the hall was broken when it came",
    }
    truth = pl.DataFrame({"item_id": list(said), "input": [json.dumps(text) for text in said.values()]})
    split = {"chosen": "active_learning", "other": "active_learning", "held": "test", "drawn": "train"}
    kept = {"item_id": list(split), "split": list(split.values()), "held_out": [False, False, True, False]}
    rows = truth.filter(pl.col("item_id") != "held")
    assert without_like(rows, truth, pl.DataFrame(kept))["item_id"].to_list() == ["other", "drawn"]


def test_texts_that_are_alike_are_taken_once_while_there_are_others(declared: Project) -> None:
    texts = ["the red lamp is broken", "the red lamp is so broken", "a parcel came late", "nobody answered me"]
    inputs = [json.dumps(text) for text in texts]
    assert unlike(declared, inputs, 2) == [0, 2]
    assert unlike(declared, inputs, 3) == [0, 2, 3]
    assert unlike(declared, inputs, 4) == [0, 1, 2, 3]
    assert unlike(declared, [], 4) == []


def test_a_split_of_that_name_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"active_learning is what sampling\.active_learning chooses"):
        project(splits={"active_learning": "rest", "test": 10})
