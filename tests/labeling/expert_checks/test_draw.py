"""Expert checks in the lake: from settled answers to blind cases, and what experts said beside it."""

import pytest

from gt_platform.labeling import Checks, collect, draw_checks, tell
from gt_platform.labeling.cases import UNDECIDED
from gt_platform.labeling.messages import AuditEntry
from gt_platform.lake import Store
from gt_platform.truth import fold, settle
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import START, Mind, People
from tests.labeling.test_cases import SPLIT, ruled
from tests.support.sentiment import item_of

TEXTS = [f"text {at}" for at in range(20)]
TIED = {item_of(text) for text in TEXTS[:3]}


def mind(name: str) -> Mind:
    return lambda item: SPLIT[name](item) if item in TIED else "positive"


@pytest.mark.slow
def test_a_night_draws_what_is_declared_once_and_experts_answer_it_blind(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by(expert_check={"budget": 6, "floor": 2})
    people = People({name: mind(name) for name in SPLIT})
    ask(project, people, TEXTS)
    assert draw_checks(store, project) == Checks()  # nobody has answered yet
    people.work()
    collect(store, project, backend=people)
    settle(store, project)
    fold(store, project)
    assert draw_checks(store, project) == Checks(checkable=20, checks=6, new_checks=6)
    assert draw_checks(store, project) == Checks(checkable=20, checks=6)
    cells = "SELECT cell, count(*), count(*) FILTER (drawn), bool_and(inclusion_probability > 0) FROM expert_checks"
    (undecided, unanimous) = store.read(f"{cells} GROUP BY cell ORDER BY count(*)").rows()
    assert undecided[0] == "undecided"
    assert unanimous[0] == "unanimous, agrees: model positive, annotators positive"
    assert undecided[1:] == (3, undecided[2], True)
    assert undecided[2] >= 2
    assert unanimous[1:] == (17, 6 - undecided[2], True)

    tell(store, project, backend=people)
    assert sum(case.blind for case in people.briefing.cases) == 6
    people.rule = lambda case: ruled("neutral", blind=True)(case) if case.blind else None
    collect(store, project, backend=people)
    settle(store, project)
    fold(store, project)
    assert draw_checks(store, project) == Checks(checkable=20, checks=6)
    told = store.read("SELECT DISTINCT pattern, consensus, answer FROM expert_answers ORDER BY ALL").rows()
    assert told == [("unanimous", '"positive"', '"neutral"'), ("undecided", None, '"neutral"')]


def test_a_project_that_declares_none_draws_none(store: Store, labeled_by: Declare) -> None:
    assert draw_checks(store, labeled_by()) == Checks()


@pytest.mark.slow
def test_what_annotators_left_is_undecided_and_an_expert_may_answer_it(
    store: Store, labeled_by: Declare, ask: Sample
) -> None:
    project = labeled_by(expert_check={"budget": 6, "floor": 2})
    people = People({name: lambda _: "positive" for name in SPLIT})
    ask(project, people, TEXTS)
    hard = item_of(TEXTS[0])
    people.work()
    people.seats = {name: one for name, one in people.seats.items() if people.sent[name].item_id != hard}
    skipped = {"why": "too hard", "not_covered": False, "item": hard}
    people.entries = [AuditEntry(number=1, at=START, who="ann", did="skipped", about="task", detail=skipped)]
    collect(store, project, backend=people)
    settle(store, project)
    fold(store, project)
    assert draw_checks(store, project) == Checks(checkable=20, checks=6, new_checks=6)
    assert store.read("SELECT cell, drawn FROM expert_checks WHERE item_id = ?", [hard]).rows() == [("undecided", True)]
    tell(store, project, backend=people)
    (first, *_) = people.briefing.cases
    assert (first.input, first.opinions, first.blind, first.priority) == (TEXTS[0], (), True, UNDECIDED)
    people.rule = lambda case: ruled("neutral", blind=case.blind)(case) if case.item_id == hard else None
    assert collect(store, project, backend=people).rulings == 1
    assert settle(store, project).adjudicated == 1
    fold(store, project)
    assert store.read("SELECT answer ->> '$', answers FROM ground_truth WHERE item_id = ?", [hard]).rows() == [
        ("neutral", 0)
    ]
    assert settle(store, project).decisions == 0
    tell(store, project, backend=people)
    assert hard not in {case.item_id for case in people.briefing.cases}
