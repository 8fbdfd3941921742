"""Finding an item and changing its truth in a real browser, by keyboard and on a phone, and how the pages look."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gt_platform.platform import Platform
from gt_platform.settings import Settings
from gt_platform.truth import fold, release, settle
from tests.support.front import project
from tests.support.released import answered
from tests.support.sentiment import item_of
from tests.workbench.browser import Bench, bench, people, visitor
from tests.workbench.test_browser_look import MODES, PICTURES, look

AT = "/p/sentiment/truth"
RAIN = "it smells of rain, and of the iron of the railings"
TRUTHS = {
    RAIN: "positive",
    "the waiter ran off": "negative",
    "a chair": "neutral",
    "<img src=x onerror=alert(1)>": "neutral",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("site")
    platform, declared = Platform(Settings(home=folder)), project(folder, overlap=3, honeypots={"pool": 1})
    store = platform.store(declared)
    answered(store, declared, TRUTHS)
    settle(store, declared)
    fold(store, declared)
    release(store, declared, bundles=platform.files)
    with bench(folder, declared, platform=platform) as running:
        people(running)
        yield running
    platform.close()


@pytest.mark.slow
def test_an_item_is_found_and_corrected_by_keyboard_alone(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita") as visiting:
        page, keys = visiting.page, visiting.page.keyboard
        visiting.go(AT)
        expect(page.get_by_role("heading", level=1)).to_have_text("4 items")
        keys.press("/")
        keys.type("iron rain")
        keys.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("1 item found")
        assert page.url.endswith(
            "?q=iron+rain&status=&label=&confidence=&slice=&split=&annotator=&release=&sort=newest"
        )
        page.wait_for_load_state()  # the scripts that follow keys come after the heading
        keys.press("j")
        expect(page.get_by_role("link", name=RAIN)).to_be_focused()
        keys.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("consensus")
        page.get_by_text("Correct it").first.focus()
        keys.press("Enter")
        expect(page.get_by_label("positive")).to_be_checked()
        page.get_by_label("positive").focus()
        keys.press("ArrowUp")
        keys.press("Tab")
        keys.type("rain on iron is sad")
        keys.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(["Corrected. The next release has it.", ""])
        expect(page.get_by_role("heading", level=1)).to_contain_text("corrected")
        visiting.go(f"{AT}?status=corrected&label=neutral")
        expect(page.get_by_role("heading", level=1)).to_have_text("1 item found")
        visiting.go(f"{AT}/{item_of(RAIN)}")
        expect(page.get_by_role("region", name="Decisions")).to_contain_text("rain on iron is sad")
        visiting.go(f"{AT}?q=onerror")
        expect(page.get_by_role("link", name="<img src=x onerror=alert(1)>")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_how_it_looks(browser: Browser, site: Bench, tmp_path: Path, mode: str) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    with visitor(browser, site, "Rita", **MODES[mode]) as visiting:
        for name, path in {"truth": AT, "item": f"{AT}/{item_of('a chair')}", "nothing": f"{AT}?q=nothing"}.items():
            visiting.go(path)
            for closed in visiting.page.locator("summary").all():
                closed.click()
            look(visiting.page, folder / f"{name}-{mode}.png")
