"""The pages on which leads and reviewers find items, see all that happened to them, and change their truth."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from gt_platform.canonical import canonical
from gt_platform.labeling.messages import Briefing, Case, Opinion
from gt_platform.lake import Store
from gt_platform.lake.tables import ITEMS
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import Correction, correct, fold, release, retire, settle
from gt_platform.workbench.accounts import people
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from gt_platform.workbench.store.database import Database
from tests.support.accounts import add, store
from tests.support.front import Front, project
from tests.support.released import answered
from tests.support.sentiment import item_of
from tests.workbench.desk import check
from tests.workbench.examples import FILLED, one_of_each, shown_to

TRUTHS = {
    "it smells of rain": "positive",
    "the waiter ran off": "negative",
    "a chair": "neutral",
    "<b>Ünder</b> the chair": "positive",
}
RAIN, WAITER, CHAIR, BOLD = map(item_of, TRUTHS)


@dataclass
class House:
    """The pages over a lake with a release of TRUTHS, and who comes to them."""

    front: Front
    store: Store
    project: Project
    lea: TestClient
    codes: dict[str, str]

    @property
    def at(self) -> str:
        """Where its truth is browsed."""
        return f"/p/{self.project.name}/truth"

    def listed(self, query: str = "", *, by: TestClient | None = None) -> list[str]:
        """The ids on the page of a query, in order, each by its first eight characters."""
        text = (by or self.lea).get(f"{self.at}?{query}").text
        return [part[:8] for part in text.split("<small>")[1:] if part[8:16] == "</small>"]

    def post(self, item: str, what: str, *, by: TestClient | None = None, **fields: str) -> Any:
        """Do something to an item."""
        client = by or self.lea
        return client.post(f"{self.at}/{item}/{what}", data={"csrf": self.front.csrf(client)} | fields)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the release, of which each test has a copy."""
    home = tmp_path_factory.mktemp("made")
    platform, declared = Platform(Settings(home=home)), project(home, "sentiment", overlap=3, honeypots={"pool": 1})
    tables = platform.store(declared)
    answered(tables, declared, TRUTHS)
    settle(tables, declared)
    fold(tables, declared)
    release(tables, declared, bundles=platform.files)
    platform.close()
    return home


@pytest.fixture
def platform(made: Path, tmp_path: Path) -> Iterator[Platform]:
    home = tmp_path / "home"
    shutil.copytree(made, home)
    opened = Platform(Settings(home=home))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Database]:
    with store("sqlite", tmp_path_factory.mktemp("store"), request) as opened:
        add(opened, "Rita", "reviewer", password=None)
        add(opened, "Lea", "lead", password=None)
        yield opened


@pytest.fixture
def house(platform: Platform, database: Database, tmp_path: Path) -> House:
    declared = project(tmp_path, "sentiment", overlap=3, honeypots={"pool": 1})
    front = Front(database, {declared.name: declared}, platform=platform)
    with database.read() as connection:
        codes = {person.name: person.code for person in people.everybody(connection)}
    return House(front, platform.store(declared), declared, front.entered("Lea"), codes)


def test_leads_read_the_report_as_the_lake_is(house: House) -> None:
    at = f"/p/{house.project.name}/report"
    told = house.lea.get(at)
    assert told.status_code == 200
    assert "<h2>Week by week</h2>" in told.text
    assert "There is no score yet" in told.text
    assert "<style" not in told.text  # which the workbench's own policy would not let through
    assert house.lea.get(at).text == told.text
    assert f'href="{at}" aria-current="page"' in told.text
    said = house.lea.get(f"/p/{house.project.name}/feedback")
    assert said.status_code == 200
    assert "<h1>What users say and what is so</h1>" in said.text
    assert "Nobody has said anything" in said.text


def test_a_list_is_narrowed_by_whatever_its_address_says(house: House) -> None:
    everything = house.listed()
    assert sorted(everything) == sorted(item[:8] for item in (RAIN, WAITER, CHAIR, BOLD))
    wanted = {
        "q=rain": [RAIN], "q=ÜNDER+chair": [BOLD], f"q={WAITER[:10]}": [WAITER], "label=neutral": [CHAIR],
        "q=rain&label=neutral": [], "annotator=a2&q=rain": [RAIN], "annotator=nobody": [],
        "release=1&q=off+waiter": [WAITER], "release=0": [],
        "status=retired": [], "confidence=0-0.5": [], "q=%25": [],
    }  # fmt: skip
    found = {query: house.listed(query) for query in wanted}
    assert found == {query: [item[:8] for item in items] for query, items in wanted.items()}
    assert house.listed("sort=text") == [item[:8] for item in (BOLD, CHAIR, RAIN, WAITER)]


