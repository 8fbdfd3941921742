"""The big list of naughty strings in every place a text can come from: shown as the text it is, and nothing runs."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gt_platform.labeling.messages import Assignment, Briefing, Case, Opinion
from gt_platform.workbench.web.controls import HIDDEN, symbol
from tests.workbench.browser import Bench, bench, people, visitor
from tests.workbench.examples import project


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


LIST = Path(__file__).parents[3] / "shared" / "data" / "blns" / "blns.json"
STRINGS: list[str] = json.loads(LIST.read_text("utf-8")) if LIST.exists() else []
NAUGHTY = sorted({text for text in STRINGS if text.strip() and "\0" not in text})
"""Without NUL, which no form may send and the lake does not take in either."""
LABELS = list({_plain(text): text for text in NAUGHTY if text == text.strip()}.values())
"""Those that can be declared as labels beside each other: no two of them look the same."""
SENTINEL = "globalThis.alert = globalThis.prompt = globalThis.confirm = () => { globalThis.ran = true }"
pytestmark = pytest.mark.skipif(not NAUGHTY, reason="the list of naughty strings is not here")


def shown(text: str) -> str:
    """A text as a page shows it."""
    return "".join(symbol(each) if HIDDEN.match(each) else each for each in text)


def read(page: Page, places: str) -> list[str]:
    """The texts of all places, and that nothing ran."""
    assert page.evaluate("globalThis.ran") is None
    found: list[str] = page.locator(places).evaluate_all("places => places.map(place => place.textContent)")
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """All of them as options, as definitions, in the question and in the guideline, too."""
    labels = {text: LABELS[-1 - at] for at, text in enumerate(LABELS)}
    guideline = "\n\n".join(NAUGHTY)
    projects = (
        project("options", {"kind": "choices", "labels": labels}, guidelines=guideline, question=" ".join(NAUGHTY)),
        project("inputs", {"kind": "text"}, labeling={"batch": 100}),
        project("marks", {"kind": "spans", "labels": dict.fromkeys(LABELS[:20], "")}),
    )
    with bench(tmp_path_factory.mktemp("site"), *projects) as running:
        people(running)
        yield running


def test_as_options_definitions_question_and_guideline(browser: Browser, site: Bench) -> None:
    site.ask("options", ["x"])
    with visitor(browser, site, "Ann") as visiting:
        visiting.page.add_init_script(SENTINEL)
        visiting.go("/p/options/next")
        page = visiting.page
        assert read(page, ".option b") == LABELS
        assert read(page, ".option small") == LABELS[::-1]
        assert read(page, "h1") == [" ".join(NAUGHTY)]
        assert (
            page.locator("#guideline").locator("script, img, iframe, object, style, [onerror], [onload]").count() == 0
        )
        page.locator(".option").first.click()
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("heading", name="Ready to hand in")).to_be_visible()


def test_as_inputs_and_keys_of_inputs(browser: Browser, site: Bench) -> None:
    site.ask("inputs", [{text: NAUGHTY[-1 - at] for at, text in enumerate(NAUGHTY)}, NAUGHTY])
    with visitor(browser, site, "Ann") as visiting:
        visiting.page.add_init_script(SENTINEL)
        visiting.go("/p/inputs/next")
        page = visiting.page
        pairs = dict(zip(read(page, ".input dt"), read(page, ".input dd .text"), strict=True))
        assert pairs == {shown(text): shown(NAUGHTY[-1 - at]) for at, text in enumerate(NAUGHTY)}
        page.keyboard.type("x")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".input li").first).to_be_visible()
        assert read(page, ".input .text") == [shown(text) for text in NAUGHTY]
        assert page.locator(".input").locator("script, img, iframe, a").count() == 0


def test_as_a_text_to_mark_and_labels_to_mark_with(browser: Browser, site: Bench) -> None:
    whole = "\n".join(NAUGHTY)
    site.ask("marks", [whole])
    with visitor(browser, site, "Ann") as visiting:
        visiting.page.add_init_script(SENTINEL)
        visiting.go("/p/marks/next")
        page = visiting.page
        assert read(page, ".marked") == [shown(whole)]
        assert read(page, ".label bdi") == LABELS[:20]
        page.locator(".marked").focus()
        page.keyboard.press("ArrowRight")
        page.locator(".label").first.click()
        assert read(page, ".marked") == [shown(whole)]
        assert read(page, ".marks b") == LABELS[:1]


@pytest.mark.slow
def test_as_answers_and_comments_typed_by_people(browser: Browser, site: Bench) -> None:
    whole = "\n".join(NAUGHTY)
    sent = [
        Assignment(assignment_id=f"typed-{at}", item_id=f"typed-{at}", slot=1, input=f"item {at}") for at in range(3)
    ]
    site.backend("inputs").send([*site.sent.get("inputs", []), *sent])
    with visitor(browser, site, "Rita") as visiting:
        visiting.page.add_init_script(SENTINEL)
        visiting.go("/p/inputs/next")
        page = visiting.page
        for text in (whole, *NAUGHTY[:4]):
            page.get_by_label("Your answer").fill(text)
            page.locator("details.comment").evaluate("details => { details.open = true }")
            page.locator("#comment").fill(text)
            expect(page.locator("#saved")).to_have_text("Draft kept")
            page.reload()
            assert page.get_by_label("Your answer").input_value() == text
            assert page.locator("#comment").input_value() == text
        assert page.evaluate("globalThis.ran") is None


def test_as_answers_and_comments_before_a_reviewer(browser: Browser, site: Bench) -> None:
    opinions: tuple[Any, ...] = tuple(Opinion(text, text) for text in NAUGHTY)
    case = Case(item_id="i", answers_digest="d", input=NAUGHTY[0], opinions=opinions, why=NAUGHTY[1])
    site.backend("inputs").brief(Briefing(cases=(case,)))
    with visitor(browser, site, "Lea") as visiting:
        visiting.page.add_init_script(SENTINEL)
        visiting.go("/p/inputs/review")
        page = visiting.page
        assert sorted(read(page, ".opinion .said")) == sorted(map(shown, NAUGHTY))
        assert sorted(read(page, ".opinion blockquote")) == sorted(map(shown, NAUGHTY))
        assert read(page, ".why") == [NAUGHTY[1]]
        for at in (0, len(NAUGHTY) // 2, len(NAUGHTY) - 1):
            said = page.locator(".opinion").nth(at).locator(".said").text_content()
            (text,) = [text for text in NAUGHTY if shown(text) == said]
            page.locator(".opinion").nth(at).get_by_role("button").click()
            expect(page.get_by_label("Your answer")).to_have_value(text)
        assert page.evaluate("globalThis.ran") is None
