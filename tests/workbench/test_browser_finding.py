"""Answers of which there are many, found by typing, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.workbench.browser import PHONE, Bench, Visitor, bench, people, visitor
from tests.workbench.examples import MATTERS, project

NAMES = ("Ärger", "hotdog", "dog", "dogma", "cat", *(f"label {at}" for at in range(40)))
MANY = {"kind": "choice", "labels": {name: "barks" if name == "dog" else "" for name in NAMES}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    tree = {"kind": "tree", "labels": MATTERS, "inner": True}
    projects = [project("many", MANY), project("last", MANY), project("nodes", tree), project("branches", tree)]
    with bench(tmp_path_factory.mktemp("site"), *projects) as running:
        people(running)
        for one in projects:
            running.ask(one.name, ["one", "two", "three"])
        yield running


def begun(visiting: Visitor, name: str) -> Page:
    visiting.go(f"/p/{name}/next")
    return visiting.page


def shown(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".option:visible b").all_text_contents()]


def chosen(page: Page) -> str | None:
    return page.locator(".option:has(:checked)").get_attribute("data-of")


def test_typing_leaves_what_matches_and_enter_takes_the_best_of_it(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begun(visiting, "many")
        field = page.get_by_role("searchbox", name="Find one of 45 answers")
        expect(field).to_be_focused()
        page.keyboard.type("dog")
        assert shown(page) == ["hotdog", "dog", "dogma"]
        expect(page.locator(".best")).to_have_attribute("data-of", "dog")
        expect(page.locator("#live")).to_have_text("3 found, dog first")
        page.keyboard.press("Enter")
        assert (chosen(page), len(shown(page)), field.input_value()) == ("dog", 45, "")
        page.keyboard.press("/")
        page.keyboard.type("arg")
        assert shown(page) == ["Ärger"]
        page.keyboard.type("x")
        expect(page.locator("#live")).to_have_text("Nothing matches")
        page.keyboard.press("Enter")  # takes nothing and hands in nothing
        assert chosen(page) == "dog"
        page.keyboard.press("Escape")
        page.keyboard.type("bark")
        assert shown(page) == ["dog"]
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        expect(page.locator("#work")).to_have_attribute("data-said", "Item 2 of 3")


def test_what_was_chosen_last_is_first_and_has_the_digits(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begun(visiting, "last")
        for number, word in enumerate(("cat", "dogma"), 2):
            expect(page.get_by_role("searchbox")).to_be_focused()
            page.keyboard.type(word)
            page.keyboard.press("Enter")
            page.keyboard.press("Enter")
            expect(page.locator("#work")).to_have_attribute("data-said", f"Item {number} of 3")
        recent = page.get_by_role("group", name="Chosen last")
        page.keyboard.press("Escape")
        assert recent.get_by_role("button").all_inner_texts() == ["dogma 1", "cat 2"]
        page.keyboard.press("2")
        assert chosen(page) == "cat"


def test_a_tree_by_arrows(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begun(visiting, "nodes")
        assert shown(page) == ["else"]
        for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"):
            page.keyboard.press(key)
        assert shown(page) == ["payment", "charge", "refund", "late", "else"]
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator("[data-of='payment/refund/late'] input")).to_be_focused()
        assert page.locator(":checked").count() == 0
        page.keyboard.press("Enter")
        assert chosen(page) == "payment/refund/late"
        page.keyboard.press("ArrowLeft")
        expect(page.locator("summary", has_text="refund")).to_be_focused()
        page.keyboard.press("ArrowLeft")
        assert shown(page) == ["payment", "charge", "else"]
        for _ in range(4):
            page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("searchbox")).to_be_focused()


def test_typing_opens_the_branches_that_match(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann", viewport=PHONE, has_touch=True, is_mobile=True) as visiting:
        page = begun(visiting, "branches")
        field = page.get_by_role("searchbox")
        expect(field).not_to_be_focused()  # no keyboard over the question
        field.tap()
        page.keyboard.type("passw")
        assert shown(page) == ["access"]
        page.keyboard.press("Escape")
        assert shown(page) == ["else"]
        page.keyboard.type("payment refund")
        page.locator("label.option", has_text="late").tap()
        page.get_by_role("button", name="Submit").tap()
        expect(page.locator("#work")).to_have_attribute("data-said", "Item 2 of 3")
