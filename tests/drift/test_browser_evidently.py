"""`gt evidently` as people have it: the real program, a real browser, and a night's point on the dashboard."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Request, expect

from gt_platform.drift import measure
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.conftest import SettingsFor
from tests.drift.events import FIRST, add
from tests.drift.test_measure import CHECKED, frame
from tests.support.programs import Program, start
from tests.workbench.browser import chromium

DRIFTED = 4


def nights(settings: Settings, *days: int) -> None:
    with Lake.open(settings) as lake:
        store = lake.store("checked")
        if store.read("SELECT count(*) FROM events").item() == 0:
            add(store, *[frame(day, 150, drifted=day == DRIFTED) for day in range(6)])
        for day in days:
            measure(store, CHECKED, FIRST + timedelta(days=day), reports=lake.files)


def address(program: Program) -> str:
    assert program.process.stdout is not None
    said = program.process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said
    return found.group()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page(viewport={"width": 1280, "height": 900})


@pytest.mark.parametrize("backend", ["sqlite+folder", "sqlite+s3"])
def test_the_dashboard_has_a_point_a_night(page: Page, backend: str, settings_for: SettingsFor) -> None:
    settings = settings_for(backend)
    nights(settings, 2, 3, 4)
    program = start(settings, "-c", "from gt_platform.cli import app; app()", "evidently")
    outside: list[str] = []
    try:
        site = address(program)

        def asked(one: Request) -> None:
            if not one.url.startswith((site, "data:")):
                outside.append(one.url)

        page.on("request", asked)
        page.goto(site)
        page.get_by_role("link", name="checked").click()
        expect(page.get_by_text("Share of columns that drift")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("by calibrated verdicts")).to_be_visible()
        # two lines of three nights, three of three, three of three
        expect(page.locator("circle")).to_have_count(3 * (2 + 3 + 3), timeout=30_000)
        page.goto(f"{page.url}/reports")
        expect(page.get_by_role("link", name="View")).to_have_count(3)
        page.get_by_role("link", name="View").first.click()
        expect(page.get_by_text("Data Drift Summary")).to_be_visible(timeout=30_000)
        assert outside == []
    finally:
        program.kill()
