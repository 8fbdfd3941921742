"""Nothing that was typed is lost in a real browser, whatever goes: the page, the session, the connection, a proxy."""

import base64
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import update

from gt_platform.labeling.messages import Briefing, Case, Opinion
from gt_platform.workbench.store.tables import cases
from tests.support.accounts import PASSWORD
from tests.workbench.browser import Bench, at_item, bench, people, sign_in, visitor
from tests.workbench.examples import picture, project

TEXT = {"kind": "text", "longest": 300}
BOXES = {"kind": "boxes", "labels": {"thing": ""}}
PICTURES = "https://pictures.example"
NAMES = (
    "leaving",
    "meanwhile",
    "refused",
    "session",
    "offline",
    "proxy",
    "lost",
    "slow",
    "windows",
    "batch",
    "case",
    "taken",
)
DRAFTED = 900
"""Milliseconds after which what was typed has been sent as a draft."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A project for each test."""
    options = {"options": {"images": [PICTURES]}}
    projects = [*(project(name, TEXT) for name in NAMES), project("boxes", BOXES, labeling=options)]
    with bench(tmp_path_factory.mktemp("site"), *projects) as running:
        people(running)
        for name in NAMES:
            running.ask(name, ["one", "two", "three"])
        yield running


def typed(page: Page) -> Locator:
    return page.get_by_label("Your answer")


def trouble(page: Page) -> Locator:
    return page.locator("#trouble")


def answer(page: Page, text: str) -> None:
    typed(page).fill(text)
    page.keyboard.press("Control+Enter")


