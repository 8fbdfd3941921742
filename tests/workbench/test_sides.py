"""Two answers side by side: in an order drawn at random, which is recorded and changes nothing of what is stored."""

import re

from gt_platform.labeling.messages import Assignment, Briefing, Case, Opinion
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from tests.workbench.desk import Desk, check, first
from tests.workbench.examples import PAIR, SIDES, project

FIRST, SECOND = PAIR["first"], PAIR["second"]


def backend(desk: Desk) -> WorkbenchBackend:
    return WorkbenchBackend(desk.database, project("sides", {"kind": "preference"}, show=SIDES))


def shown_first(page: str) -> str:
    """Which of the two stands at A, without the markup that one of them is in."""
    sections = re.findall(r"<h2>[AB]</h2>(.*?)</section>", page, re.DOTALL)
    a, b = (" ".join(re.sub(r"<[^>]+>", " ", section).split()) for section in sections)
    assert {a, b} == {FIRST, SECOND}
    return "first" if a == FIRST else "second"


def sent(count: int) -> list[Assignment]:
    return [Assignment(assignment_id=f"s-{at}", item_id=f"s-{at}", slot=1, input=PAIR) for at in range(count)]


def test_a_and_b_are_what_was_seen_and_what_is_stored_is_first_and_second(desk: Desk) -> None:
    asked, orders = sent(10), []
    backend(desk).send(asked)
    page = desk.get("/p/sides/next")
    while "hand-in" not in page:
        check(page)
        assert page.index(PAIR["question"]) < page.index("<h2>A</h2>") < page.index("<h2>B</h2>")
        assert re.findall(r'<span class="meaning"><b><bdi>(\w+)', page) == ["A", "B", "tie"]
        orders.append(shown_first(page))
        again = desk.get(first(r'action="([^"]*)/submit"', page))
        assert shown_first(again) == orders[-1]
        order = first(r'name="sides" value="([^"]+)"', page)
        desk.post(page, "draft", a="1", comment="", sides=order)
        assert re.search(r'value="1" checked', desk.get(first(r'action="([^"]*)/submit"', page)))
        page = desk.post(page, "submit", a="0", comment="", sides=order)
    desk.post(page, "hand-in")
    came = list(backend(desk).collect(asked))
    assert len(came) == 10
    assert all(one.answer == ("second" if one.swapped else "first") for one in came)
    assert sorted(one.answer for one in came) == sorted(orders)


def test_a_draft_from_before_the_sides_were_drawn_is_none(desk: Desk) -> None:
    page = desk.get("/p/sides/next")
    desk.post(page, "draft", a="1", comment="kept")
    again = desk.get("/p/sides/next")
    assert "kept" in again
    assert "checked" not in again


def test_a_reviewer_has_an_order_of_their_own_and_sees_opinions_in_it(desk: Desk) -> None:
    opinions = (Opinion("first", None), Opinion("first", None), Opinion("second", None))
    cases = [Case(item_id=f"c{at}", answers_digest="d", input=PAIR, opinions=opinions, why="tie") for at in range(6)]
    backend(desk).brief(Briefing(cases=tuple(cases)))
    desk.sign_in("Lea")
    orders = []
    page = desk.get("/p/sides/review")
    while "There is no case" not in page:
        check(page)
        orders.append(shown_first(page))
        majority = first(r"2 of 3</p>\s*<p class=\"said\"><b><bdi>(\w)", page)
        assert majority == ("A" if orders[-1] == "first" else "B")
        page = desk.post(page, "rule", a="1", reasoning="r", sides=first(r'name="sides" value="([^"]+)"', page))
    ruled = list(backend(desk).rulings(cases))
    assert len(ruled) == 6
    assert all(one.answer == ("first" if one.swapped else "second") for one in ruled)
    assert [one.swapped for one in ruled] == [order == "second" for order in orders]