def test_what_cannot_be_asked_is_told_in_a_sentence(house: House) -> None:
    for query, told in {
        "sort=best": "There is no order &#39;best&#39;; there are newest, oldest, unsure, sure, text.",
        "confidence=9": "There is no band &#39;9&#39;",
        "release=v1": "&#39;v1&#39; is no number of a release.",
        "q=" + "x" * 301: "Q can be 300 characters at most.",
        "q=" + "+".join("abcdefghijk"): "11 words are searched for; 10 is the most.",
    }.items():
        answer = house.lea.get(f"{house.at}?{query}")
        assert (answer.status_code, told in answer.text) == (400, True), answer.text
    assert house.listed("after=nonsense") == []


def test_the_page_of_an_item_tells_all_that_happened_to_it(house: House) -> None:
    text = house.lea.get(f"{house.at}/{RAIN}").text
    for told in ("it smells of rain", "positive", "consensus", "a0", "a2", "added", RAIN):
        assert told in text, told
    assert house.lea.get(f"{house.at}/{RAIN[:10]}").headers["location"] == f"{house.at}/{RAIN}"
    for wrong in ("0" * 64, "abc", "%00", "x" * 5000):
        assert house.lea.get(f"{house.at}/{wrong}").status_code == 404


def test_an_input_is_text_and_never_markup(house: House) -> None:
    for page in (house.lea.get(f"{house.at}?q=%3Cb%3E").text, house.lea.get(f"{house.at}/{BOLD}").text):
        assert "&lt;b&gt;Ünder&lt;/b&gt; the chair" in page
        assert "<b>Ünder" not in page


def test_a_correction_is_a_decision_by_the_person_signed_in(house: House) -> None:
    rita = house.front.entered("Rita")
    done = house.post(RAIN, "correct", by=rita, a="1", why="it is drizzle")
    assert (done.status_code, done.headers["location"]) == (303, f"{house.at}/{RAIN}?done=correct")
    row = house.store.read("SELECT status, answer, actor, reason FROM current_decisions WHERE item_id = ?", [RAIN])
    assert row.row(0) == ("corrected", '"neutral"', house.codes["Rita"], "it is drizzle")
    assert house.listed("status=corrected&label=neutral") == [RAIN[:8]]
    assert "Corrected. The next release has it." in rita.get(done.headers["location"]).text
    assert house.post(RAIN, "correct", a="1", why="again").headers["location"].endswith("?done=same")
    noted = house.store.read("SELECT who, did, about FROM audit WHERE backend = 'gt'").rows()
    assert noted == [(house.codes["Rita"], "corrected", RAIN)]


def test_an_item_is_retired_and_restored(house: House) -> None:
    assert house.post(RAIN, "retire", why="it is sold no more", category="outdated").status_code == 303
    assert house.listed("status=retired") == [RAIN[:8]]
    page = house.lea.get(f"{house.at}/{RAIN}").text
    assert ("Restore it" in page, "Correct it" in page) == (True, False)
    assert house.post(RAIN, "restore", why="it is sold again").status_code == 303
    statuses = house.store.read("SELECT status FROM decisions WHERE item_id = ? ORDER BY revision", [RAIN])
    assert statuses["status"].to_list() == ["consensus", "retired", "restored"]
    assert house.listed("status=restored") == [RAIN[:8]]


def test_an_item_becomes_a_honeypot_once_and_is_asked_again_once(house: House) -> None:
    assert house.post(RAIN, "honeypot", why="a clear one").status_code == 303
    assert house.store.read("SELECT item_id, truth FROM honeypots").rows() == [(RAIN, '"positive"')]
    assert house.post(RAIN, "ask", why="is it?").status_code == 303
    rounds = house.store.read(
        "SELECT coalesce(round, 1), count(*) FROM assignments WHERE item_id = ? GROUP BY 1 ORDER BY 1", [RAIN]
    )
    assert rounds.rows() == [(1, 3), (2, 3)]
    for what, told in {"honeypot": "It cannot be a honeypot", "ask": "It is not asked"}.items():
        again = house.post(RAIN, what, why="once more")
        assert (again.status_code, told in again.text, "once more" in again.text) == (422, True, True)
    did = house.store.read("SELECT did, about FROM audit WHERE backend = 'gt' ORDER BY number").rows()
    assert did == [("honeypot designated", RAIN), ("asked again", RAIN)]


