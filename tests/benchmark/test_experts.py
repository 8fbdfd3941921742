"""Scores against experts: corrected by their blind checks, and undecided without them."""

import polars as pl
import pytest

from gt_platform.benchmark import score
from gt_platform.benchmark.experts import CORRECTED
from gt_platform.benchmark.score import UNCHECKED
from gt_platform.lake import Store
from gt_platform.lake.tables import EXPERT_CHECKS
from tests.benchmark.labels import (
    add_answers,
    add_checks,
    add_no_valid_answer,
    add_outcomes,
    add_release,
    add_sample,
    add_tie,
    add_truth,
    rows,
)
from tests.sampling.rows import MONDAY, add_events, project

EVENTS = [f"e{at:02}" for at in range(40)]
CONSENSUS = {event: "good" if at < 32 else "bad" for at, event in enumerate(EVENTS)}
SEEN = [*EVENTS[:16], *EVENTS[32:36]]
"""Half of each cell: 16 of those in which annotators agree with the output, 4 of the others."""
GATE = {"score": {"metric": "accuracy", "at_least": 0.4}}


def frame(store: Store) -> None:
    """40 of 400 events, the output good in each; annotators say so of 32."""
    add_events(store, MONDAY, [{"event_id": event} for event in EVENTS])
    add_sample(store, MONDAY, "all", 400, EVENTS)
    add_truth(store, CONSENSUS)
    add_release(store)


def test_those_nobody_checked_are_corrected_by_their_cell(store: Store) -> None:
    frame(store)
    score(store, project(gates=GATE))
    (crowd,) = rows(store)
    assert (crowd["estimate"], crowd["against"], crowd["sampling_share"], crowd["checked"], crowd["verdict"]) == (
        pytest.approx(0.8), "annotators", None, 0, "pass",
    )  # fmt: skip
    said = {event: "bad" if event in EVENTS[:2] else CONSENSUS[event] for event in SEEN}
    add_checks(store, said, of=CONSENSUS, chance=0.5, pattern="unanimous")
    score(store, project(gates=GATE, truth="experts"))
    (row,) = rows(store)
    # 14 of the 16 seen are right; so are seven eighths of the 16 not seen; experts changed none of the other cell
    assert row["estimate"] == pytest.approx((14 + 14) / 40)
    assert (row["against"], row["checked"], row["n"], row["verdict"]) == ("experts", 20, 40, "pass")
    assert CORRECTED in row["method"]
    assert store.read("SELECT count(*) FROM scores WHERE checked > n OR n_invalid > n").item() == 0
    assert 0 < row["sampling_share"] < 1
    assert row["high"] - row["low"] > crowd["high"] - crowd["low"]
    parts = store.read("SELECT sum(weight * numerator) / sum(weight * denominator) FROM measurements").item()
    assert parts == pytest.approx(row["estimate"])
    (plain,) = rows(store, estimand="release")
    assert (plain["against"], plain["verdict"], plain["sampling_share"]) == ("annotators", "none", None)


def test_what_outcomes_tell_is_not_corrected_again_in_those_that_have_none(store: Store) -> None:
    frame(store)
    wrong = [*EVENTS[:2], *EVENTS[16:18]]
    said = {event: "bad" if event in wrong else CONSENSUS[event] for event in SEEN}
    add_checks(store, said, of=CONSENSUS, chance=0.5, pattern="unanimous")
    add_outcomes(store, dict.fromkeys(wrong, "bad"))
    score(store, project(truth="experts"))
    (row,) = rows(store)
    # what is wrong has an outcome, and of the 14 seen that have none all are right: so are the 14 not seen
    assert (row["estimate"], row["checked"]) == (pytest.approx((14 + 14) / 40), 20)


def test_what_was_sought_out_for_experts_changes_no_score(store: Store) -> None:
    frame(store)
    drawn = {event: "bad" if event in EVENTS[:2] else CONSENSUS[event] for event in SEEN}
    sought = dict.fromkeys(EVENTS[36:], "good") | dict.fromkeys(EVENTS[16:19], "bad")
    add_checks(store, drawn | sought, of=CONSENSUS, chance=0.5, pattern="unanimous")
    checks = store.read("SELECT * FROM expert_checks ORDER BY item_id")
    found = pl.col("event_id").is_in(list(sought))
    asked = checks.filter(found).with_columns(wave=pl.lit(0, pl.Int32), drawn=False, inclusion_probability=0.0)
    kept = pl.concat([checks.with_columns(drawn=pl.col("drawn") & ~found), asked])
    store.commit("sought", lambda writer: writer.replace(EXPERT_CHECKS, kept))
    score(store, project(truth="experts"))
    (row,) = rows(store)
    # what was sought out was all wrong; what was drawn says how often the others are
    assert (row["estimate"], row["checked"]) == (pytest.approx((14 + 14) / 40), 20)


