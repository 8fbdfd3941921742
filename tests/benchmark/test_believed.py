"""Scores without experts: the truth imputed from answers and outputs, which decides nothing."""

import json

import numpy as np
import pytest

from gt_platform.benchmark import score
from gt_platform.benchmark.believed import IMPUTED
from gt_platform.benchmark.score import UNCHECKED
from gt_platform.lake import Store
from gt_platform.lake.tables import ANNOTATIONS, ASSIGNMENTS
from tests.benchmark.labels import VERSIONS, add_no_valid_answer, add_release, add_sample, add_truth, rows, write
from tests.sampling.rows import MOMENT, MONDAY, add_events, project

LABELS = np.array(["bad", "good"])
GATE = {"score": {"metric": "accuracy", "at_least": 0.4}}
OVERLAP = 3


def crowd(store: Store, count: int) -> float:
    """A fifth is good; nine annotators are right on 80 %, the model on 90 %. Returns the share it is right on."""
    rng = np.random.default_rng(3)
    true = (rng.random(count) < 0.2).astype(int)
    output = np.where(rng.random(count) < 0.9, true, 1 - true)
    who = rng.permuted(np.tile(np.arange(9), (count, 1)), axis=1)[:, :OVERLAP]
    said = np.where(rng.random((count, OVERLAP)) < 0.8, true[:, None], 1 - true[:, None])
    events = [f"e{at:03}" for at in range(count)]
    add_events(
        store, MONDAY, [{"event_id": one, "output": LABELS[out]} for one, out in zip(events, output, strict=True)]
    )
    add_sample(store, MONDAY, "all", 10 * count, events)
    majority = (said.mean(axis=1) > 0.5).astype(int)
    add_truth(store, {one: LABELS[at] for one, at in zip(events, majority, strict=True)})
    given = [
        {"assignment_id": f"{one}-{slot}", "item_id": f"item of {one}", "slot": slot + 1, "round": 1} | VERSIONS
        | {"annotator": f"a{who[at, slot]}", "answer": json.dumps(str(LABELS[said[at, slot]])), "collected_at": MOMENT}
        | {"input": '"text"', "backend": "files", "assigned_at": MOMENT}
        for at, one in enumerate(events)
        for slot in range(OVERLAP)
    ]  # fmt: skip
    for table in (ASSIGNMENTS, ANNOTATIONS):
        kept = set(table.column_names())
        write(store, table, [{name: value for name, value in row.items() if name in kept} for row in given])
    add_release(store)
    return float((output == true).mean())


@pytest.mark.slow
def test_nothing_is_imputed_of_an_item_to_which_no_answer_is_valid(store: Store) -> None:
    crowd(store, 300)
    score(store, project(truth="experts"))
    (before,) = rows(store)
    add_events(store, MONDAY, [{"event_id": f"v{at}", "output": "bad"} for at in range(90)])
    add_sample(store, MONDAY, "all", 3900, [f"v{at}" for at in range(90)])
    for at in range(90):
        add_no_valid_answer(store, f"v{at}")
    score(store, project(truth="experts"))
    (row,) = rows(store)
    assert IMPUTED in row["method"]
    assert (row["estimate"], row["n"]) == (pytest.approx(before["estimate"]), before["n"])


@pytest.mark.slow
def test_truth_that_nobody_here_answered_is_taken_as_it_is(store: Store) -> None:
    crowd(store, 300)
    score(store, project(truth="experts"))
    (before,) = rows(store)
    imported = [f"i{at}" for at in range(90)]
    add_events(store, MONDAY, [{"event_id": one, "output": "bad"} for one in imported])
    add_sample(store, MONDAY, "imported", 90, imported)
    add_truth(store, dict.fromkeys(imported, "good"))
    score(store, project(truth="experts"))
    (row,) = rows(store)
    assert IMPUTED in row["method"]
    assert row["estimate"] == pytest.approx(before["estimate"] * 3000 / 3090, abs=2e-3)


@pytest.mark.slow
def test_the_truth_is_imputed_and_nothing_is_decided_by_it(store: Store) -> None:
    right = crowd(store, 300)
    score(store, project(gates=GATE))
    (crowds,) = rows(store)
    assert crowds["high"] < right  # annotators' errors pass for the model's
    assert crowds["verdict"] == "pass"
    score(store, project(gates=GATE, truth="experts"))
    (row,) = rows(store)
    assert row["low"] < right < row["high"]
    assert IMPUTED in row["method"]
    assert "if annotators and model err independently" in row["method"]
    assert (row["against"], row["checked"], row["verdict"]) == ("experts", 0, "insufficient_evidence")
    assert 0 < row["sampling_share"] < 1
    parts = store.read("SELECT sum(weight * numerator) / sum(weight * denominator) FROM measurements").item()
    assert parts == pytest.approx(row["estimate"], abs=1e-3)  # of a regression


def test_where_answers_cannot_tell_the_method_says_why(store: Store) -> None:
    crowd(store, 40)
    score(store, project(gates=GATE, truth="experts"))
    (row,) = rows(store)
    why = "40 items are too few to tell how good annotators are: it takes 50"
    assert UNCHECKED.format(why) in row["method"]
    assert (row["against"], row["verdict"], row["sampling_share"]) == ("annotators", "insufficient_evidence", None)
