"""The pages on which reviewers decide what users propose, and what a browser makes of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gt_platform.canonical import canonical
from gt_platform.labeling.messages import Briefing, Case
from gt_platform.lake import Store
from gt_platform.lake.tables import FEEDBACK
from gt_platform.platform import Platform
from gt_platform.settings import Settings
from gt_platform.truth import Correction, correct
from gt_platform.workbench.accounts.people import account_by_code, everybody
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from tests.support.accounts import add, store
from tests.support.front import Front, project
from tests.support.sentiment import DAY, event, item_of, put_events
from tests.truth.test_proposals import NOON
from tests.workbench.browser import Bench, bench, people, visitor
from tests.workbench.desk import check
from tests.workbench.test_browser_look import MODES, PICTURES, look

AT = "/p/sentiment/proposals"
NAUGHTY = "<img src=x onerror=alert(1)>\u202e</b>{{7*7}}"
TEXTS = ("the lamp broke on the second day", NAUGHTY, "a chair")


def world(tables: Store) -> None:
    """Three items; of the first two users contradict each other, of the second one says what is no answer."""
    put_events(tables, [event(number, text) for number, text in enumerate(TEXTS)])
    said = [
        ("f-0", 0, "ann", "negative", "it broke, that is not good news"), ("f-1", 0, "bob", "neutral", None),
        ("f-2", 0, "cat", "negative", None), ("f-3", 1, NAUGHTY, NAUGHTY, NAUGHTY), ("f-4", 2, "ann", "neutral", None),
    ]  # fmt: skip
    base = {"frame_day": DAY, "annotator_kind": "end_user", "signal": "correction", "content_digest": "d", "line": 1}
    rows = [
        base
        | {"feedback_id": id_, "event_id": f"e-{number}", "annotator_id": by, "value": canonical(value)}
        | {"occurred_at": NOON, "comment": comment, "file_id": "f"}
        for id_, number, by, value, comment in said
    ]
    tables.commit("feedback", lambda writer: writer.append(FEEDBACK, FEEDBACK.frame(rows)))


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = Platform(Settings(home=tmp_path))
    world(opened.store(project(tmp_path)))
    yield opened
    opened.close()


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    with store("sqlite", tmp_path, request) as opened:
        add(opened, "Rita", "reviewer", password=None)
        yield opened


def test_what_users_propose_is_decided_on_its_page(platform: Platform, database: Database, tmp_path: Path) -> None:
    declared = project(tmp_path)
    tables, front = platform.store(declared), Front(database, {declared.name: declared}, platform=platform)
    rita = front.entered("Rita")
    text = rita.get(AT).text
    check(text)
    assert "3 items with proposals" in text
    lamp, odd, chair = (f"{AT}/{item_of(text)}" for text in TEXTS)
    text = rita.get(lamp).text
    check(text)
    for told in ("Accept proposal 1", "Accept proposal 2", "end_user ann", "it broke, that is not good news", "m-1"):
        assert told in text
    shown = {"csrf": front.csrf(rita), "shown": '["f-0","f-2","f-1"]', "seen": ""}
    for fields, told in (
        ({}, "Choose what is to become"), ({"choice": "refuse", "why": " "}, "say why it is refused"),
        ({"choice": "edit"}, "Choose one of the answers."),
        ({"choice": "accept f-0", "seen": "older"}, "has changed since it was looked at"),
    ):  # fmt: skip
        answer = rita.post(lamp, data=shown | fields)
        assert (answer.status_code, told in answer.text) == (422, True), answer.text
    assert rita.post(lamp, data=shown | {"shown": "f-0"}).status_code == 400
    done = rita.post(lamp, data=shown | {"choice": "accept f-0", "why": "broken is negative"})
    assert (done.status_code, done.headers["location"].startswith(AT)) == (303, True)
    again = rita.post(lamp, data=shown | {"choice": "refuse", "why": "late"})
    assert (again.status_code, "is accepted already by" in again.text) == (422, True)
    text = rita.get(odd).text
    check(text)
    assert NAUGHTY not in text
    assert "No answer: " in text
    with_none = {"csrf": shown["csrf"], "seen": ""}
    edit = with_none | {"shown": '["f-3"]', "choice": "edit", "a": "0"}
    assert rita.post(odd, data=edit).status_code == 303
    correct(tables, declared, [Correction(item_of(TEXTS[0]), "positive", "so")], actor="lee")
    refuse = with_none | {"shown": '["f-4"]', "choice": "refuse", "why": "a chair is a chair"}
    assert rita.post(chair, data=refuse).headers["location"] == f"{AT}?done=refuse"
    assert "Nobody proposes anything that waits" in rita.get(AT).text
    assert rita.get(f"{AT}/{'0' * 64}").status_code == 404
    became = dict(tables.read("SELECT feedback_id, verdict FROM proposal_verdicts").iter_rows())
    said = {"f-0": "accepted", "f-2": "accepted", "f-1": "superseded", "f-3": "edited", "f-4": "refused"}
    assert became == said
    with database.read() as connection:
        code = next(one.code for one in everybody(connection) if one.name == "Rita")
        assert account_by_code(connection, code) is not None
    assert tables.read("SELECT DISTINCT decided_by FROM proposal_verdicts").item() == code
    page = rita.get(f"/p/sentiment/truth/{item_of(TEXTS[0])}").text
    assert all(told in page for told in ("What was made of proposals", "f-0", "ann", "broken is negative"))


def test_users_words_are_shown_after_ones_own_answer_alone_and_that_is_noted(
    platform: Platform, database: Database, tmp_path: Path
) -> None:
    declared = project(tmp_path)
    item, backend = item_of(TEXTS[0]), WorkbenchBackend(database, declared)
    case = Case(item_id=item, answers_digest="d", input=TEXTS[0], opinions=(), why="drawn", blind=True)
    backend.brief(Briefing(cases=(case,)))
    front = Front(database, {declared.name: declared}, platform=platform)
    rita = front.entered("Rita")
    at = rita.get("/p/sentiment/review").headers["location"]
    before = [rita.get(path).text for path in (at, AT, f"{AT}/{item}", f"/p/sentiment/truth/{item}")]
    assert not any(told in text for text in before for told in ("it broke", "end_user ann", "Accept proposal"))
    assert rita.get(f"{at}/others").status_code == 409
    early = {"csrf": front.csrf(rita), "shown": '["f-0"]', "choice": "accept f-0"}
    assert rita.post(f"{AT}/{item}", data=early).status_code == 403
    assert rita.post(f"{at}/rule", data={"csrf": front.csrf(rita), "a": "0"}).status_code == 303
    text = rita.get(f"{at}/others").text
    check(text)
    assert "it broke, that is not good news" in text
    rita.get(f"{at}/others")
    did = [entry.did for entry in backend.audit(0)]
    assert did.count("was shown what users said of") == 1
    assert did.index("ruled on") < did.index("was shown what users said of")
    assert "Accept proposal 1" in rita.get(f"{AT}/{item}").text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("site")
    platform, declared = Platform(Settings(home=folder)), project(folder)
    world(platform.store(declared))
    with bench(folder, declared, platform=platform) as running:
        people(running)
        yield running
    platform.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_how_it_looks(browser: Browser, site: Bench, tmp_path: Path, mode: str) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    paths = {"proposals": AT, "proposal": f"{AT}/{item_of(TEXTS[0])}", "odd": f"{AT}/{item_of(NAUGHTY)}"}
    with visitor(browser, site, "Rita", **MODES[mode]) as visiting:
        for name, path in paths.items():
            visiting.go(path)
            if name == "proposal":
                visiting.page.get_by_label("Give another answer").check()
            look(visiting.page, folder / f"{name}-{mode}.png")


@pytest.mark.slow
def test_proposals_are_decided_by_keyboard_alone(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita") as visiting:
        page, keys = visiting.page, visiting.page.keyboard
        visiting.go(f"{AT}/{item_of(TEXTS[2])}")
        page.wait_for_load_state()
        keys.press("2")
        expect(page.get_by_label("Give another answer")).to_be_checked()
        keys.press("1")
        expect(page.get_by_label("negative")).to_be_checked()
        keys.press("Enter")
        expect(page.get_by_role("status").first).to_have_text(
            "Your answer is what is true now. The next release has it."
        )
        visiting.go(f"{AT}/{item_of(TEXTS[0])}")
        page.wait_for_load_state()
        keys.press("1")
        keys.press("Enter")
        expect(page.get_by_role("status").first).to_have_text("Accepted. The next release has it.")
