"""What events came to in the end: truth by itself where it is declared, whatever order files and nights come in."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gt_platform import declarations, truth
from gt_platform.benchmark.known import population
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.truth import Correction
from tests.support.outcomes import tell
from tests.support.sentiment import DAY, declare, event, item_of, put_events, put_items, put_sample
from tests.truth.answered import answer

STANDING = "SELECT input ->> '$', answer ->> '$', status FROM ground_truth ORDER BY 1"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path, outcomes={"chargeback": "negative", "paid": "positive"})


def night(store: Store, project: Project) -> list[tuple[Any, ...]]:
    """Settle and fold; the standing truth. Once more is nothing."""
    truth.settle(store, project)
    truth.fold(store, project)
    assert (truth.verify_fold(store), truth.unsettled(store, project)) == ([], False)
    return store.read(STANDING).rows()


@pytest.mark.slow
def test_an_outcome_is_truth_beside_answers_and_before_its_event(
    new_store: Callable[[], Store], project: Project
) -> None:
    store = new_store()
    put_events(store, [event(1, "a"), event(2, "b"), event(3, "c")])
    put_sample(store, [event(1, "a")])
    answer(store, project, "a", ["positive"] * 2)
    tell(
        store, (1, "chargeback", 0, "bank"), (2, "paid", -9000, "bank"), (3, "pending", 0, "bank"), (4, "paid", 0, "b")
    )
    assert night(store, project) == [("a", "negative", "verified"), ("b", "positive", "verified")]
    decided = "SELECT method, reason, actor, answers FROM current_decisions WHERE item_id = ?"
    assert store.read(decided, [item_of("a")]).row(0) == ("outcome", "feedback bank-1-chargeback", "code", 2)
    assert store.read("SELECT gold FROM pools").item() == 1
    put_events(store, [event(4, "d")])
    assert night(store, project)[-1] == ("d", "positive", "verified")
    answer(store, project, "a", ["positive"], slots=0, first=3)  # which is all that were asked for
    assert night(store, project)[0] == ("a", "negative", "verified")


@pytest.mark.slow
def test_the_latest_decides_contradictions_wait_and_a_person_stands(
    new_store: Callable[[], Store], project: Project
) -> None:
    store = new_store()
    put_events(store, [event(1, "a"), event(2, "a"), event(3, "b")])
    tell(store, (1, "paid", 0, "bank"), (3, "paid", 0, "bank"))
    assert night(store, project) == [("a", "positive", "verified"), ("b", "positive", "verified")]
    tell(store, (1, "chargeback", 24, "bank"), (3, "chargeback", 1, "shop"))
    assert night(store, project) == [("a", "negative", "verified")]
    (why,) = store.read("SELECT reason FROM current_decisions WHERE status = 'adjudicate'").row(0)
    assert why == (
        "outcomes contradict each other: negative by feedback shop-3-chargeback-1, positive by feedback bank-3-paid"
    )
    truth.correct(store, project, [Correction(item_of("b"), "neutral", "the bank called")], actor="lee")
    tell(store, (2, "paid", 0, "bank"))  # another event of the same item
    assert night(store, project) == [("b", "neutral", "corrected")]
    tell(store, (2, "chargeback", 48, "bank"))
    assert night(store, project) == [("a", "negative", "verified"), ("b", "neutral", "corrected")]
    revisions = "SELECT status, revised FROM decisions WHERE item_id = ? ORDER BY revision"
    assert store.read(revisions, [item_of("a")]).rows() == [
        ("verified", None), ("verified", "outcome"), ("adjudicate", "outcome"), ("verified", "outcome"),
    ]  # fmt: skip


@pytest.mark.slow
def test_that_no_outcome_came_is_one_until_one_comes(
    new_store: Callable[[], Store], project: Project, tmp_path: Path
) -> None:
    waits = declare(tmp_path, outcomes=project.outcomes, no_outcome={"after": "90d", "means": "positive"})
    store, drawn = new_store(), [event(1, "a"), event(2, "b"), event(3, "c"), event(4, "d")]
    declarations.declare(store, waits)
    put_events(store, [*drawn, event(5, "never drawn")])
    put_sample(store, drawn)
    answer(store, waits, "a", ["negative"] * 3)
    put_items(store, drawn)
    tell(store, (2, "chargeback", 0, "bank"), (3, "pending", 0, "bank"))
    truth.correct(store, waits, [Correction(item_of("d"), "neutral", "the bank called")], actor="lee")
    put_events(store, [event(6, "the 89th day", day=DAY + timedelta(days=89))])
    assert night(store, waits) == [
        ("a", "negative", "consensus"), ("b", "negative", "verified"), ("d", "neutral", "corrected"),
    ]  # fmt: skip
    put_events(store, [event(7, "the 90th day", day=DAY + timedelta(days=90))])
    assert night(store, project)[0] == ("a", "negative", "consensus")  # which declares nothing of it
    assert night(store, waits) == [
        ("a", "positive", "verified"), ("b", "negative", "verified"), ("c", "positive", "verified"),
        ("d", "neutral", "corrected"),
    ]  # fmt: skip
    tell(store, (1, "chargeback", 24, "bank"), (3, "paid", 24, "bank"))
    fates = dict(store.read("SELECT feedback_id, fate FROM signals").rows())
    assert (fates["bank-1-chargeback-24"], fates["bank-3-paid-24"]) == ("settled", "settled")
    assert night(store, waits)[0] == ("a", "negative", "verified")
    assert set(store.read("SELECT fate FROM signals WHERE value <> 'pending'")["fate"]) == {"verified"}
    trace = "SELECT answer ->> '$', actor, reason FROM decisions WHERE item_id = ? ORDER BY revision"
    assert store.read(trace, [item_of("c")]).rows() == [
        ("positive", None, "no outcome in the 90 days after the frame of 2026-01-05"),
        ("positive", "code", "feedback bank-3-paid-24"),
    ]


def test_every_outcome_has_its_fate(new_store: Callable[[], Store], project: Project) -> None:
    store = new_store()
    declarations.declare(store, project)
    put_events(store, [event(1, "a"), event(2, "b")])
    tell(store, (1, "paid", 0, "bank"), (2, "pending", 0, "bank"), (9, "paid", 0, "bank"))
    night(store, project)
    fates = dict(store.read("SELECT event_id, fate FROM signals").rows())
    assert fates == {"e-1": "verified", "e-2": "undeclared", "e-9": "no_event"}


def test_scores_know_what_truth_knows_of_answers_that_are_equal(new_store: Callable[[], Store], tmp_path: Path) -> None:
    number = {"kind": "number", "minimum": 0, "maximum": 100, "unit": "m"}
    meant = {"back": 5, "returned": 5.0, "5": 5, "kept": 50}
    project = declare(tmp_path, answer=number, benchmark={"metrics": ["absolute_error"]}, outcomes=meant)
    store = new_store()
    declarations.declare(store, project)
    put_events(store, [event(1, "a", output="5"), event(2, "b", output="5")])
    put_sample(store, [event(1, "a")])
    tell(store, (1, "back", 0, "bank"), (1, "returned", 0, "shop"), (1, "5", 0, "sensor"))
    tell(store, (2, "back", 0, "bank"), (2, "kept", 0, "shop"))
    assert night(store, project) == [("a", "5.0", "verified")]
    assert population(store)["verified"].sum() == 1_000_000


@pytest.mark.slow
def test_a_signal_is_told_once_where_its_truth_was_revised_back(
    new_store: Callable[[], Store], project: Project
) -> None:
    store = new_store()
    put_events(store, [event(1, "a")])
    for value, hours in (("paid", 0), ("chargeback", 24), ("paid", 48)):
        tell(store, (1, value, hours, "bank"))
        night(store, project)
    assert store.read("SELECT count(DISTINCT decision_id), count(*) FROM decisions").row(0) == (2, 3)
    tell(store, (1, "down", 1, "a judge"), signal="thumb", given_by="llm")
    assert store.read("SELECT count(*) FROM signals").item() == 4
    assert store.read("SELECT step, n FROM latency").rows() == [("event to outcome", 3)]
