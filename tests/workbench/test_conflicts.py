"""The page of conflicts: what is asked for is in its address, counts lead to their items, nobody is named."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from gt_platform.labeling.messages import Briefing, Case
from gt_platform.platform import Platform
from gt_platform.settings import Settings
from gt_platform.truth import fold, settle
from gt_platform.workbench.exchange.backend import WorkbenchBackend
from tests.support.accounts import add, store
from tests.support.front import Front, project
from tests.support.sentiment import item_of
from tests.truth.answered import answer
from tests.workbench.test_releases import said

AT = "/p/sentiment/conflicts"
GIVEN = {
    "same": ["positive"] * 3,
    "<odd>": ["positive", "positive", "negative"],
    "odder": ["neutral", "positive", "positive"],
    "tie": ["positive", "negative", "neutral"],
}


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("conflicts")
    platform, declared = Platform(Settings(home=folder)), project(folder)
    tables = platform.store(declared)
    for text, given in GIVEN.items():
        answer(tables, declared, text, given)
    settle(tables, declared)
    fold(tables, declared)
    with store("sqlite", folder, request) as database:
        add(database, "rita", "reviewer", password=None)
        yield Front(database, {"sentiment": declared, "other": project(folder, "other")}, platform=platform)
    platform.close()


@pytest.fixture
def rita(front: Front) -> TestClient:
    return front.entered("rita")


def items(html: str) -> list[str]:
    """The items of the list."""
    found = re.findall(r'href="/p/sentiment/truth/([0-9a-f]{64})"', html)
    names = {item_of(text): text for text in GIVEN}
    return [names[item] for item in found]


def test_every_conflict_is_listed_and_what_all_agree_on_is_not(rita: TestClient) -> None:
    page = rita.get(AT).text
    assert sorted(items(page)) == ["<odd>", "odder", "tie"]
    assert items(page)[0] == "tie"  # two ways in which it differs
    assert "<odd>" not in page
    assert "3 items on which annotators differ" in said(page)
    assert "undecided" in said(page)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("true=positive&said=negative", ["<odd>"]),
        ("true=positive", ["<odd>", "odder"]),
        ("annotator=a1", ["odder", "tie"]),
        ("annotator=a2&other=a1", ["odder", "tie"]),
        ("other=a3", ["<odd>", "tie"]),
        ("state=decided", ["<odd>", "odder"]),
        ("state=undecided", ["tie"]),
        ("how=other+label&annotator=a3&state=decided", ["<odd>"]),
        ("how=*&true=*&said=*&annotator=*&other=*&state=*", ["<odd>", "odder", "tie"]),
        ("how=missing", []),
        ("said=", []),
        ("annotator=%00&page=9", []),
        ("state=x&how=", ["<odd>", "odder", "tie"]),
    ],
)
def test_the_address_says_what_is_shown(rita: TestClient, asked: str, found: list[str]) -> None:
    answer = rita.get(f"{AT}?{asked}")
    assert answer.status_code == 200
    assert sorted(items(answer.text)) == found


def test_counts_lead_to_as_many_items(rita: TestClient) -> None:
    page = rita.get(AT).text.replace("&amp;", "&")
    counts = re.findall(rf'<td><a href="({AT}\?[^"]+)">(\d+)</a></td>', page)
    assert len(counts) == 7  # 4 cells of labels, 3 pairs of annotators
    for address, count in counts:
        assert len(items(rita.get(address).text)) == int(count), address


def test_what_was_found_is_found_anew_once_the_lake_has_more(front: Front, rita: TestClient) -> None:
    at = "/p/other/conflicts"
    assert "0 items on which" in said(rita.get(at).text)
    platform, declared = front.platform, front.projects["other"]
    assert platform is not None
    answer(platform.store(declared), declared, "late", ["neutral", "neutral", "positive"])
    assert "1 item on which" in said(rita.get(at).text)


def test_an_item_that_waits_for_a_blind_answer_is_listed_for_no_reviewer(front: Front, rita: TestClient) -> None:
    case = Case(item_id=item_of("odder"), answers_digest="d", input="odder", opinions=(), why="drawn", blind=True)
    backend = WorkbenchBackend(front.database, front.app.state.projects["sentiment"])
    backend.brief(Briefing(cases=(case,)))
    assert sorted(items(rita.get(AT).text)) == ["<odd>", "tie"]
    backend.brief(Briefing(cases=()))
    assert sorted(items(rita.get(AT).text)) == ["<odd>", "odder", "tie"]
