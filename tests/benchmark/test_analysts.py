"""The analysts' views on a world small enough to reckon by hand: every example of docs/tables.md with its answer."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gt_platform.benchmark import score, stand
from gt_platform.declarations import declare
from gt_platform.labeling import agreement_by_week
from gt_platform.lake import Lake, Store
from gt_platform.lake.analyst import query
from gt_platform.lake.tables import ATTEMPTS, CHANGELOG, DRIFT, EXPERT_CHECKS, PREDICTIONS, RUNS, STANDINGS, TAGS
from gt_platform.lake.views import VIEWS, labels_flat
from gt_platform.settings import Settings
from tests.benchmark.labels import (
    add_answers,
    add_release,
    add_sample,
    add_tie,
    add_truth,
    labeled_day,
    rows,
    write,
)
from tests.sampling.rows import MOMENT, MONDAY, add_events, add_feedback, project
from tests.support.rows import keyed
from tests.support.rows import rows as table_rows

SLICED = project(benchmark={"metrics": ["accuracy", "recall"], "slices": ["channel"]})
EXAMPLES = {view.name: view.example for view in (*VIEWS, labels_flat(["channel"])) if view.example}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Store]]:
    """A day of 122 events, 22 of them drawn: 13 right, 8 wrong, and one (`t`) that people could not agree on."""
    settings = Settings(home=tmp_path_factory.mktemp("world"))
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        labeled_day(store, MONDAY, sure=9, unsure=4)
        add_events(
            store,
            MONDAY,
            [{"event_id": "x", "output": "bad", "attributes": {"channel": "web"}}, {"event_id": "t"}],
        )
        add_sample(store, MONDAY, "short", 1, ["x"])
        add_sample(store, MONDAY, "tied", 1, ["t"])
        add_truth(store, {"x": "bad"})
        add_tie(store, "t", ["good", "bad"])
        for at, event in enumerate([*(f"s{at}" for at in range(10)), *(f"u{at}" for at in range(10))]):
            add_answers(store, event, ["good", "bad" if at < 5 else "good"])
        add_feedback(store, MONDAY, [("s0", "thumb", "up"), ("u4", "thumb", "up"), ("s9", "thumb", "down")])
        add_feedback(store, MONDAY, [("t", "correction", "bad")], by="ann")
        released = store.read("SELECT item_id, answer AS after FROM ground_truth").to_dicts()
        write(store, CHANGELOG, [row | {"release": 1, "change": "added"} for row in released])
        judged = {"column_name": "*", "verdict": "drift", "q_value": 0.001, "n_reference": 90, "n_current": 122}
        found = [
            judged,
            judged | {"column_name": "output"},
            judged | {"column_name": "words", "verdict": "insufficient_evidence", "q_value": None},
        ]
        write(store, DRIFT, [row | {"frame_day": MONDAY} for row in found])
        standing = {"annotator": "a", "state": "active", "reason": "r", "answers": 42, "honeypots": 0, "basis": "truth"}
        standing |= {"share": 0.9, "low": 0.6, "high": 0.98, "n": 10, "judged_at": MOMENT}
        write(store, STANDINGS, [standing | {"revision": at} for at in (1, 2)])
        tried = {"path": "loop.jsonl", "version": "1", "reason": "leads back to itself", "tried_at": MOMENT}
        failed = [tried | {"number": at, "tries": at, "outcome": "failed"} for at in (1, 2)]
        mended = tried | {"path": "late.jsonl", "number": 1, "tries": 1, "outcome": "gone"}
        write(store, ATTEMPTS, [*failed, tried | {"number": 3, "tries": 3, "outcome": "set_aside"}, mended])
        drawn = {"event_id": "s0", "item_id": "item of s0", "pattern": "split", "consensus": '"good"', "drawn": True}
        drawn |= {"cell": "split, agrees: model good, annotators good", "wave": 1, "drawn_at": MOMENT}
        write(store, EXPERT_CHECKS, [drawn | {"inclusion_probability": 0.2}])
        named = [("tag", "v1.0"), ("role", "champion"), ("note", None)]
        given = {"release": 1, "given_by": "lee", "given_at": MOMENT}
        write(
            store,
            TAGS,
            [given | {"number": at, "kind": kind, "name": name} for at, (kind, name) in enumerate(named, 1)],
        )
        store.commit("runs", lambda writer: writer.append(RUNS, keyed(RUNS, "r", meta='{"git":"abc"}')))
        asked = ({"candidate": "v2", "run_id": "r", "item_id": item, "output": '"good"'} for item in ("s0", "s1"))
        predictions = table_rows(PREDICTIONS, *asked)
        store.commit("predictions", lambda writer: writer.append(PREDICTIONS, predictions))
        declare(store, SLICED)
        add_release(store, 1)
        score(store, SLICED)
        add_release(store, 2)
        score(store, SLICED)
        stand(store, SLICED)
        yield settings, store


def answer_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """What each example answers. Ten of a hundred sure events stand for ten each, ten of twenty unsure for two."""
    (row,) = rows(store)
    bounds = (round(row["low"], 3), round(row["high"], 3))
    estimate = round((98 + 1 + 0.5) / 122, 3)
    week = agreement_by_week(store, SLICED)[0][1]
    assert week.mean == pytest.approx(15 / 21)
    assert week.low is not None
    assert week.high is not None
    return {
        "unread": [("loop.jsonl", "set_aside", 3, "leads back to itself")],
        "confusion": [
            ("m1", "bad", "bad", 1, round(1 / 21, 3)),
            ("m1", "bad", "good", 6, round(20 / 21, 3)),
            ("m1", "good", "good", 10, 1.0),
            ("m2", "bad", "good", 1, 1.0),
            ("m2", "good", "good", 3, 1.0),
        ],
        "feedback_vs_truth": [
            ("end_user", "correction", "bad", 1, 0.5),
            ("end_user", "thumb", "down", 1, 0.0),
            ("end_user", "thumb", "up", 2, round(10 / 12, 3)),
        ],
        "polarities": [
            ("end_user", "correction", None, 1),
            ("end_user", "thumb", "negative", 1),
            ("end_user", "thumb", "positive", 2),
        ],
        "event_feedback": [(False, True, 2), (True, False, 2)],
        "signals": [("correction", "bad", "asked", 1), ("thumb", "down", "settled", 1), ("thumb", "up", "settled", 2)],
        "feedback_by_week": [
            (MONDAY, "*", "end_user", 122, 4, 4, 2, 4, 0.15, 0.85),
            (MONDAY, "channel=app", "end_user", 60, 2, 2, 0, 2, 0.0, 0.658),
            (MONDAY, "channel=web", "end_user", 61, 1, 1, 1, 1, 0.207, 1.0),
        ],
        "proposals": [("good", "bad", "open", 1)],
        "how_right": [  # 10 of a weight of 12, which is worth 144 / 104 events
            ("end_user", "thumb down", 1, 1.0, 0.207, 1.0),
            ("end_user", "thumb up", 2, 0.833, 0.186, 0.991),
        ],
        "latency": [(MONDAY, "event to feedback", 4, 0.0, 0.0)],
        "drift_days": [(MONDAY, "drift", "output", 122)],
        "expert_answers": [("split, agrees: model good, annotators good", 1, 0, 0)],
        "label_budget": [(MONDAY, 40, 22, 42, 21, 1)],
        "agreement_by_week": [(MONDAY, 21, round(15 / 21, 3), round(week.low, 3), round(week.high, 3))],
        "annotator_work": [("a", 42, 0, "active", 0.9, 10)],
        "score_history": [(number, estimate, *bounds, 22) for number in (1, 2)],
        "release_scores": [(number, 1, estimate, 22) for number in (1, 2)],
        "candidates": [("v2", 2, 0, "abc")],
        "current_candidate_scores": [("production", estimate, 22, 0), ("v2", 0.0, 22, 22)],
        "release_tags": [(1, "v1.0", "champion")],
        "item_history": [("answered", 42), ("asked", 42), ("decided", 1), ("drawn", 22), ("released", 21)],
        "release_changes": [(1, "added", 21)],
        "training": [("bad", 8, 10 + 6 * 2 + 1), ("good", 13, 9 * 10 + 4 * 2)],
        "labels_flat": [("app", 10, 0.9), ("web", 11, round(45 / 61, 3)), (None, 1, 0.5)],
    }


@pytest.mark.parametrize("view", EXAMPLES)
def test_an_example_of_the_docs_answers_what_is_reckoned_by_hand(view: str, world: tuple[Settings, Store]) -> None:
    settings, store = world
    assert query(settings, EXAMPLES[view]).rows() == answer_of(store)[view]


def test_y_and_weight_reproduce_every_score_that_is_estimated_by_strata(world: tuple[Settings, Store]) -> None:
    _, store = world
    totals = "sum(weight * y) / sum(weight * y_of) FROM labels_flat"
    (overall,) = rows(store)
    assert overall["method"].startswith("stratified ratio")
    assert store.read(f"SELECT {totals}").item() == pytest.approx(overall["estimate"])
    for channel in ("app", "web"):
        (of_slice,) = rows(store, slice=f"channel={channel}")
        found = store.read(f"SELECT {totals} WHERE channel = ?", [channel]).item()
        assert found == pytest.approx(of_slice["estimate"])
    (recall,) = rows(store, metric="recall", label="good")
    measured = (
        "SELECT sum(weight * numerator) / sum(weight * denominator) FROM measurements WHERE metric = ? AND label = ?"
    )
    assert store.read(measured, ["recall", "good"]).item() == pytest.approx(recall["estimate"])


def test_scores_are_their_releases_own_at_the_snapshot_that_is_noted(world: tuple[Settings, Store]) -> None:
    settings, store = world
    asked = "SELECT DISTINCT release FROM gt.sentiment.scores AT (VERSION => {})"
    noted = store.read("SELECT release, scores_snapshot FROM release_scores ORDER BY release").rows()
    assert [query(settings, asked.format(snapshot)).rows() for _, snapshot in noted] == [[(1,)], [(2,)]]
    assert query(settings, asked.format(noted[1][1] - 1)).rows() == [(1,)]


def test_scores_that_stay_the_same_are_noted_once(world: tuple[Settings, Store]) -> None:
    _, store = world
    before = store.read("SELECT release, scoring FROM scorings ORDER BY ALL").rows()
    score(store, SLICED)
    assert store.read("SELECT release, scoring FROM scorings ORDER BY ALL").rows() == before == [(1, 1), (2, 1)]


def test_bounds_are_wilsons_at_the_effective_n(world: tuple[Settings, Store]) -> None:
    _, store = world
    row = store.read("SELECT share, low, high, effective FROM confusion WHERE truth = 'bad' AND output = 'bad'").row(0)
    share, low, high, effective = row
    assert effective == pytest.approx(21**2 / (10**2 + 5 * 2**2 + 1))
    for bound in (low, high):  # Wilson's bounds are where the score test is just significant
        assert (share - bound) ** 2 / (bound * (1 - bound) / effective) == pytest.approx(1.959964**2)


def test_training_is_split_by_item_and_never_holds_what_waits(world: tuple[Settings, Store]) -> None:
    _, store = world
    training = store.read("SELECT item_id, bucket, truth FROM training")
    assert training.height == 21
    assert "item of t" not in training["item_id"].to_list()
    assert training["bucket"].is_between(0, 99).all()
    assert training["bucket"].n_unique() > 10


def test_a_settled_answer_not_released_yet_is_not_trained_on(settings_for: Callable[[str], Settings]) -> None:
    with Lake.open(settings_for("sqlite+folder")) as lake:
        store = lake.store("sentiment")
        add_truth(store, {"a": "good", "b": "good"})
        add_release(store)
        changes = [{"release": 1, "item_id": f"item of {event}", "change": "added"} for event in "ab"]
        write(store, CHANGELOG, [changes[0] | {"after": '"good"'}, changes[1] | {"after": '"bad"'}])
        assert store.read("SELECT item_id, truth, release FROM training").rows() == [("item of a", "good", 1)]
