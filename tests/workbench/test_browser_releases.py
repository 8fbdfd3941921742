"""The pages of releases and of conflicts in a browser: the way through them by keyboard, and how they look."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gt_platform.platform import Platform
from gt_platform.settings import Settings
from gt_platform.truth import fold, settle
from tests.sampling.rows import MONDAY, add_events, add_feedback
from tests.support.atlas import atlas
from tests.support.front import project
from tests.truth.answered import answer
from tests.workbench.browser import Bench, bench, people, visitor
from tests.workbench.test_browser_look import MODES, PICTURES, look

AT = "/p/sentiment/releases"
CONFLICTS = "/p/sentiment/conflicts"
SPOKEN = [f"event {at}" for at in range(40)]
GIVEN = [["positive", "positive", "negative"], ["neutral", "positive", "positive"], ["positive", "negative", "neutral"]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("site")
    platform, declared = Platform(Settings(home=folder)), project(folder)
    atlas(platform, declared, folder)
    tables = platform.store(declared)
    for number, given in enumerate(GIVEN * 20):
        answer(tables, declared, f"{'a long text about nothing ' * (number % 3 * 4)}{number}", given)
    settle(tables, declared)
    fold(tables, declared)
    add_events(tables, MONDAY, [{"event_id": event} for event in SPOKEN])
    add_feedback(tables, MONDAY, [(event, "thumb", "down") for event in SPOKEN[:30]], by="loud")
    with bench(folder, declared, platform=platform) as running:
        people(running)
        yield running
    platform.close()


def test_from_the_list_to_what_changed_by_keyboard(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita") as visiting:
        visiting.go(AT)
        visiting.page.get_by_role("link", name="Release 2").focus()
        visiting.page.keyboard.press("Enter")
        expect(visiting.page.locator("#proof")).to_contain_text("as published")  # comes after the page
        assert visiting.page.url.endswith("/releases/2")
        visiting.page.get_by_label("Compare with").focus()
        visiting.page.keyboard.press("Tab")
        visiting.page.keyboard.press("Enter")
        expect(visiting.page.get_by_role("heading", level=1)).to_have_text("From release 1 to 2")
        visiting.page.get_by_role("row", name="geography").get_by_role("link", name="2").press("Enter")
        expect(visiting.page.get_by_role("heading", name="2 items changed in geography")).to_be_visible()
        assert "category=geography" in visiting.page.url
        visiting.page.go_back()
        expect(visiting.page.get_by_role("heading", name="4 items")).to_be_visible()


def test_conflicts_are_asked_for_by_keyboard_and_stay_in_the_address(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita") as visiting:
        page = visiting.page
        visiting.go(CONFLICTS)
        expect(page.get_by_role("heading", level=1)).to_have_text("60 items on which annotators differ")
        page.get_by_role("link", name="Further ones").press("Enter")
        assert page.url.endswith("?page=2")
        page.get_by_label("What was said").focus()
        page.keyboard.type("neg")
        page.get_by_role("button", name="Show").press("Enter")
        expect(page.get_by_role("heading", name="20 items")).to_be_visible()
        assert "said=negative" in page.url
        page.reload()
        expect(page.get_by_label("What was said")).to_have_value("negative")
        page.get_by_role("row", name="a1 a3").get_by_role("link").press("Enter")
        expect(page.get_by_role("heading", name="60 items", exact=True)).to_be_visible()
        page.get_by_role("link", name="All", exact=True).press("Enter")
        assert page.url.endswith("/conflicts")


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_pages_look_as_they_should(browser: Browser, site: Bench, tmp_path: Path, mode: str) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    with visitor(browser, site, "Lea", **MODES[mode]) as visiting:
        for name, path in {
            "releases": f"{AT}?proof=all",
            "release": f"{AT}/2",
            "diff": f"{AT}/2/diff",
            "conflicts": CONFLICTS,
            "feedback": "/p/sentiment/feedback",
        }.items():
            visiting.go(path)
            look(visiting.page, folder / f"{name}-{mode}.png")