def test_what_cannot_be_done_is_told_and_changes_nothing(house: House) -> None:
    before = house.store.snapshot_id
    for what, fields, told in [
        ("correct", {"a": "0"}, "Say why"),
        ("correct", {"why": "so"}, "Choose"),
        ("correct", {"a": "9", "why": "so"}, "Choose"),
        ("retire", {"why": "so", "category": "ugly"}, "outdated, incorrect, duplicate, private"),
        ("retire", {"why": " ", "category": "outdated"}, "Say why"),
        ("restore", {"why": "so"}, "is not retired"),
        ("ask", {"why": ""}, "Say why"),
    ]:
        answer = house.post(RAIN, what, by=house.lea, **fields)
        assert answer.status_code == 422, (what, fields, answer.text)
        assert told in answer.text.split('role="alert">')[1][:300], (what, fields)
    assert house.post("0" * 64, "ask", why="so").status_code == 404
    assert house.store.snapshot_id == before


def test_whoever_is_to_answer_blind_is_not_told(house: House) -> None:
    case = Case(item_id=RAIN, answers_digest="d", input="it smells of rain", opinions=(Opinion("positive", None),),
                why="drawn", blind=True)  # fmt: skip
    WorkbenchBackend(house.front.database, house.project).brief(Briefing(cases=(case,)))
    rita = house.front.entered("Rita")
    page = rita.get(f"{house.at}/{RAIN}").text
    assert "You are to answer this item yourself" in page
    assert ">a2<" not in page
    assert "yours to answer" in rita.get(f"{house.at}?q=rain").text
    assert house.post(RAIN, "correct", by=rita, a="1", why="so").status_code == 403
    assert ">a2<" in house.lea.get(f"{house.at}/{RAIN}").text


def test_what_is_changed_elsewhere_is_there_at_the_next_look(house: House) -> None:
    assert len(house.listed("label=positive")) == 2
    correct(house.store, house.project, [Correction(CHAIR, "positive", "so")], actor="lee")
    retire(house.store, house.project, [WAITER], why="so", category="private", actor="lee")
    assert len(house.listed("label=positive")) == 3
    release(house.store, house.project, bundles=house.front.app.state.platform.files)
    assert len(house.listed("release=1")) == 4
    assert sorted(house.listed("release=2")) == sorted(item[:8] for item in (RAIN, CHAIR, BOLD))


def test_every_page_is_sound(house: House) -> None:
    retire(house.store, house.project, [CHAIR], why="so", category="outdated", actor="lee")
    for path in ("", "?q=nothing", "?sort=best", f"/{RAIN}", f"/{CHAIR}", f"/{RAIN}?done=retire", "/nowhere"):
        check(house.lea.get(f"{house.at}{path}").text)
    check(house.post(RAIN, "correct", why="so").text)


@pytest.mark.parametrize("kind", ["spans", "boxes", "preference", "rubric", "number"])
@pytest.mark.slow
def test_an_item_of_any_kind_of_answer_is_shown_and_corrected(
    platform: Platform, database: Database, kind: str
) -> None:
    declared = next(one for one in one_of_each() if one.name == kind)
    store, shown = platform.store(declared), shown_to(kind)
    row = {"item_id": item_of(shown), "input": canonical(shown), "origin": "import", "first_seen": datetime.now(UTC)}
    store.commit("items", lambda writer: writer.append(ITEMS, ITEMS.frame([row])))
    front = Front(database, {kind: declared}, platform=platform)
    lea, at = front.entered("Lea"), f"/p/{kind}/truth/{row['item_id']}"
    assert "waits for answers" in lea.get(at).text
    answer = FILLED[kind][1]
    form = {"csrf": front.csrf(lea), "answer": canonical(answer), "why": "so"}
    assert lea.post(f"{at}/correct", data=form).headers["location"] == f"{at}?done=correct"
    assert json.loads(store.read("SELECT answer FROM current_decisions").item()) == answer
    check(lea.get(at).text)
    assert lea.post(f"{at}/correct", data=form).headers["location"] == f"{at}?done=same"
