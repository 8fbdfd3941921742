"""What annotators see of what became of their answers: the truth where it may be told, why, and what users said."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Browser

from gt_platform.canonical import canonical
from gt_platform.labeling.messages import Briefing
from gt_platform.lake import Store
from gt_platform.lake.tables import ADJUDICATIONS, FEEDBACK
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import Correction, correct, fold, settle
from gt_platform.workbench.accounts.people import Account, everybody
from gt_platform.workbench.store.database import Database
from tests.support.accounts import add, store
from tests.support.front import Front, project
from tests.support.released import answered
from tests.support.sentiment import DAY, event, item_of, put_events
from tests.workbench.browser import Bench, bench, people, visitor
from tests.workbench.desk import check
from tests.workbench.people import Shop, asked_of, honeypot
from tests.workbench.test_browser_look import MODES, PICTURES, look

NAUGHTY = "<img src=x onerror=alert(1)>\u202e</b>{{7*7}}"
COUNTED = [f"text {number:02}" for number in range(12)]
LAMP, ODD, POT, OPEN = "the lamp broke on the second day", NAUGHTY, "pot of known truth", "nobody settled this"
ALL = [*COUNTED, LAMP, ODD, POT, OPEN]
SAID = {LAMP: "it broke, that is not good news", ODD: NAUGHTY, POT: "words about a honeypot"}


def world(tables: Store, declared_in: Path) -> None:
    """All but one are settled: the lamp by a ruling, the odd one by a correction, the rest by three equal answers."""
    declared = project(declared_in)
    answered(tables, declared, dict.fromkeys([*COUNTED, LAMP, ODD, POT], "positive"))
    settle(tables, declared)
    (digest,) = tables.read("SELECT answers_digest FROM settlements WHERE item_id = ?", [item_of(LAMP)]).row(0)
    ruling = {"item_id": item_of(LAMP), "answers_digest": digest, "answer": '"negative"', "adjudicator": "rita-1"}
    versions = {"guideline_version": declared.guideline_version, "schema_version": declared.schema_version}
    why = {"reasoning": "A broken thing is bad news <b>always</b>", "ruled_at": datetime(2026, 1, 5, tzinfo=UTC)}
    tables.commit("r", lambda writer: writer.append(ADJUDICATIONS, ADJUDICATIONS.frame([ruling | versions | why])))
    settle(tables, declared)
    fold(tables, declared)
    correct(tables, declared, [Correction(item_of(ODD), "neutral", NAUGHTY)], actor="lee")
    put_events(tables, [event(number, text) for number, text in enumerate(ALL)])
    base = {"frame_day": DAY, "annotator_kind": "end_user", "annotator_id": "u", "signal": "correction", "line": 1}
    base |= {"content_digest": "d", "file_id": "f", "occurred_at": datetime(2026, 1, 6, tzinfo=UTC)}
    rows = [
        base
        | {"feedback_id": text, "event_id": f"e-{ALL.index(text)}", "value": canonical("negative"), "comment": told}
        for text, told in SAID.items()
    ]
    tables.commit("feedback", lambda writer: writer.append(FEEDBACK, FEEDBACK.frame(rows)))


def labels(database: Database, declared: Project) -> tuple[Shop, Account, str]:
    """Ann is asked everything, one of it only to see how she does, and says positive of it all."""
    shop = Shop(database, declared)
    with database.read() as connection:
        ann = next(one for one in everybody(connection) if one.name == "Ann")
    shop.send([text for text in ALL if text != POT])
    shop.backend.brief(Briefing(honeypots=(honeypot(POT),)))
    return shop, ann, shop.answer_all(ann)


def declare(folder: Path) -> Project:
    """All of it in one batch."""
    return project(folder, overlap=1, batch=20, honeypots={"newcomer": 1, "share": 0.05})


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("lake")
    opened = Platform(Settings(home=folder))
    world(opened.store(project(folder)), folder)
    yield opened
    opened.close()


def cards(page: str) -> dict[str, str]:
    """What is told of each item, by its text."""
    parts = page.split('<section class="looked"')[1:]
    return {next(text for text in ALL if escape(text)[:9] in part): part for part in parts}


def test_what_became_of_a_batch(platform: Platform, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with store("sqlite", tmp_path, request) as database:
        add(database, "Ann", password=None)
        declared = declare(tmp_path)
        front = Front(database, {declared.name: declared}, platform=platform)
        shop, ann, batch = labels(database, declared)
        page, at = front.entered("Ann"), f"/p/sentiment/done/{batch}"
        assert page.get(at).status_code == 404  # before that it would lead
        assert "/done/" not in page.get("/p/sentiment").text
        held = {str(task.input): task.task_id for task in shop.held(ann)}
        assert set(held) == set(ALL)
        shop.hand_in(ann, batch)
        text = page.get(at).text
        check(text)
        found = cards(text)
        assert set(found) == set(ALL)
        assert all(told in found[LAMP] for told in ("ruled by a reviewer, otherwise than you said", SAID[LAMP]))
        assert "bad news &lt;b&gt;always&lt;/b&gt;" in found[LAMP]
        assert "corrected, otherwise than you said" in found[ODD]
        assert NAUGHTY not in text
        told = {one for one in COUNTED if "consensus, as you said" in found[one]}
        assert told == {one for one in COUNTED if crc32(held[one].encode()) % 2 == 0}
        assert (alike(found[POT], POT), SAID[POT] in text) == (alike(found[OPEN], OPEN), False)
        assert f'href="{at}"' in page.get("/p/sentiment").text
        shop.backend.send([asked_of(text) for text in ALL if text != POT] + [asked_of(LAMP, version="v2")])
        found = cards(page.get(at).text)
        assert alike(found[LAMP], LAMP) == alike(found[OPEN], OPEN)  # it could come to her once more
        assert [who for who, did in shop.did() if did == "was shown what users said of"] == [ann.code]


def alike(card: str, text: str) -> str:
    """A card without what every item has of its own."""
    return re.sub(r"\d+", "#", card.replace(text, "TEXT")).split("</section>")[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, platform: Platform) -> Iterator[Bench]:
    declared = declare(tmp_path_factory.mktemp("site"))
    with bench(tmp_path_factory.mktemp("store"), declared, platform=platform) as running:
        people(running)
        shop, ann, batch = labels(running.database, declared)
        shop.hand_in(ann, batch)
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_how_it_looks(browser: Browser, site: Bench, tmp_path: Path, mode: str) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    with visitor(browser, site, "Ann", **MODES[mode]) as visiting:
        visiting.go("/p/sentiment")
        visiting.page.get_by_role("link", name="What became of your answers").click()
        look(visiting.page, folder / f"done-{mode}.png")
