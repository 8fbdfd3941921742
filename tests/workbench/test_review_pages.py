"""The pages of a review: a case with what annotators said, and a drawn one that is answered before it is shown."""

import re

import pytest

from gt_platform.labeling.messages import Briefing, Case, Opinion
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from tests.workbench.desk import Desk, audit, check
from tests.workbench.examples import FILLED, KINDS, one_of_each, shown_to


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_case_of_every_kind_without_scripts(desk: Desk, kind: str) -> None:
    fields, answer = FILLED[kind]
    desk.sign_in("Lea")
    page = desk.get(f"/p/{kind}/review")
    check(page)
    assert "2 of 3" in page
    assert "because" in page
    assert "tie" in page
    page = desk.post(page, "rule", 422, **fields, reasoning=" ", not_covered="on", edge_case="")
    check(page)
    assert "Write why" in page
    assert "does not cover." in page
    page = desk.post(page, "rule", **fields, reasoning="It is so.", not_covered="on", edge_case="Sundays")
    assert "Nothing to review" in page
    backend = WorkbenchBackend(desk.database, next(one for one in one_of_each() if one.name == kind))
    (ruling,) = backend.rulings([Case(item_id="c", answers_digest="d", input=None, opinions=(), why="tie")])
    assert (ruling.answer, ruling.reasoning, ruling.edge_case) == (answer, "It is so.", "Sundays")


@pytest.mark.parametrize("kind", ["choice", "spans", "number"])
def test_nothing_of_what_annotators_said_is_sent_before_the_experts_own_answer(desk: Desk, kind: str) -> None:
    fields, answer = FILLED[kind]
    said = (Opinion(FILLED[kind][1], "said of it"), Opinion({"secret": [1]}, "told so"))
    checked = Case(item_id="c", answers_digest="d", input=shown_to(kind), opinions=said, why="a close vote", blind=True)
    backend = WorkbenchBackend(desk.database, next(one for one in one_of_each() if one.name == kind))
    backend.brief(Briefing(cases=(checked,)))
    desk.sign_in("Lea")
    page = desk.get(f"/p/{kind}/review")
    check(page)
    again = desk.post(page, "rule", 422, reasoning="") if kind != "spans" else page
    taken = desk.post(page, "draft", take="0")
    for sent in (page, again, taken):
        assert "answer it on your own" in sent
        assert not {
            told for told in ("said of it", "secret", "told so", "a close vote", "Take this answer") if told in sent
        }
    page = desk.post(page, "rule", **fields, reasoning="", edge_case="")
    check(page)
    assert "Your answer is kept" in page
    assert all(told in page for told in ("said of it", "secret", "told so", "a close vote", "1 of 2"))
    (ruling,) = backend.rulings([checked])
    assert (ruling.answer, ruling.reasoning, ruling.blind) == (answer, "", True)


@pytest.mark.parametrize("blind", [False, True])
def test_a_reviewer_may_say_that_no_valid_answer_is_right(desk: Desk, blind: bool) -> None:
    case = Case(
        item_id="c", answers_digest="d", input="?", opinions=(Opinion("positive", None),), why="tie", blind=blind
    )
    backend = WorkbenchBackend(desk.database, next(one for one in one_of_each() if one.name == "choice"))
    backend.brief(Briefing(cases=(case,)))
    desk.sign_in("Lea")
    page = desk.get("/p/choice/review")
    page = desk.post(page, "rule", 422, no_valid_answer="1", reasoning=" ")
    assert "Write why" in page
    page = desk.post(page, "rule", no_valid_answer="1", reasoning="It is only a picture.")
    check(page)
    assert ("No valid answer" in page) == blind
    (ruling,) = backend.rulings([case])
    assert (ruling.answer, ruling.reasoning, ruling.blind) == (None, "It is only a picture.", blind)


def test_taking_an_answer_keeps_what_was_written(desk: Desk) -> None:
    desk.sign_in("Lea")
    page = desk.get("/p/choice/review")
    page = desk.post(page, "draft", take="0", reasoning="Because", edge_case="Sundays", not_covered="on")
    assert re.search(r'value="2" checked', page)
    assert "Because" in page
    assert "Sundays" in page
    page = desk.post(page, "draft", take="7", reasoning="Still", a="1")
    assert re.search(r'value="1" checked', page)


def test_a_case_can_be_left_to_somebody_else(desk: Desk) -> None:
    desk.sign_in("Lea")
    page = desk.post(desk.get("/p/choice/review"), "put-back")
    assert "Case" in page or "Nothing to review" in page
    assert "put back the case" in {entry.did for entry in audit(desk, "choice")}
