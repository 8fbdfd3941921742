"""The rules of the label that somebody is at stand beside the item, on a phone below the label."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gt_platform.project.guidelines import Rule, with_rules
from tests.workbench.browser import PHONE, Bench, at_item, bench, people, visitor
from tests.workbench.examples import ADA, CHAT, CRITERIA, MATTERS, NAMES, project

PICTURES = os.environ.get("GT_SCREENSHOTS")  # read before the environment is cleaned for the tests
MARKUP = "<b>Great</b>, *broken* again. <script>alert(1)</script>"
IRONY: dict[str, Any] = {
    "id": "irony",
    "labels": ["negative"],
    "definition": "Praise that means its opposite is what it means.",
    "good": [MARKUP],
    "bad": ["Great, and it works again."],
    "hard": ["Praise of one thing and irony about another: neutral."],
}
MIXED = {"id": "mixed", "labels": ["neutral", "negative"], "definition": "What is meant more counts."}
GENERAL = {"id": "to_the_end", "definition": "Read to the end."}


def ruled(name: str, *rules: dict[str, Any], **answer: Any) -> Any:
    made = [Rule.model_validate(one) for one in rules]
    changelog = {"2": "Irony <i>has</i> a rule."}
    labeling = {"batch": 2}
    return project(
        name,
        **answer,
        labeling=labeling,
        guidelines=with_rules("Read it twice.", made),
        rules=made,
        changelog=changelog,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    names = {"id": "names", "labels": ["place"], "definition": "A street is a place."}
    paid = {"id": "paid", "labels": ["payment"], "definition": "Fines are no payments."}
    clear = {"id": "short", "labels": ["clear"], "definition": "Long is not clear."}
    projects = (
        ruled("choice", GENERAL, IRONY, MIXED),
        ruled("spans", names, answer={"kind": "spans", "labels": NAMES}),
        ruled("tree", paid, answer={"kind": "tree", "labels": MATTERS}),
        ruled("rubric", clear, answer={"kind": "rubric", "criteria": CRITERIA}),
    )
    with bench(tmp_path_factory.mktemp("site"), *projects) as running:
        people(running)
        running.ask("choice", ["It broke.", "It works.", "It bends.", "It sings."])
        running.ask("spans", [ADA])
        running.ask("rubric", [CHAT])
        running.ask("tree", ["I was charged twice."])
        yield running


def picture(page: Page, name: str, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    page.screenshot(path=folder / f"rules-{name}.png", caret="initial")


def test_they_follow_keys_and_the_mouse_as_plain_text(browser: Browser, site: Bench, tmp_path: Path) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/choice/next")
        page = visiting.page
        rules = page.locator("#guideline #rules")
        expect(rules).to_be_hidden()
        page.keyboard.press("1")
        expect(rules.get_by_role("heading")).to_have_text("Rules: negative")
        expect(rules.locator(".rule:visible b")).to_have_text(["irony", "mixed"])
        expect(rules).to_contain_text(MARKUP)
        picture(page, "desk", tmp_path)
        page.keyboard.press("ArrowDown")
        expect(rules.locator(".rule:visible b")).to_have_text(["mixed"])
        page.locator(".option", has_text="positive").hover()
        expect(rules).to_be_hidden()
        page.locator(".option", has_text="negative").hover()
        expect(rules).to_contain_text("Great, and it works again.")
        page.keyboard.press("Enter")
        at_item(page, 2)
        expect(rules).to_be_hidden()
        visiting.go("/p/choice/guideline")
        expect(page.locator("dd")).to_have_text("Irony <i>has</i> a rule.")


def test_a_button_and_a_criterion_have_theirs(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita") as visiting:
        page = visiting.page
        visiting.go("/p/spans/next")
        page.keyboard.press("2")
        expect(page.locator("#guideline #rules")).to_contain_text("A street is a place.")
        visiting.go("/p/rubric/next")
        page.get_by_role("group", name="clear").get_by_label("partly").focus()
        expect(page.locator("#rules")).to_contain_text("Long is not clear.")
        page.get_by_role("group", name="polite").get_by_label("no").focus()
        expect(page.locator("#rules")).to_be_hidden()


def test_a_branch_has_those_of_all_that_is_below_it(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita") as visiting:
        visiting.go("/p/tree/next")
        for word, shown in (("late", True), ("else", False), ("charge", True)):
            visiting.page.keyboard.press("/")
            visiting.page.keyboard.type(word)
            visiting.page.keyboard.press("Enter")
            expect(visiting.page.locator("#rules")).to_be_visible(visible=shown)
        expect(visiting.page.locator("#rules")).to_contain_text("Fines are no payments.")


def test_on_a_phone_a_touch_opens_them_below_the_label(browser: Browser, site: Bench, tmp_path: Path) -> None:
    touch = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
    with visitor(browser, site, "Lea", **touch) as visiting:
        visiting.go("/p/choice/next")
        page = visiting.page
        page.locator(".option", has_text="negative").tap()
        expect(page.locator(".option:has(:checked) + #rules")).to_contain_text("What is meant more counts.")
        expect(page.locator("#rules")).to_be_in_viewport(ratio=1)
        picture(page, "phone", tmp_path)
        page.get_by_label("neutral").tap()
        expect(page.locator(".option:has([value='1']:checked) + #rules .rule:visible b")).to_have_text(["mixed"])
        page.locator("main.desk").get_by_role("button", name="Submit").tap()
        expect(page.locator("#rules")).to_be_hidden()
