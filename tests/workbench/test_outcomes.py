"""What outcomes make of work that is out: nobody is asked what is known, and reviewers say what contradicts itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gt_platform import truth
from gt_platform.labeling import assign, collect, tell
from gt_platform.lake import Store
from gt_platform.workbench.desk import review
from gt_platform.workbench.desk.review import CaseTask
from gt_platform.workbench.desk.showing import Nothing
from gt_platform.workbench.store.database import Database
from tests.support import outcomes
from tests.support.sentiment import DAY, declare, event, item_of, put_events, put_sample
from tests.workbench.people import Shop

MEANT = {"chargeback": "negative", "paid": "positive"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    asked = declare(tmp_path, labeling={"backend": "workbench", "overlap": 2}, outcomes=MEANT)
    database = Database.open(f"sqlite:///{tmp_path / 'workbench.sqlite'}")
    yield Shop(database, asked)
    database.close()


def night(store: Store, shop: Shop) -> dict[str, str]:
    """One round; the status of every item by its text."""
    collect(store, shop.project, backend=shop.backend)
    truth.settle(store, shop.project)
    truth.fold(store, shop.project)
    tell(store, shop.project, backend=shop.backend)
    stood = "SELECT input ->> '$', status FROM current_decisions JOIN items USING (item_id)"
    return dict(store.read(stood).iter_rows())


@pytest.mark.slow
def test_what_is_out_for_a_known_outcome_is_withdrawn_and_an_answer_all_the_same_is_kept(
    new_store: Callable[[], Store], shop: Shop
) -> None:
    store, rows = new_store(), [event(1, "a"), event(2, "b"), event(3, "c")]
    put_events(store, rows)
    put_sample(store, rows)
    assign(store, shop.project, DAY, backend=shop.backend)
    ann, bob = shop.hire("ann"), shop.hire("bob")
    batch = shop.answer_all(ann)
    assert {task.input for task in shop.held(bob)} == {"a", "b", "c"}
    outcomes.tell(store, (1, "chargeback", 0, "bank"))
    assert night(store, shop) == {"a": "verified"}
    collect(store, shop.project, backend=shop.backend)
    assert {task.input for task in shop.held(bob)} == {"b", "c"}
    shop.hand_in(ann, batch)
    assert night(store, shop) == {"a": "verified"}
    kept = "SELECT count(*) FROM annotations WHERE item_id = ?"
    assert store.read(kept, [item_of("a")]).item() == 1


@pytest.mark.slow
def test_contradictory_outcomes_that_nobody_answered_wait_for_a_reviewer_whose_word_stands(
    new_store: Callable[[], Store], shop: Shop
) -> None:
    store = new_store()
    put_events(store, [event(1, "a")])
    outcomes.tell(store, (1, "chargeback", 0, "shop"), (1, "paid", 0, "bank"))
    assert night(store, shop) == {"a": "adjudicate"}
    rev = shop.hire("rev", roles=["reviewer"])
    case = review.next_case(shop.database, rev, "sentiment", now=shop.now)
    assert isinstance(case, CaseTask)
    assert (case.input, case.opinions, case.why) == (
        "a", (), "outcomes contradict each other: negative by feedback shop-1-chargeback, positive by feedback "
        "bank-1-paid",
    )  # fmt: skip
    review.rule(shop.database, rev, case.case_id, "positive", "the bank called", None, now=shop.now)
    assert night(store, shop) == {"a": "adjudicated"}
    outcomes.tell(store, (1, "chargeback", 48, "bank"))
    assert night(store, shop) == {"a": "adjudicated"}
    assert isinstance(review.next_case(shop.database, rev, "sentiment", now=shop.now), Nothing)
