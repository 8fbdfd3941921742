"""Every page as it is sent: fit for everybody to read, free of anything inline, and the same without scripts."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from gt_platform.labeling.messages import Assignment, Briefing, Honeypot
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web.app import PAGES, create_app
from tests.support.accounts import add
from tests.workbench.desk import Desk, audit, check, first
from tests.workbench.examples import FILLED, KINDS, one_of_each, project


def test_every_page_of_somebody_who_labels(desk: Desk) -> None:
    for path in ("/", "/account", "/p/choice", "/p/choice/quality", "/p/choice/guideline"):
        check(desk.get(path))
    check(desk.get("/p/choice/nowhere", 404))
    check(desk.get("/p/choice/dashboard", 403))
    desk.client.cookies.clear()
    check(desk.get("/signin"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_of_every_kind_without_scripts(desk: Desk, kind: str) -> None:
    fields, answer = FILLED[kind]
    page = desk.get(f"/p/{kind}/next")
    check(page)
    assert "Item 1 of 2" in page
    page = desk.post(page, "submit", **fields, comment="<b>why</b>\r\n2", seconds="3.5")
    assert "Item 2 of 2" in page
    page = desk.post(page, "submit", **fields, comment="", seconds="x")
    assert "Ready to hand in" in page
    check(page)
    page = desk.post(page, "hand-in")
    assert "Accepted" in page
    check(page)
    sent = [Assignment(assignment_id=f"{kind}-{at}", item_id=f"{kind}-{at}", slot=1, input=None) for at in range(2)]
    backend = WorkbenchBackend(desk.database, next(one for one in one_of_each() if one.name == kind))
    given = {one.assignment_id: one for one in backend.collect(sent)}
    assert [one.answer for one in given.values()] == [answer, answer]
    assert {one.comment for one in given.values()} == {"<b>why</b>\n2", None}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("choice", {}, "Choose one of the answers"),
        ("choices", {}, "0 labels; an answer has 1 to 2"),
        ("number", {"a": "1,5"}, "is not a number"),
        ("number", {"a": "101"}, "outside 0.0 to 100.0 people"),
        ("ranking", {"a.0": "1", "a.1": "1", "a.2": "2"}, "place of its own"),
        ("text", {"a.0": "x" * 301}, "longer than 300"),
        ("rubric", {"a.0": "1"}, "polite: Choose one"),
        ("spans", {"a": '[{"start": 5, "end": 5, "label": "person"}]'}, "0 &lt;= start &lt; end"),
        ("choice", {"answer": '"<i>"'}, "is not one of"),
    ],
)
def test_what_is_not_allowed_comes_back_with_all_that_was_typed(
    desk: Desk, kind: str, fields: dict[str, str], message: str
) -> None:
    page = desk.post(desk.get(f"/p/{kind}/next"), "submit", 422, **fields, comment="kept <&>")
    check(page)
    assert message in page
    assert 'role="alert"' in page
    assert "kept &lt;&amp;&gt;" in page
    for value in fields.values():
        assert value in page or re.search(r"checked|&#34;|&lt;i", page)


def test_a_draft_is_there_again_and_an_undone_answer_too(desk: Desk) -> None:
    page = desk.get("/p/number/next")
    assert desk.post(page, "submit", 422, a="12o", comment="c")
    assert desk.post(page, "draft", a="12o", comment="so far") == "Draft kept"
    page = desk.get("/p/number/next")
    assert 'value="12o"' in page
    assert "so far" in page
    page = desk.post(page, "submit", a="12", comment="done")
    page = desk.post(page, "undo")
    assert "Item 1 of 2" in page
    assert 'value="12"' in page
    assert "done" in page


def test_a_draft_of_what_is_no_longer_hers_is_refused_in_a_word(desk: Desk) -> None:
    page = desk.get("/p/number/next")
    elsewhere = re.sub(r"task/[0-9a-f]{32}", f"task/{'0' * 32}", page)
    assert desk.post(elsewhere, "draft", 404, a="1").startswith("Not kept")


def test_undo_without_an_answer_says_so(desk: Desk) -> None:
    page = desk.post(desk.get("/p/number/next"), "undo", 409)
    assert "no answer in this batch" in page


@pytest.mark.slow
def test_what_is_of_another_project_is_not_there(desk: Desk) -> None:
    desk.sign_in("Lea")
    page = desk.get("/p/number/next")
    named = {"task_id": first(r"/task/(\w+)/submit", page), "batch_id": first(r"/batch/(\w+)", page)}
    named["case_id"] = first(r"/review/(\w+)/rule", desk.get("/p/number/review"))
    data = {"csrf": first(r'name="csrf" value="([^"]+)"', page), "a": "3", "reasoning": "r", "reason": "I cannot tell"}
    before = audit(desk, "number"), audit(desk, "ordinal")
    routes = [one for one in PAGES if re.search(r"\{(task|batch|case)_id\}", one.path)]
    for one in routes:
        address = one.path.format(project="ordinal", **named)
        answer = desk.client.request(one.method, address, data=data if one.method == "POST" else None)
        assert answer.status_code == 404, address
        assert re.search("There is no such (task|batch|case) in this project. Nothing was saved.", answer.text)
    assert len(routes) == 16
    assert (audit(desk, "number"), audit(desk, "ordinal")) == before
    assert "Item 1 of 2" in desk.get(f"/p/number/task/{named['task_id']}")


@pytest.mark.slow
def test_skipping_takes_a_reason_of_the_list(desk: Desk) -> None:
    page = desk.get("/p/text/next")
    assert "Choose a reason" in desk.post(page, "skip", 422, reason="I do not like it")
    page = desk.post(page, "skip", reason="The guideline does not cover this", about="an emoji <b>")
    assert "Item 2 of 2" in page
    (skipped,) = [entry for entry in audit(desk, "text") if entry.did == "skipped"]
    assert skipped.detail["why"] == "The guideline does not cover this: an emoji <b>"
    assert skipped.detail["not_covered"] is True
    desk.sign_in("Lea")
    page = desk.get("/p/text/dashboard")
    check(page)
    assert "an emoji &lt;b&gt;" in page
    assert "edge case" in page


def test_a_skipped_item_is_found_again_and_answered_after_all(desk: Desk) -> None:
    page = desk.get("/p/number/next")
    skipped = first(r'action="(/p/number/task/\w+)/submit"', page)
    htmx = {"HX-Request": "true"}
    data = {"csrf": first(r'name="csrf" value="([^"]+)"', page), "reason": "I cannot tell", "about": "two <i>"}
    page = desk.client.post(f"{skipped}/skip", data=data, headers=htmx).text
    assert f'<a href="{skipped}">answer it after all</a>' in page
    page = desk.post(page, "submit", a="5")
    check(page)
    assert "Skipped items go to somebody else. Open one to answer it after all" in page
    assert f'<a href="{skipped}"><b>1</b> <span>skipped</span>' in page
    page = desk.get(skipped)
    check(page)
    assert "You skipped this item: “<bdi>I cannot tell: two &lt;i&gt;</bdi>”" in page
    page = desk.post(page, "submit", a="4")
    assert "Skipped items" not in page
    assert "Accepted" in desk.post(page, "hand-in")
    sent = [Assignment(assignment_id=f"number-{at}", item_id=f"number-{at}", slot=1, input=None) for at in range(2)]
    number = next(one for one in one_of_each() if one.name == "number")
    assert {one.answer for one in WorkbenchBackend(desk.database, number).collect(sent)} == {4.0, 5.0}


def test_an_answer_given_in_another_window_is_not_replaced_unseen(desk: Desk) -> None:
    page = desk.get("/p/number/next")
    desk.post(page, "submit", a="5", after="")
    stale = desk.post(page, "submit", 422, a="7", after="", comment="kept")
    check(stale)
    assert "You answered this item in another window" in stale
    assert re.search(r'value="7".*kept', stale, re.DOTALL)
    stamp = first(r'name="after" value="([^"]+)"', stale)
    assert "Item 2 of 2" in desk.post(stale, "submit", a="7", after=stamp)


def test_a_suggestion_is_shown_when_asked_for_and_that_is_recorded(desk: Desk) -> None:
    page = desk.get("/p/hinted/next")
    assert "The model suggests" not in page
    shown = desk.post(page, "suggestion", a="0", comment="mine")
    check(shown)
    assert "The model suggests" in shown
    assert re.search(r'value="0" checked', shown)
    assert "mine" in shown
    assert "suggest" not in desk.get("/p/choice/next")


def test_objects_are_shown_in_the_order_their_keys_came_in(desk: Desk) -> None:
    shown = {"question": "?", "answer": "!", "context": {"z": 1, "b": 2}}
    backend = WorkbenchBackend(desk.database, next(one for one in one_of_each() if one.name == "text"))
    backend.send([Assignment(assignment_id="odd", item_id="odd", slot=1, input=shown, priority=9)])
    page = desk.get("/p/text/next")
    assert re.findall(r"<dt><bdi>(\w+)", page) == ["question", "answer", "context", "z", "b"]


def test_somebody_paused_is_told_why(desk: Desk) -> None:
    desk.sign_in("Lea")
    page = desk.get("/p/choice")
    check(page)
    assert "You are paused" in page
    assert "20% of your answers" in page
    assert "Start a batch" not in page


def test_the_dashboard_and_the_quality_page_with_and_without_figures(desk: Desk) -> None:
    page = desk.get("/p/choice/quality")
    assert "Not enough to tell yet" in page
    desk.sign_in("Lea")
    page = desk.get("/p/choice/dashboard")
    check(page)
    assert "not enough answers yet" in page
    assert "paused" in page
    assert "surely below" in page


def test_a_batch_sent_back_says_which_to_look_at(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'workbench.sqlite'}")
    one = project("choice", labeling={"honeypots": {"newcomer": 2, "share": 0.0}, "batch": 6})
    app = create_app(database, {"choice": one})
    add(database, "Ann", password=None)
    backend = WorkbenchBackend(database, one)
    backend.send([Assignment(assignment_id=f"i{at}", item_id=f"i{at}", slot=1, input=f"item {at}") for at in range(6)])
    pots = tuple(
        Honeypot(
            honeypot_id=f"h{at}",
            item_id=f"h{at}",
            input=f"known {at}",
            truth="positive",
            stratum="positive",
            exposures=0,
        )
        for at in range(3)
    )
    backend.brief(Briefing(honeypots=pots))
    with TestClient(app, base_url="http://localhost") as client:
        desk = Desk(client, database)
        desk.sign_in("Ann")
        page = desk.get("/p/choice/next")
        for _ in range(6):
            page = desk.post(page, "submit", a="0")
        page = desk.post(page, "hand-in")
        check(page)
        assert "Please look again" in page
        again = page.count('class="answered again"')
        assert again >= 4
        page = desk.get("/p/choice/next")
        assert "Look again" in page
        for _ in range(again):
            page = desk.post(page, "submit", a="0")
        page = desk.post(page, "hand-in")
        check(page)
        assert "Handed in for review" in page
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("shown", [5, {"caption": "no picture"}, ""])
@pytest.mark.parametrize("kind", ["spans", "boxes"])
def test_an_input_with_nothing_to_mark_is_not_answered_by_nothing(desk: Desk, kind: str, shown: Any) -> None:
    backend = WorkbenchBackend(desk.database, next(one for one in one_of_each() if one.name == kind))
    backend.send([Assignment(assignment_id="odd", item_id="odd", slot=1, input=shown, priority=9)])
    page = desk.get(f"/p/{kind}/next")
    check(page)
    assert "Skip it, and say so" in page
    assert "Nothing can be marked here" in desk.post(page, "submit", 422)


def test_htmx_gets_the_next_task_at_once_and_its_address(desk: Desk) -> None:
    page = desk.get("/p/choice/next")
    csrf, action = first(r'name="csrf" value="([^"]+)"', page), first(r'action="([^"]+/submit)"', page)
    htmx = {"HX-Request": "true"}
    response = desk.client.post(action, data={"csrf": csrf, "a": "1"}, headers=htmx, follow_redirects=False)
    assert response.status_code == 200
    assert "Item 2 of 2" in response.text
    assert response.headers["HX-Push-Url"] in response.text
    assert desk.get(response.headers["HX-Push-Url"])
    wrong = desk.client.post(action, data={"csrf": csrf}, headers=htmx)
    assert wrong.status_code == 422
    assert wrong.headers["HX-Push-Url"] == action.removesuffix("/submit")


def test_nobody_sees_more_of_a_task_than_of_another(desk: Desk) -> None:
    page = desk.get("/p/choice/next")
    for word in ("honeypot", "choice-0", "gold", "item_id", "assignment"):
        assert word not in page
