"""What a night's budget is spent on, in a real lake."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import ADJUDICATIONS, EXPERT_CHECKS
from gt_platform.project import Project
from gt_platform.sampling import design_of, draw
from gt_platform.settings import Settings
from tests.sampling.rows import MONDAY, add_events, project
from tests.support.rows import rows

LABELING = {
    "backend": "replay",
    "overlap": 3,
    "expert_check": {"budget": 2, "floor": 2},
    "cost": {"annotator": 1, "expert": 8, "night": 152},
}
SPENT = "SELECT * FROM spending WHERE frame_day = ?"


@pytest.fixture
def store(settings_for: Callable[[str], Settings]) -> Iterator[Store]:
    with Lake.open(settings_for("sqlite+folder")) as lake:
        yield lake.store("sentiment")


def declared(**changes: Any) -> Project:
    return project(truth="experts", sampling={"budget": 60}, labeling=LABELING | changes)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def frame(store: Store, number: int, size: int = 140) -> None:
    add_events(store, day(number), [{"event_id": f"{number}-{at:03d}"} for at in range(size)])


def check(store: Store, number: int, *, wrong: int) -> None:
    """Experts have checked what was drawn that day: a third of it split, and so many of these wrong."""
    drawn = store.read("SELECT event_id, item_id FROM sample WHERE frame_day = ? ORDER BY event_id", [day(number)])
    checks, rulings = [], []
    for at, row in enumerate(drawn.iter_rows(named=True)):
        split = at % 3 == 0
        checks.append(row | {"wave": 1, "pattern": "split" if split else "unanimous", "consensus": '"good"'})
        answer = "bad" if split and at // 3 < wrong else "good"
        rulings.append({"item_id": row["item_id"], "answer": json.dumps(answer), "blind": True})

    def write(writer: Any) -> None:
        writer.append(EXPERT_CHECKS, rows(EXPERT_CHECKS, *checks))
        writer.append(ADJUDICATIONS, rows(ADJUDICATIONS, *rulings))

    store.commit("checks", write)


def test_a_first_night_goes_by_a_prior_and_says_what_each_share_buys(store: Store) -> None:
    frame(store, 0)
    found = draw(store, declared(), MONDAY)
    spent = store.read(SPENT, [MONDAY]).row(0, named=True)
    assert found.drawn == spent["items"] == store.read("SELECT count(*) FROM sample").item()
    assert 152 - 8 < 3 * spent["items"] + 8 * spent["checks"] <= 152
    assert (spent["answers"], spent["known_items"], spent["known_checks"]) == (0, 0, 0)
    assert found.expert_checks == spent["checks"] > 4
    assert max(spent["with_items"], spent["with_checks"]) < spent["half_width"] < 0.1
    assert spent["with_answers"] is None  # no more are declared than three an item
    assert found.expected_half_width == spent["half_width"]


def test_what_stands_is_not_split_again(store: Store) -> None:
    frame(store, 0)
    first = draw(store, declared(), MONDAY)
    digests = store.digests()
    again = draw(store, declared(cost={"night": 400}), MONDAY)
    assert (again.written, again.drawn, again.expert_checks) == (0, first.drawn, first.expert_checks)
    assert store.digests() == digests


@pytest.mark.slow
def test_a_split_follows_from_earlier_frames_alone(store: Store) -> None:
    for number in range(3):
        frame(store, number)
    draw(store, declared(), day(0))
    check(store, 0, wrong=9)
    draw(store, declared(), day(2))
    check(store, 2, wrong=0)
    draw(store, declared(), day(1))
    one, two = (store.read(SPENT, [day(number)]).row(0, named=True) for number in (1, 2))
    bought = {name: one[name] for name in ("items", "checks", "known_items", "known_checks")}
    assert bought == {name: two[name] for name in bought}


def test_where_annotators_are_right_the_night_buys_more_events(store: Store) -> None:
    frame(store, 0, 200)
    frame(store, 1, 200)
    draw(store, declared(cost={"night": 400}), day(0))
    prior = store.read(SPENT, [day(0)]).row(0, named=True)
    check(store, 0, wrong=0)
    draw(store, declared(), day(1))
    learned = store.read(SPENT, [day(1)]).row(0, named=True)
    assert learned["known_items"] == prior["items"] >= 40
    assert learned["items"] > 31
    assert learned["checks"] < 7


def test_a_project_without_a_nights_budget_draws_as_it_did(store: Store) -> None:
    frame(store, 0)
    plain = declared(cost={"annotator": 1, "expert": 8})
    found = draw(store, plain, MONDAY)
    assert (found.drawn, found.expert_checks, found.expected_half_width) == (60, None, None)
    assert store.read("FROM spending").is_empty()
    assert design_of(plain) != design_of(declared())
    assert design_of(plain) == design_of(declared(cost={"annotator": 1, "expert": 20}))


def test_a_budget_that_cannot_be_split_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"cost.night \(45\) must be at least 46"):
        declared(cost={"night": 45})
    with pytest.raises(ValidationError, match="declare expert_check as well"):
        declared(expert_check=None)
    with pytest.raises(ValidationError, match="no expert check narrows the score"):
        project(labeling=LABELING)
