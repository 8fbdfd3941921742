"""What people do on the pages in a real browser beside answering: undo, skipping, review, and looking."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from gt_platform.labeling.messages import Board, Briefing, Case, Opinion
from tests.workbench.browser import Bench, at_item, bench, people, visitor
from tests.workbench.examples import project

SOON = 650
"""Milliseconds after which a page no longer takes an Enter for the second half of a double click."""
HURT = "It burned me, and they laughed."


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    projects = project("choice", labeling={"suggestions": True}), project("text", {"kind": "text", "longest": 300})
    with bench(tmp_path_factory.mktemp("site"), *projects) as running:
        people(running)
        running.ask("choice", ["one", "two", "three"], suggestion="negative")
        running.ask("text", ["four", "five"])
        yield running


def did(site: Bench, name: str) -> list[str]:
    return [entry.did for entry in site.backend(name).audit(0)]


def test_undo_and_skip_from_the_keyboard(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/choice/next")
        page = visiting.page
        page.keyboard.press("3")
        page.keyboard.press("Enter")
        at_item(page, 2)
        page.keyboard.press("u")
        at_item(page, 1)
        expect(page.get_by_label("positive")).to_be_checked()
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        at_item(page, 2)
        page.keyboard.press("s")
        expect(page.get_by_label("I cannot tell")).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        at_item(page, 3)
        assert [word for word in did(site, "choice") if word in {"answered", "undid the answer to", "skipped"}] == [
            "answered",
            "undid the answer to",
            "answered",
            "skipped",
        ]


def test_the_second_half_of_a_double_click_answers_nothing(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/choice/next")
        page = visiting.page
        page.keyboard.press("2")
        page.locator("main.desk").get_by_role("button", name="Submit").dblclick()
        at_item(page, 2)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_count(0)
        page.wait_for_timeout(SOON)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("Choose one of the answers.")
        assert did(site, "choice").count("answered") == 1


def test_keys_to_the_guideline_the_comment_and_the_list_of_keys(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/choice/next")
        page = visiting.page
        page.keyboard.press("2")
        page.keyboard.press("g")
        expect(page.locator("#guideline")).to_be_focused()
        page.keyboard.press("g")
        expect(page.get_by_label("neutral")).to_be_focused()
        page.keyboard.press("c")
        expect(page.locator("#comment")).to_be_focused()
        page.keyboard.type("123 s u g ?")
        expect(page.locator("#comment")).to_have_value("123 s u g ?")
        expect(page.get_by_label("neutral")).to_be_checked()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_the_next_task_comes_without_leaving_the_page(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/choice/next")
        page = visiting.page
        page.evaluate("document.body.dataset.still = 'here'")
        first = page.url
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        at_item(page, 2)
        assert page.locator("body").get_attribute("data-still") == "here"
        assert page.url != first
        assert page.title().startswith("Item 2 of 3")
        expect(page.locator("#live")).to_have_text("Item 2 of 3")
        expect(page.locator("#question")).to_be_focused()
        page.go_back()
        at_item(page, 1)
        expect(page.get_by_label("neutral")).to_be_checked()


def test_time_counts_while_somebody_is_there(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = visiting.page
        page.clock.install(time=datetime(2026, 1, 5, tzinfo=UTC))
        visiting.go("/p/choice/next")
        page.keyboard.press("2")
        page.clock.run_for(10_000)
        page.clock.run_for(300_000)
        counted = float(page.locator("[name=seconds]").input_value())
        assert 59 <= counted <= 62
        page.keyboard.press("3")
        page.clock.run_for(5_000)
        assert float(page.locator("[name=seconds]").input_value()) == pytest.approx(counted + 5, abs=1)
        page.reload()
        page.clock.run_for(1_000)
        assert float(page.locator("[name=seconds]").input_value()) == pytest.approx(counted + 6, abs=1)
        page.keyboard.press("Enter")
        at_item(page, 2)
        page.keyboard.press("u")
        at_item(page, 1)
        page.clock.run_for(2_000)
        assert float(page.locator("[name=seconds]").input_value()) == pytest.approx(2, abs=1)


def test_a_suggestion_is_fetched_when_asked_for(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        visiting.go("/p/choice/next")
        page = visiting.page
        page.keyboard.press("3")
        expect(page.get_by_text("The model suggests")).to_have_count(0)
        assert did(site, "choice").count("saw the suggestion of") == 0
        page.get_by_role("button", name="Show the model's suggestion").click()
        expect(page.get_by_role("region", name="Suggestion")).to_contain_text("negative")
        expect(page.get_by_label("positive")).to_be_checked()
        assert did(site, "choice").count("saw the suggestion of") == 1


def test_a_reviewer_settles_a_case(browser: Browser, site: Bench) -> None:
    opinions = (
        Opinion("positive", None),
        Opinion("negative", "They laughed <i>at</i> the writer."),
        Opinion("negative", None),
    )
    case = Case(item_id="i", answers_digest="d", input=HURT, opinions=opinions, why="tie")
    site.backend("choice").brief(Briefing(cases=(case,)))
    with visitor(browser, site, "Rita") as visiting:
        visiting.go("/p/choice/review")
        page = visiting.page
        expect(page.locator(".opinion").first).to_contain_text("2 of 3")
        expect(page.locator(".opinion blockquote")).to_have_text("They laughed <i>at</i> the writer.")
        page.get_by_label("Why").fill("Read to the end.")
        page.locator(".opinion").first.get_by_role("button", name="Take this answer").click()
        expect(page.get_by_label("negative")).to_be_checked()
        expect(page.get_by_label("Why")).to_have_value("Read to the end.")
        page.get_by_label("The guideline does not cover this").check()
        page.get_by_role("button", name="Settle").click()
        expect(page.get_by_role("alert")).to_contain_text("does not cover")
        page.get_by_label("What it does not cover").fill("Laughing at somebody")
        page.get_by_role("button", name="Settle").click()
        expect(page.get_by_role("heading", name="Nothing to review")).to_be_focused()
    (ruling,) = site.backend("choice").rulings([case])
    assert (ruling.answer, ruling.reasoning, ruling.edge_case) == (
        "negative",
        "Read to the end.",
        "Laughing at somebody",
    )


def test_an_expert_answers_before_seeing_what_annotators_said(browser: Browser, site: Bench) -> None:
    opinions = (Opinion("positive", "They mean it."), Opinion("negative", None))
    case = Case(item_id="i", answers_digest="d", input=HURT, opinions=opinions, why="tie", blind=True)
    site.backend("choice").brief(Briefing(cases=(case,)))
    with visitor(browser, site, "Rita") as visiting:
        visiting.go("/p/choice/review")
        page = visiting.page
        expect(page.locator(".opinion")).to_have_count(0)
        assert "They mean it." not in page.content()
        page.get_by_label("negative").check()
        page.get_by_role("button", name="Settle").click()
        expect(page.get_by_role("heading", name="Your answer is kept")).to_be_focused()
        expect(page.locator(".opinions blockquote")).to_have_text("They mean it.")
        page.get_by_role("link", name="Next case").click()
        expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    (ruling,) = site.backend("choice").rulings([case])
    assert (ruling.answer, ruling.blind) == ("negative", True)


def test_the_dashboard_comes_back_for_new_figures(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Lea") as visiting:
        page = visiting.page
        page.clock.install()
        visiting.go("/p/choice/dashboard")
        expect(page.locator(".tile").first).to_contain_text("of 0 items settled")
        site.backend("choice").brief(Briefing(board=Board(items=12, decided=7)))
        pages = page.evaluate("history.length")
        page.clock.run_for(31_000)
        expect(page.locator(".tile").first).to_contain_text("7of 12 items settled")
        assert page.evaluate("history.length") == pages