@pytest.mark.slow
def test_items_to_which_no_answer_is_valid_are_outside_whether_experts_may_be_given_them_or_not(store: Store) -> None:
    frame(store)
    said = {event: "bad" if event in EVENTS[:2] else CONSENSUS[event] for event in SEEN}
    add_checks(store, said, of=CONSENSUS, chance=0.5, pattern="unanimous")
    never = [f"v{at}" for at in range(20)]
    add_events(store, MONDAY, [{"event_id": event} for event in never])
    add_sample(store, MONDAY, "all", 600, never)
    add_checks(store, {}, of=dict.fromkeys(never[:10]), chance=0.5, pattern="undecided")
    for event in never:
        add_no_valid_answer(store, event)
    score(store, project(truth="experts"))
    (row,) = rows(store)
    assert CORRECTED in row["method"]
    assert (row["estimate"], row["n"]) == (pytest.approx((14 + 14) / 40), 40)


def test_without_enough_checks_no_gate_is_decided_and_the_method_says_why(store: Store) -> None:
    frame(store)
    declared = project(gates=GATE, truth="experts")
    for said in ({}, {event: CONSENSUS[event] for event in SEEN[:9]}):
        if said:
            add_checks(store, said, of=CONSENSUS, chance=0.5, pattern="unanimous")
        score(store, declared)
        (row,) = rows(store)
        assert (row["verdict"], row["against"], row["checked"]) == ("insufficient_evidence", "annotators", 0)
        assert UNCHECKED.format("nobody has answered yet") in row["method"]
        assert row["estimate"] == pytest.approx(0.8)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["majority", "outcome"])
def test_undecided_items_are_corrected_by_what_experts_say_of_such(store: Store, method: str) -> None:
    ties, agreed = EVENTS[:20], EVENTS[20:]
    add_events(store, MONDAY, [{"event_id": event} for event in EVENTS])
    add_sample(store, MONDAY, "all", 400, EVENTS)
    add_truth(store, dict.fromkeys(agreed, "good") | dict.fromkeys(ties[:10], "bad"))
    for event in ties:
        add_tie(store, event, ["good", "bad"], method)
    add_release(store)
    add_checks(store, dict.fromkeys(ties[:10], "bad"), of=dict.fromkeys(ties), chance=0.5, pattern="undecided")
    seen, of = dict.fromkeys(agreed[:10], "good"), dict.fromkeys(agreed, "good")
    add_checks(store, seen, of=of, chance=0.5, pattern="unanimous")
    score(store, project(truth="experts"))
    (row,) = rows(store)
    # a tie counts as half; experts say that none of ten is right, and so it is of the ten they have not seen
    assert row["estimate"] == pytest.approx(0.5)


def test_what_annotators_left_counts_by_what_experts_say_of_such(store: Store) -> None:
    left, agreed = EVENTS[:20], EVENTS[20:]
    add_events(store, MONDAY, [{"event_id": event} for event in EVENTS])
    add_sample(store, MONDAY, "all", 400, EVENTS)
    add_truth(store, dict.fromkeys(agreed, "good") | dict.fromkeys(left[:10], "bad"))
    add_release(store)
    add_checks(store, dict.fromkeys(left[:10], "bad"), of=dict.fromkeys(left), chance=0.5, pattern="undecided")
    seen, of = dict.fromkeys(agreed[:10], "good"), dict.fromkeys(agreed, "good")
    add_checks(store, seen, of=of, chance=0.5, pattern="unanimous")
    score(store, project(truth="annotators"))
    assert rows(store)[0]["estimate"] == pytest.approx(2 / 3)  # of those that have truth
    score(store, project(truth="experts"))
    (row,) = rows(store)
    assert row["estimate"] == pytest.approx(0.5)
    assert (row["n"], row["checked"]) == (30, 20)


@pytest.mark.slow
def test_where_the_distribution_of_answers_is_the_truth_an_event_is_right_by_its_share(store: Store) -> None:
    frame(store)
    for event in EVENTS:
        add_answers(store, event, [CONSENSUS[event], "good", "bad"])
    score(store, project(truth="distribution", gates=GATE))
    (row,) = rows(store)
    assert row["estimate"] == pytest.approx((32 * 2 + 8) / 120)
    assert (row["against"], row["verdict"]) == ("annotators", "pass")
