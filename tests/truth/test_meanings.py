"""A correction is held against output and truth as its kind of answers compares, not to the letter."""

from collections.abc import Callable
from typing import Any

import pytest

from gt_platform import truth
from gt_platform.benchmark import score
from gt_platform.declarations import declare
from gt_platform.lake import Store
from gt_platform.lake.tables import MEANINGS
from gt_platform.truth.meanings import meanings
from tests.benchmark.labels import add_release, add_sample, add_truth
from tests.sampling.rows import MONDAY, add_events, add_feedback, project

CHOICES = {"kind": "choices", "labels": {"a": "one", "b": "another", "c": "a third"}}
NUMBER = {"kind": "number", "minimum": 0, "maximum": 100, "unit": "m", "tolerance": 2}
RIGHT = "SELECT \"right\", n FROM how_right WHERE said = 'correction'"


@pytest.mark.parametrize(
    ("kind", "metric", "output", "true", "as_true", "as_output", "other"),
    [
        (CHOICES, "jaccard", ["a"], ["b", "a"], ["a", "b"], ["a"], ["c"]),
        (NUMBER, "absolute_error", 50, 20, 21.5, 50.0, 70),
    ],
    ids=["order of choices", "tolerance of numbers"],
)
def test_what_means_the_same_is_the_same(
    new_store: Callable[[], Store],
    kind: dict[str, Any],
    metric: str,
    output: Any,
    true: Any,
    as_true: Any,
    as_output: Any,
    other: Any,
) -> None:
    store, declared = new_store(), project(answer=kind, benchmark={"metrics": [metric]})
    declare(store, declared)
    add_events(store, MONDAY, [{"event_id": f"e{at}", "output": output} for at in range(4)])
    add_sample(store, MONDAY, "whole", 4, [f"e{at}" for at in range(4)])
    add_truth(store, {f"e{at}": true for at in range(3)})
    said = [("e0", "correction", as_true), ("e1", "correction", as_output), ("e2", "correction", other)]
    add_feedback(store, MONDAY, [*said, ("e3", "correction", "none of it")], by="one")
    add_release(store)
    score(store, declared)
    store.commit("meanings", lambda writer: writer.replace(MEANINGS, meanings(writer, declared)))
    rows = "SELECT event_id, differs, agrees FROM meanings JOIN feedback USING (feedback_id) ORDER BY event_id"
    assert store.read(rows).rows() == [
        ("e0", True, True), ("e1", False, False), ("e2", True, False), ("e3", True, None),
    ]  # fmt: skip
    negative = dict(store.read("SELECT event_id, negative FROM opinions").rows())
    assert negative == {"e0": True, "e1": False, "e2": True, "e3": True}
    said_no = dict(store.read("SELECT event_id, people_no FROM event_feedback WHERE people_no <> people_yes").rows())
    assert said_no == negative
    proposed = store.read("SELECT event_id FROM proposals ORDER BY event_id")["event_id"].to_list()
    assert proposed == ["e0", "e2", "e3"]
    assert store.read(RIGHT).row(0) == (pytest.approx(1 / 3), 3)


def test_the_fold_notes_them_and_an_outcome_may_be_a_number(new_store: Callable[[], Store]) -> None:
    store, declared = new_store(), project(outcomes={"5": "bad"})
    add_events(store, MONDAY, [{"event_id": "e0"}])
    add_feedback(store, MONDAY, [("e0", "outcome", 5), ("e0", "outcome", 6), ("e0", "correction", "good")])
    truth.settle(store, declared)
    truth.fold(store, declared)
    rows = "SELECT value, answer ->> '$', differs, agrees FROM meanings JOIN feedback USING (feedback_id) ORDER BY 1"
    assert store.read(rows).rows() == [('"good"', "good", False, False), ("5", "bad", None, True)]
