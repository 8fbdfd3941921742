"""What labels cost, and a budget that ends asking: nothing that was asked is lost, and what was not comes later."""

from datetime import UTC, datetime, timedelta

import pytest

from gt_platform import checks, truth
from gt_platform.labeling import assign, collect, costs, per_truth_by_week, waiting
from gt_platform.lake import Store
from gt_platform.lake.tables import ADJUDICATIONS
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import START, People
from tests.support.rows import rows
from tests.support.sentiment import DAY, event, item_of, put_events, put_sample

TEXTS = [f"text {at}" for at in range(25)]
LATER = DAY + timedelta(days=1)


@pytest.fixture
def people() -> People:
    return People({name: lambda _: "positive" for name in ("ann", "bob", "cat")})


def test_a_budget_ends_asking_and_more_of_it_goes_on_with_what_was_left(
    store: Store, labeled_by: Declare, ask: Sample, people: People
) -> None:
    project = labeled_by(cost={"total": 71, "month": 1000})
    asked = ask(project, people, TEXTS)
    assert (asked.items, asked.asked, asked.assignments) == (25, 23, 69)
    found = checks.budget(store, project)
    assert (found.verdict, found.facts["waiting"], found.facts["left"], found.facts["unasked"]) == ("fail", 69, 2, 2)
    assert "it is spent, 2 sampled items are not asked" in found.said

    people.work()
    assert collect(store, project, backend=people).annotations == 69
    assert assign(store, project, DAY, backend=people).asked == 0
    assert waiting(store, project, people) is None

    more = labeled_by(cost={"total": 80, "month": 1000})
    row = event(99, "of the next day", day=LATER)
    put_events(store, [row])
    put_sample(store, [row])
    assert assign(store, more, LATER, backend=people).asked == 3
    assert checks.budget(store, more).facts["left"] == 2
    assert checks.budget(store, labeled_by()).verdict == "pass"


def test_a_month_has_its_own_and_weak_answers_are_asked_no_more_than_it_allows(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    people = People({"ann": lambda _: "positive", "bob": lambda _: "negative", "cat": lambda _: "positive"})
    declared = {"overlap": 2, "maximum": 3, "confidence": 0.8}
    project = labeled_by(cost={"month": 1000, "total": 9}, **declared)
    ask(project, people, TEXTS[:4])
    people.busy = {"cat"}
    people.work()
    collect(store, project, backend=people)
    truth.settle(store, project)
    assert collect(store, project, backend=people).asked_again == 1  # of four that tie
    monthly = labeled_by(cost={"month": 9}, **declared)
    then = costs(store, monthly, now=START)
    assert (then.month, then.waiting, then.left) == (8, 1, 0)
    later = costs(store, monthly, now=START + timedelta(days=32))
    assert (later.month, later.paid, later.left) == (0, 8, 8)


def test_costs_are_of_every_answer_at_the_dearest_rate_it_takes(
    store: Store, labeled_by: Declare, ask: Sample, people: People
) -> None:
    cost = {"annotator": 2, "expert": 10, "rates": {"skill:tax": 5, "language:de": 3}}
    project = labeled_by(skill="attributes.topic", language="attributes.language", cost=cost)
    ask(project, people, TEXTS[:20])
    ask(project, people, ["taxes"], attributes={"topic": "tax", "language": "de"})
    people.work()
    collect(store, project, backend=people)
    truth.settle(store, project)
    truth.fold(store, project)
    ruled = {"item_id": item_of("text 0"), "ruled_at": datetime.now(UTC), "adjudicator": "eve"}
    store.commit("ruling", lambda writer: writer.append(ADJUDICATIONS, rows(ADJUDICATIONS, ruled)))
    found = costs(store, project)
    assert (found.annotators, found.experts, found.labels, found.truths) == (20 * 3 * 2 + 3 * 5, 10, 63, 21)
    assert found.per_label == pytest.approx(135 / 63)
    assert found.per_truth == pytest.approx(145 / 21)
    assert found.next_point(0.04) == pytest.approx(145 * (16 / 9 - 1))
    assert found.next_point(0.01) is None
    ((_, ratio, low, high),) = per_truth_by_week(store, project)
    assert ratio == pytest.approx(145 / 21)
    assert low < ratio < high
