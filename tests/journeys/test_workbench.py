"""A real batch from sample to release: three people and a reviewer in a browser, over the jobs that Dagster runs."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
from playwright.sync_api import Browser

from gt_platform.lake import Lake, Store
from gt_platform.refresh import Refresher, refresher
from gt_platform.settings import Settings
from tests.support.accounts import add
from tests.support.home import DAYS, make_home, small
from tests.workbench.browser import PHONE, Bench, bench, chromium, visitor
from tests.workbench.working import LABELS, Answer, by_keys, by_mouse, by_touch, label, review

pytestmark = pytest.mark.slow

LABELING = {
    "backend": "workbench",
    "overlap": 2,
    "maximum": 3,
    "confidence": 0.75,
    "batch": 5,
    "annotators": {"pause": 0.5, "watch": 0.7},
}


def truth(text: str) -> str:
    """What is right, by the number in the text."""
    return LABELS[int(text.split()[1]) % 3]


def hard(text: str) -> bool:
    """Texts on which everybody says something else."""
    return int(text.split()[1]) % 4 == 0


def off_by(steps: int) -> Answer:
    """Somebody who is right, but for the hard texts."""
    return lambda text: LABELS[(LABELS.index(truth(text)) + steps * hard(text)) % 3]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_home(tmp_path, days=DAYS[:1], labeling=LABELING)


@pytest.fixture
def nightly(settings: Settings) -> Iterator[Refresher]:
    with dg.DagsterInstance.ephemeral() as instance, refresher(settings, instance=instance) as opened:
        yield opened


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures of the pages are kept."""
    folder = Path(os.environ.get("GT_SCREENSHOTS") or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_three_people_and_a_reviewer_make_a_release(
    browser: Browser, settings: Settings, nightly: Refresher, shots: Path
) -> None:
    nightly.refresh("small", DAYS[0])
    with bench(settings.home, small(settings)) as site, Lake.open(settings) as lake:
        store = lake.store("small")
        for name in ("Kim", "Pat", "Sam"):
            add(site.database, name)
        add(site.database, "Rita", "reviewer")
        add(site.database, "Lea", "lead")
        asked = texts(store)
        round_of(browser, site, shots)
        nightly.settle("small")
        nightly.settle("small")  # asks one more where two did not agree
        given = round_of(browser, site, shots)
        nightly.settle("small")
        assert given == sum(map(hard, asked))
        assert ground_truth(store) == {text: truth(text) for text in asked if not hard(text)}
        review_all(browser, site, shots)
        nightly.settle("small")
        assert ground_truth(store) == {text: truth(text) for text in asked}
        assert store.read("SELECT max(items) FROM releases").item() == len(asked)
        assert saved(store) == sum(not hard(text) for text in asked)
        look_around(browser, site, shots)


def round_of(browser: Browser, site: Bench, shots: Path) -> int:
    """Everybody labels what there is for them: Kim by keyboard alone, Pat on a phone, Sam with a mouse."""
    given = 0
    with ExitStack() as stack:
        kim, sam = (stack.enter_context(visitor(browser, site, name)).page for name in ("Kim", "Sam"))
        phone = stack.enter_context(visitor(browser, site, "Pat", viewport=PHONE, has_touch=True, is_mobile=True))
        for page, steps, give in ((kim, 0, by_keys), (phone.page, 1, by_touch), (sam, 2, by_mouse)):
            page.goto("/p/small/next")
            page.screenshot(path=shots / f"label-{give.__name__}.png", full_page=True, caret="initial")
            given += label(page, off_by(steps), give)
    return given


def review_all(browser: Browser, site: Bench, shots: Path) -> None:
    with visitor(browser, site, "Rita") as visiting:
        visiting.go("/p/small/review")
        visiting.page.screenshot(path=shots / "case.png", full_page=True, caret="initial")
        review(visiting.page, truth, "It says so.")


def look_around(browser: Browser, site: Bench, shots: Path) -> None:
    for name, paths in {
        "Kim": ["", "/quality", "/guideline"],
        "Lea": ["/dashboard"],
        "Rita": ["/review"],
    }.items():
        with visitor(browser, site, name) as visiting:
            for path in paths:
                visiting.go(f"/p/small{path}")
                visiting.page.screenshot(
                    path=shots / f"{path.strip('/') or 'queue'}.png", full_page=True, caret="initial"
                )


def texts(store: Store) -> list[str]:
    return store.read("SELECT DISTINCT input ->> '$' AS text FROM assignments")["text"].to_list()


def ground_truth(store: Store) -> dict[str, str]:
    return dict(store.read("SELECT input ->> '$', answer ->> '$' FROM ground_truth").iter_rows())


def saved(store: Store) -> int:
    return int(store.read("SELECT sum(3 - n) FROM (SELECT count(*) AS n FROM annotations GROUP BY item_id)").item())
