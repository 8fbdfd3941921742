"""Every page in light and dark and on a phone: nothing to scroll sideways, nothing from elsewhere; a picture of each.

The pictures go to the directory named by GT_SCREENSHOTS, else to the test's own.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gt_platform.labeling.messages import Board, Briefing, Case, Opinion, Standing
from gt_platform.workbench.accounts.people import everybody
from tests.workbench.browser import PHONE, Bench, Visitor, bench, people, visitor
from tests.workbench.examples import FILLED, JUDGED, KINDS, REPLIES, one_of_each, project, shown_to

MODES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2},
}
SMALLEST = 24
"""CSS pixels a target measures at least, by WCAG 2.2."""
BETWEEN = (601, 700, 900, 1024, 1041, 1280, 1401, 1440)
"""Widths between a phone and a wide screen, and those at which the bar on top changes."""
BAR = """() => {
    const all = (chosen) => [...document.querySelectorAll(chosen)].map((element) => element.getBoundingClientRect())
    const links = all(".top :is(a, button)"), page = document.documentElement
    const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
    const covered = links.filter((a) => links.some((b) => a !== b && over(a, b)))
    return [page.scrollWidth - page.clientWidth, all(".brand")[0].top - all(".who")[0].top, covered.length]
}"""
PICTURES = os.environ.get("GT_SCREENSHOTS")  # read before the environment is cleaned for the tests


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    replies = project("replies", **REPLIES)
    with bench(tmp_path_factory.mktemp("site"), *one_of_each(), replies) as running:
        running.ask("replies", [JUDGED])
        people(running)
        with running.database.read() as connection:
            ann = next(person for person in everybody(connection) if person.name == "Ann")
        standing = Standing(
            annotator=ann.code,
            state="watched",
            reason="surely below 0.7",
            answers=40,
            honeypots=12,
            basis="truth",
            share=0.6,
            low=0.3,
            high=0.69,
            n=12,
        )
        board = Board(items=9, assignments=30, annotations=24, decided=5, agreement=(0.7, 0.6, 0.8, 5), saved=3)
        for kind in KINDS:
            running.ask(kind, [shown_to(kind)] * 2)
            opinions = Opinion(FILLED[kind][1], "because"), Opinion({"odd": 1}, "an older schema " + "x" * 300)
            case = Case(item_id="i", answers_digest="d", input=shown_to(kind), opinions=opinions, why="tie")
            running.backend(kind).brief(Briefing(cases=(case,), standings=(standing,), board=board))
        yield running


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def look(page: Page, picture: Path) -> None:
    page.wait_for_load_state()
    page.screenshot(path=picture, full_page=True)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0, picture.name
    small = page.evaluate(
        """(least) => [...document.querySelectorAll("button, summary, input:not([type=hidden]), .top a, .main, .plain")]
            .filter((element) => element.checkVisibility() && !element.closest(".unseen"))
            .map((element) => element.closest("label.option, label.tick, .reasons label") ?? element)
            .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
            .filter(([, box]) => box.width < least || box.height < least).map(([what]) => what)""",
        SMALLEST,
    )
    assert small == [], picture.name


def answer_something(page: Page, kind: str) -> None:
    if kind == "boxes":
        page.get_by_role("button", name="Add a box").click()
    elif kind == "spans":
        for key in ("ArrowRight", "1", "ArrowRight", "ArrowRight", "2"):
            page.keyboard.press(key)
    else:
        page.keyboard.press("2")


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_pages_of_somebody_who_labels(browser: Browser, site: Bench, pictures: Path, mode: str) -> None:
    with visitor(browser, site, "Ann", **MODES[mode]) as visiting:
        for name, path in {
            "queue": "/p/choice",
            "quality": "/p/choice/quality",
            "guideline": "/p/choice/guideline",
        }.items():
            visiting.go(path)
            look(visiting.page, pictures / f"{name}-{mode}.png")
        visiting.go("/p/replies/next")
        look(visiting.page, pictures / f"label-replies-{mode}.png")
        for kind in KINDS:
            visiting.go(f"/p/{kind}/next")
            answer_something(visiting.page, kind)
            look(visiting.page, pictures / f"label-{kind}-{mode}.png")
        visiting.page.get_by_role("link", name="Item 1 of 2").click()
        look(visiting.page, pictures / f"batch-{mode}.png")


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_pages_of_somebody_who_reviews_and_leads(browser: Browser, site: Bench, pictures: Path, mode: str) -> None:
    with visitor(browser, site, "Lea", **MODES[mode]) as visiting:
        paths = {
            "projects": "/",
            "account": "/account",
            "dashboard": "/p/choice/dashboard",
            "error": "/p/choice/nowhere",
        }
        for name, path in paths.items():
            visiting.go(path)
            look(visiting.page, pictures / f"{name}-{mode}.png")
        for kind in KINDS:
            visiting.go(f"/p/{kind}/review")
            look(visiting.page, pictures / f"case-{kind}-{mode}.png")
        sign_out(visiting, pictures / f"signin-{mode}.png")


def sign_out(visiting: Visitor, picture: Path) -> None:
    visiting.page.get_by_role("button", name="Sign out").click()
    visiting.page.wait_for_url("**/signin")
    look(visiting.page, picture)


def test_dark_is_dark_and_light_is_light(browser: Browser, site: Bench) -> None:
    for scheme, ground in (("dark", "rgb(19, 21, 25)"), ("light", "rgb(251, 250, 247)")):
        with visitor(browser, site, "Ann", color_scheme=scheme) as visiting:
            visiting.go("/")
            expect(visiting.page.locator("body")).to_have_css("background-color", ground)


def test_marked_places_are_seen_on_a_case_too(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Lea") as visiting:
        visiting.go("/p/boxes/review")
        box = visiting.page.locator(".opinion .box").first
        assert box.evaluate("element => [element.style.left, element.style.width]") == ["12.5%", "31.25%"]
        visiting.go("/p/spans/review")
        assert visiting.page.locator(".opinion .mark").first.text_content() == "Ada"


@pytest.mark.parametrize("name", ["Ann", "Rita", "Lea"])
def test_the_bar_on_top_holds_together_at_any_width(browser: Browser, site: Bench, name: str) -> None:
    with visitor(browser, site, name) as visiting:
        visiting.go("/p/choice/guideline")
        for width in (*BETWEEN, PHONE["width"]):
            visiting.page.set_viewport_size({"width": width, "height": 800})
            wider, apart, covered = visiting.page.evaluate(BAR)
            assert (wider, covered) == (0, 0), width
            assert abs(apart) < SMALLEST, f"the brand and the way out stand on one line at {width}"