def test_a_draft_is_kept_while_typing_and_when_the_page_is_left_at_once(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/leaving/next")
        page = visiting.page
        page.keyboard.type("So far, <so> good 👩‍👧")
        expect(page.locator("#saved")).to_have_text("Draft kept")
        page.reload()
        expect(typed(page)).to_have_value("So far, <so> good 👩‍👧")
        page.locator("summary", has_text="Comment").click()
        page.locator("#comment").fill("typed just before leaving")
        visiting.go("/p/leaving/quality")
        visiting.go("/p/leaving/next")
        expect(page.locator("#comment")).to_have_value("typed just before leaving")


def test_what_is_typed_while_a_draft_is_on_its_way_is_kept_when_the_page_is_left_then(
    browser: Browser, site: Bench
) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/meanwhile/next")
        page = visiting.page

        def typed_meanwhile(route: Route) -> None:
            response = route.fetch()
            page.locator("#comment").evaluate("field => { field.value = 'meanwhile' }")
            page.locator("#comment").dispatch_event("input")
            route.fulfill(response=response)

        page.route("**/draft", typed_meanwhile, times=1)
        typed(page).fill("before")
        with page.expect_response("**/draft"):
            pass
        expect(page.locator("#saved")).to_have_text("Draft kept")
        visiting.go("/p/meanwhile/next")
        expect(typed(page)).to_have_value("before")
        expect(page.locator("#comment")).to_have_value("meanwhile")


def test_what_is_refused_keeps_what_was_typed_and_says_why(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/refused/next")
        page = visiting.page
        page.keyboard.type("y" * 301)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_have_text("longer than 300 characters")
        expect(typed(page)).to_have_value("y" * 301)
        expect(typed(page)).to_be_focused()
        assert page.url.endswith(page.locator("#work").get_attribute("data-task") or "?")
        page.reload()
        at_item(page, 1)


def test_somebody_signed_out_meanwhile_loses_nothing(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/session/next")
        page = visiting.page
        cookies = visiting.context.cookies()
        visiting.context.clear_cookies()
        page.keyboard.type("long thought about")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/signin**")
        assert cookies
        page.get_by_label("Name").fill("Ann")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/signin" not in url)
        expect(typed(page)).to_have_value("long thought about")
        page.keyboard.press("Control+Enter")
        at_item(page, 2)


def test_without_a_connection_the_answer_stays_and_can_be_sent_again(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/offline/next")
        page = visiting.page
        visiting.context.set_offline(True)
        answer(page, "written on a train")
        expect(trouble(page)).to_contain_text("No connection. This may not have arrived. What you typed is still here.")
        expect(page.locator("#saved")).to_contain_text("No connection")
        expect(typed(page)).to_have_value("written on a train")
        visiting.context.set_offline(False)
        page.keyboard.press("Control+Enter")
        at_item(page, 2)


def did(site: Bench, name: str) -> list[str]:
    return [
        entry.did for entry in site.backend(name).audit(0) if entry.did.startswith(("answered", "undid", "skipped"))
    ]


def instead(status: int, title: str = "Bad Gateway") -> Callable[[Route], None]:
    """What a proxy answers in place of the workbench."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return lambda route: route.fulfill(status=status, body=page, content_type="text/html")


def test_what_a_proxy_answers_is_no_page_and_nothing_counts_twice(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/proxy/next")
        page = visiting.page
        for status, title in ((502, "Bad Gateway"), (503, "Down"), (504, "Gateway Time-out"), (200, "Who are you?")):
            for action in ("submit", "skip", "undo", "draft"):
                page.route(f"**/{action}", instead(status, title))
            answer(page, f"in spite of {status}")
            expect(trouble(page)).to_contain_text(f"in place of the workbench ({status}). This may not have arrived.")
            expect(page.locator("#saved")).to_have_text("Not kept yet; it stays here")
            page.get_by_role("button", name="Undo").click()
            expect(page.locator(".other #trouble")).to_contain_text("What you typed is still here. Send it again")
            expect(typed(page)).to_have_value(f"in spite of {status}")
        page.locator("#skip summary").click()
        page.get_by_label("I cannot tell").check()
        page.get_by_role("button", name="Skip this item").click()
        expect(page.locator("#skip #trouble")).to_contain_text("(200)")
        page.unroute_all()
        page.route("**/batch/**", instead(502), times=1)
        page.route("**/quality", instead(502), times=1)
        visiting.go("/p/proxy/quality")
        page.go_back()
        expect(typed(page)).to_have_value("in spite of 200")
        expect(page.locator("#saved")).to_have_text(re.compile("Brought back|Draft kept"))
        typed(page).focus()
        page.keyboard.press("Control+Enter")
        at_item(page, 2)
        assert did(site, "proxy") == ["answered"]


def test_an_answer_whose_reply_was_lost_is_known_again_and_undone_but_once(browser: Browser, site: Bench) -> None:
    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/lost/next")
        page = visiting.page
        for number in (1, 2):
            page.route("**/submit", lose, times=1)
            answer(page, f"answer {number}")
            expect(trouble(page)).to_contain_text("The connection broke off.")
            at_item(page, number)
            page.keyboard.press("Control+Enter")
            at_item(page, number + 1)
        page.route("**/undo", lose, times=1)
        undo = page.get_by_role("button", name="Undo")
        undo.click()
        expect(trouble(page)).to_contain_text("The connection broke off.")
        undo.click()
        at_item(page, 2)
        expect(typed(page)).to_have_value("answer 2")
        assert did(site, "lost") == ["answered", "answered", "undid the answer to"]


def test_a_slow_answer_says_that_it_is_on_its_way_and_is_sent_once(browser: Browser, site: Bench) -> None:
    held: list[Route] = []
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/slow/next")
        page = visiting.page
        page.route("**/submit", lambda route: held.append(route))
        page.route("**/undo", lambda route: held.append(route))
        answer(page, "slowly")
        expect(page.get_by_role("button", name="Sending…", include_hidden=True)).to_be_visible()
        expect(page.locator("#live")).to_have_text("Sending…")
        for key in ("Control+Enter", "Enter", "u", "x"):
            page.keyboard.press(key)
        page.get_by_text("Sending…").first.click(force=True)
        assert len(held) == 1
        held[0].abort("connectionreset")
        expect(page.get_by_role("button", name="Submit", exact=False).last).to_contain_text("Submit")
        expect(typed(page)).to_be_focused()
        expect(typed(page)).to_have_value("slowly")
        page.unroute_all()
        page.keyboard.press("Control+Enter")
        at_item(page, 2)
        assert did(site, "slow") == ["answered"]


def test_of_two_windows_the_older_one_says_so_and_keeps_what_was_typed(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/windows/next")
        page, other = visiting.page, visiting.context.new_page()
        other.goto(page.url)
        answer(other, "written second")
        at_item(other, 2)
        answer(page, "written first")
        expect(page.get_by_role("alert")).to_contain_text("You answered this item in another window")
        expect(typed(page)).to_have_value("written first")
        answer(page, "written last")
        at_item(page, 2)
        sign_in(visiting.context, site, "Rita")
        answer(page, "by Ann")
        expect(trouble(page)).to_contain_text("this page is Ann's, and Rita is signed in by now. Sign in as Ann")
        expect(typed(page)).to_have_value("by Ann")
        expect(page.locator("#saved")).to_have_text("Not kept: this page is of an earlier sign-in")
        assert did(site, "windows") == ["answered", "answered again"]
        sign_in(visiting.context, site, "Ann")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#saved")).to_have_text("Brought back, not sent yet")
        expect(typed(page)).to_have_value("by Ann")
        answer(page, "by Ann")
        at_item(page, 3)


def test_what_comes_after_a_batch_was_handed_in_elsewhere_stays_on_the_page(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/batch/next")
        page, other = visiting.page, visiting.context.new_page()
        other.goto(page.url)
        for number in (1, 2, 3):
            at_item(other, number)
            answer(other, f"answer {number}")
        other.route("**/hand-in", instead(502), times=1)
        hand_in = other.get_by_role("button", name="Hand in")
        expect(hand_in).to_be_visible()
        other.wait_for_timeout(650)
        hand_in.click()
        expect(trouble(other)).to_contain_text("(502). This may not have arrived. This page is as it was.")
        hand_in.click()
        expect(other.get_by_role("heading", name="Accepted")).to_be_visible()
        answer(page, "another after all")
        expect(trouble(page)).to_have_text(
            "This batch was handed in, and its answers stand. What you typed is still here."
        )
        expect(typed(page)).to_have_value("another after all")
        assert set(site.answers("batch", site.sent["batch"]).values()) == {"answer 1", "answer 2", "answer 3"}


def test_a_draft_of_before_never_follows_the_answer_that_was_taken(browser: Browser, site: Bench) -> None:
    case = Case(item_id="j", answers_digest="d", input="two", opinions=(Opinion("a", None),), why="tie")
    site.backend("taken").brief(Briefing(cases=(case,)))
    with visitor(browser, site, "Rita") as visiting:
        visiting.go("/p/taken/review")
        page, held = visiting.page, list[Route]()
        page.route("**/draft", lambda route: held.append(route))
        page.get_by_label("Why").fill("because")
        page.get_by_role("button", name="Take this answer").click()
        page.wait_for_timeout(DRAFTED)
        (taking,) = held
        taking.continue_()
        expect(typed(page)).to_have_value("a")
        expect(page.get_by_label("Why")).to_have_value("because")


def test_a_ruling_that_did_not_arrive_stays_and_is_nobody_elses(browser: Browser, site: Bench) -> None:
    case = Case(item_id="i", answers_digest="d", input="one", opinions=(Opinion("a", None),), why="tie")
    site.backend("case").brief(Briefing(cases=(case,)))
    with visitor(browser, site, "Rita") as visiting:
        visiting.go("/p/case/review")
        page = visiting.page
        page.get_by_role("button", name="Take this answer").click()
        expect(typed(page)).to_have_value("a")
        page.get_by_label("Why").fill("because")
        page.route("**/rule", instead(502), times=1)
        page.get_by_role("button", name="Settle").last.click()
        expect(trouble(page)).to_contain_text("(502)")
        expect(page.get_by_label("Why")).to_have_value("because")
        visiting.context.clear_cookies()
        page.get_by_role("button", name="Settle").last.click()
        page.wait_for_url("**/signin**")
        expect(page.get_by_text("What Rita typed is kept in this window")).to_be_visible()
        for name, why in (("Lea", ""), ("Rita", "because")):
            with site.database.write() as connection:
                connection.execute(update(cases).values(account_id=None))
            sign_in(visiting.context, site, name)
            visiting.go("/p/case/review")
            expect(page.get_by_label("Why")).to_have_value(why)
        page.get_by_role("button", name="Settle").last.click()
        expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    assert [(one.answer, one.reasoning) for one in site.backend("case").rulings([case])] == [("a", "because")]


def test_where_a_picture_cannot_be_loaded_words_stand_and_nothing_is_drawn(browser: Browser, site: Bench) -> None:
    address = f"{PICTURES}/one.png"
    site.ask("boxes", ["data:image/png;base64,AAAA", address])
    with visitor(browser, site, "Ann") as visiting:
        page = visiting.page
        page.route(address, lambda route: route.fulfill(status=404))
        visiting.go("/p/boxes/next")
        expect(page.locator(".missing")).to_contain_text("it is part of the item, and is damaged")
        expect(page.locator(".missing")).to_contain_text("Do not guess: skip the item, and say so.")
        expect(page.locator("[data-add]")).to_be_hidden()
        page.keyboard.press("Enter")
        expect(page.locator("#error")).to_contain_text("Nothing can be marked here")
        page.locator("#skip summary").click()
        page.get_by_label("It is unreadable").check()
        page.get_by_role("button", name="Skip this item").click()
        at_item(page, 2)
        expect(page.locator(".missing")).to_contain_text(f"This picture could not be loaded: {address}.")
        page.unroute_all()
        good = base64.b64decode(picture().partition(",")[2])
        page.route(address, lambda route: route.fulfill(body=good, content_type="image/png"))
        page.get_by_role("button", name="Try again").click()
        page.get_by_role("button", name="Add a box in the middle").click()
        expect(page.locator(".missing")).to_have_count(0)
        expect(page.locator(".marks li")).to_have_count(1)
        assert set(visiting.trouble) == {address}
        visiting.trouble.clear()
