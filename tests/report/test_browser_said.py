"""How the page on what users say looks, in light and dark and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gt_platform.platform import Platform
from gt_platform.settings import Settings
from tests.report.weeks import WEEKS, fill
from tests.workbench.browser import Bench, bench, chromium, people, visitor
from tests.workbench.desk import check
from tests.workbench.test_browser_look import MODES, PICTURES, look


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("site")
    platform = Platform(Settings(home=folder))
    fill(platform.store(WEEKS))
    with bench(folder, WEEKS, platform=platform) as running:
        people(running)
        yield running
    platform.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_how_what_users_say_looks(browser: Browser, site: Bench, tmp_path: Path, mode: str) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    with visitor(browser, site, "Lea", **MODES[mode]) as visiting:
        visiting.go("/p/sentiment/feedback")
        look(visiting.page, folder / f"said-{mode}.png")
        check(visiting.page.request.get("/p/sentiment/feedback").text())
