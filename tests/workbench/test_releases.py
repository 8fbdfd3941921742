"""The pages of releases: what there is, what one is called and changed, and how two differ, by category."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from gt_platform.labeling.messages import Briefing, Case
from gt_platform.platform import Platform
from gt_platform.settings import Settings
from gt_platform.truth.bundle import CARD, folder_of
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from tests.support.accounts import add, store
from tests.support.atlas import atlas
from tests.support.front import Front, project
from tests.support.sentiment import item_of

AT = "/p/sentiment/releases"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("releases")
    platform, declared = Platform(Settings(home=folder)), project(folder)
    atlas(platform, declared, folder)
    with store("sqlite", folder, request) as database:
        add(database, "lea", "lead", password=None)
        add(database, "rita", "reviewer", password=None)
        yield Front(database, {"sentiment": declared}, platform=platform)
    platform.close()


@pytest.fixture
def lea(front: Front) -> TestClient:
    return front.entered("lea")


def said(html: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_all_releases_are_listed_the_newest_first(front: Front) -> None:
    rita = front.entered("rita")
    page = rita.get(AT).text
    assert re.findall(rf'href="{AT}/(\d)"', page) == ["3", "2", "1"]
    assert "Proof" not in page
    assert said(rita.get(f"{AT}?proof=all").text).count(" as published") == 3


def test_a_release_tells_what_it_changed_and_shows_its_card_as_text(lea: TestClient) -> None:
    page = lea.get(f"{AT}/2").text
    told = said(page)
    assert "Fixed 3 incorrect labels (geography 2, history *and* more 1)." in told
    assert "Retired 1 outdated item." in told
    assert "sentiment, release 2" in told  # of the card
    assert "pretty_name: sentiment, release 2" in told
    assert "How truth was settled" in told
    assert page.count("<h1") == 1


def test_a_release_is_proven_and_one_that_was_changed_is_found(front: Front, lea: TestClient) -> None:
    assert "as published" in said(lea.get(f"{AT}/1/proof").text)
    platform, declared = front.platform, front.projects["sentiment"]
    assert platform is not None
    digest = platform.store(declared).read("SELECT digest FROM releases WHERE release = 1").item()
    path = f"{folder_of('sentiment', 1, digest)}/{CARD}"
    before = platform.files.read(path)
    platform.files.write(path, b"other")
    try:
        told = said(lea.get(f"{AT}/1/proof").text)
        assert "not as published README.md in its bundle is missing or changed" in told
    finally:
        platform.files.write(path, before)


def test_two_releases_differ_by_kind_of_change_and_category_with_links_to_items(lea: TestClient) -> None:
    page = lea.get(f"{AT}/2/diff").text  # against the one before
    told = said(page)
    assert "none known 0 0 1" in told
    assert "geography 0 2 0" in told
    assert "all 0 3 1" in told
    assert f'href="/p/sentiment/truth/{item_of("Oslo")}"' in page
    assert "<b>Bonn</b>" in told
    assert "<b>Bonn</b>" not in page
    narrow = said(lea.get(f"{AT}/2/diff?against=1&category=geography&change=changed").text)
    assert "2 items changed in geography" in narrow
    assert "Rome" not in narrow
    assert "The truth of both is the same." in lea.get(f"{AT}/2/diff?against=2").text
    back = said(lea.get(f"{AT}/1/diff?against=2&category=").text)
    assert "1 item Item" in back.replace("All of the difference ", "")
    assert "added" in back


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"{AT}/9", "There is no release 9; there are 1 to 3."),
        (f"{AT}/v9", "No release is called 'v9'; tags: "),
        (f"{AT}/1/diff?against=nobody", "No release is called 'nobody'"),
        (f"{AT}/0/proof", "There is no release 0"),
    ],
)
def test_a_release_there_is_not_is_a_sentence(lea: TestClient, path: str, told: str) -> None:
    answer = lea.get(path)
    assert answer.status_code == 404
    assert told in said(answer.text)


@pytest.mark.parametrize("asked", ["page=0", "page=-1", "page=x", "page=99999", "page=²", "change=all", "category=%00"])
def test_an_odd_address_of_a_list_breaks_nothing(lea: TestClient, asked: str) -> None:
    assert lea.get(f"{AT}/2/diff?{asked}").status_code == 200


def test_a_lead_gives_tags_notes_and_roles_and_a_reviewer_does_not(front: Front, lea: TestClient) -> None:
    rita, csrf = front.entered("rita"), front.csrf(lea)
    assert "Promote" not in rita.get(f"{AT}/1").text
    assert rita.post(f"{AT}/1/call", data={"csrf": front.csrf(rita), "tag": "v1"}).status_code == 403
    assert lea.post(f"{AT}/1/call", data={"csrf": csrf, "tag": "v1.0", "note": "<first>"}).status_code == 303
    taken = lea.post(f"{AT}/2/call", data={"csrf": csrf, "tag": "v1.0", "note": ""})
    assert (taken.status_code, "v1.0 is release 1 already, and a tag stays" in said(taken.text)) == (422, True)
    assert lea.post(f"{AT}/v1.0/promote", data={"csrf": csrf, "role": "champion"}).status_code == 303
    wrong = lea.post(f"{AT}/2/promote", data={"csrf": csrf, "role": "king"})
    assert (wrong.status_code, "'king' is no role" in said(wrong.text)) == (422, True)
    unsaid = lea.post(f"{AT}/2/call", data={"csrf": csrf, "tag": "", "note": " "})
    assert (unsaid.status_code, "the note says nothing" in said(unsaid.text)) == (422, True)
    told = said(lea.get(f"{AT}/champion").text)
    assert "Release 1 v1.0, champion" in told
    assert "<first>" in told


def test_pages_without_a_lake_are_not_there(front: Front) -> None:
    bare = Front(front.database, front.projects)
    answer = bare.entered("lea").get(AT)
    assert (answer.status_code, "without the tables of truth" in answer.text) == (404, True)


def test_what_a_reviewer_is_to_answer_blind_is_told_to_the_lead_alone(front: Front, lea: TestClient) -> None:
    oslo = item_of("Oslo")
    case = Case(item_id=oslo, answers_digest="d", input="Oslo", opinions=(), why="drawn", blind=True)
    backend = WorkbenchBackend(front.database, front.app.state.projects["sentiment"])
    backend.brief(Briefing(cases=(case,)))
    shown = said(front.entered("rita").get(f"{AT}/2/diff").text)
    assert re.search(r"Oslo geography changed yours to answer", shown)
    assert "yours to answer" not in said(lea.get(f"{AT}/2/diff").text)
    backend.brief(Briefing(cases=()))
    assert "yours to answer" not in said(front.entered("rita").get(f"{AT}/2/diff").text)
