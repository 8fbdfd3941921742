"""Nothing that was typed is lost in a real browser: a page left, an answer refused, a session or connection gone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.accounts import PASSWORD
from tests.workbench.browser import Bench, bench, chromium, people, visitor
from tests.workbench.examples import project


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(
        tmp_path_factory.mktemp("site"), project("choice"), project("text", {"kind": "text", "longest": 300})
    ) as running:
        people(running)
        running.ask("choice", ["one", "two"])
        running.ask("text", ["three", "four"])
        yield running


def at_item(page: Page, number: int) -> None:
    expect(page.locator("#work")).to_have_attribute("data-said", re.compile(f"^Item {number} "))


def test_a_draft_is_kept_while_typing_and_when_the_page_is_left_at_once(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/text/next")
        page = visiting.page
        page.keyboard.type("So far, <so> good 👩‍👧")
        expect(page.locator("#saved")).to_have_text("Draft kept")
        page.reload()
        expect(page.get_by_label("Your answer")).to_have_value("So far, <so> good 👩‍👧")
        page.locator("summary", has_text="Comment").click()
        page.locator("#comment").fill("typed just before leaving")
        visiting.go("/p/text/quality")
        visiting.go("/p/text/next")
        expect(page.locator("#comment")).to_have_value("typed just before leaving")


def test_what_is_typed_while_a_draft_is_on_its_way_is_kept_when_the_page_is_left_then(
    browser: Browser, site: Bench
) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/text/next")
        page = visiting.page

        def typed_meanwhile(route: Route) -> None:
            response = route.fetch()
            page.locator("#comment").evaluate("field => { field.value = 'meanwhile' }")
            page.locator("#comment").dispatch_event("input")
            route.fulfill(response=response)

        page.route("**/draft", typed_meanwhile, times=1)
        page.get_by_label("Your answer").fill("before")
        with page.expect_response("**/draft"):
            pass
        expect(page.locator("#saved")).to_have_text("Draft kept")
        visiting.go("/p/text/next")
        expect(page.get_by_label("Your answer")).to_have_value("before")
        expect(page.locator("#comment")).to_have_value("meanwhile")


def test_what_is_refused_keeps_what_was_typed_and_says_why(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/text/next")
        page = visiting.page
        page.keyboard.type("y" * 301)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_have_text("longer than 300 characters")
        expect(page.get_by_label("Your answer")).to_have_value("y" * 301)
        expect(page.get_by_label("Your answer")).to_be_focused()
        assert page.url.endswith(page.locator("#work").get_attribute("data-task") or "?")
        page.reload()
        at_item(page, 1)


def test_somebody_signed_out_meanwhile_loses_nothing(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/text/next")
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
        expect(page.get_by_label("Your answer")).to_have_value("long thought about")
        page.keyboard.press("Control+Enter")
        at_item(page, 2)


def test_without_a_connection_the_answer_stays_and_can_be_sent_again(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/choice/next")
        page = visiting.page
        visiting.context.set_offline(True)
        page.keyboard.press("3")
        page.keyboard.press("Enter")
        expect(page.locator("#saved")).to_contain_text("No connection")
        expect(page.get_by_label("positive")).to_be_checked()
        visiting.context.set_offline(False)
        page.keyboard.press("Enter")
        at_item(page, 2)
