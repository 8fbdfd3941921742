"""The copy that pages read: however it was renewed, it is what a copy made anew is; its pages leave nothing out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import polars as pl
import pytest

from gt_platform import truth
from gt_platform.erasure import Subject, erase
from gt_platform.labeling import ask_anew
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import DECISIONS
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import Correction, correct, release, restore, retire
from gt_platform.workbench.archive.browse import SORTS, Question, find
from gt_platform.workbench.archive.copied import COPIED
from gt_platform.workbench.archive.shelf import Shelf
from tests.bench.truth_lake import fill
from tests.erasure.world import ANN, MARK, made
from tests.support.front import project
from tests.support.released import answered
from tests.support.sentiment import event, put_events

ITEMS = 230
TABLES = ("browsed", "choices", *(one.table.name for one in COPIED))


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, declared: Project) -> Iterator[Lake]:
    with Lake.open(Settings(home=tmp_path_factory.mktemp("lake"))) as opened:
        fill(opened, declared, ITEMS)
        yield opened


@pytest.fixture
def shelf(lake: Lake, declared: Project) -> Iterator[Shelf]:
    made = Shelf(lake.store(declared.name))
    assert made.is_new()
    yield made
    made.close()


def content(shelf: Shelf) -> dict[str, list[str]]:
    """Every table of the copy, its rows in an order that does not tell how they came."""
    with shelf.reading() as reading:
        return {name: sorted(map(str, reading.read(f"FROM {name}").rows())) for name in TABLES}


def changes(lake: Lake, store: Store, declared: Project) -> list[Callable[[], object]]:
    """All that happens to truth, one after the other."""
    true = store.read("SELECT item_id FROM ground_truth ORDER BY item_id")["item_id"].to_list()
    return [
        lambda: correct(store, declared, [Correction(item, "neutral", "so") for item in true[:3]], actor="lee"),
        lambda: retire(store, declared, true[2:5], why="so", category="private", actor="lee"),
        lambda: restore(store, declared, true[2:3], why="so", actor="lee"),
        lambda: put_events(store, [event(9_999, "something new")]),
        lambda: answered(store, declared, {"something new": "positive"}),
        lambda: (truth.settle(store, declared), truth.fold(store, declared)),
        lambda: store.commit("ask", lambda writer: ask_anew(writer, declared, true[7:9])),
        lambda: release(store, declared, bundles=lake.files),
        lake.compact,
        lambda: store.commit("forget", lambda writer: writer.replace(DECISIONS, decisions_but_of(store, true[0]))),
    ]


def decisions_but_of(store: Store, item: str) -> pl.DataFrame:
    return store.read("FROM decisions WHERE item_id <> ?", [item])


@pytest.mark.slow
def test_a_copy_renewed_by_parts_is_the_one_made_anew(lake: Lake, declared: Project, shelf: Shelf) -> None:
    store = lake.store(declared.name)
    seen = content(shelf)
    for change in changes(lake, store, declared):
        change()
        assert shelf.is_new(60)
        whole = Shelf(store)
        assert whole.is_new()
        assert content(shelf) == content(whole)
        whole.close()
    assert content(shelf)["browsed"] != seen["browsed"]
    assert len(content(shelf)["decisions"]) == store.row_counts([DECISIONS])["decisions"]
    with shelf.reading() as reading:
        assert reading.read("SELECT count(*) FROM browsed").item() == ITEMS + 1


@pytest.mark.slow
def test_what_is_erased_leaves_the_copy_at_the_next_look(tmp_path: Path) -> None:
    home = made(Settings(home=tmp_path))
    with Lake.open(home.settings) as lake:
        seen = Shelf(lake.store("sentiment"))
        assert seen.is_new()
        assert MARK in str(content(seen))
        erase(home.places, home.project, Subject(what="user", id=ANN), why="they asked", actor="lee")
        assert seen.is_new(60)
        assert MARK not in str(content(seen))
        seen.close()


@pytest.mark.parametrize("sort", SORTS)
def test_page_after_page_has_every_item_once_in_order(shelf: Shelf, sort: str) -> None:
    question: Question | None = Question.asked({"sort": sort, "slice": "channel=web"})
    rows: list[dict[str, object]] = []
    with shelf.reading() as reading:
        while question is not None:
            found = find(reading, question)
            rows, question = rows + found.rows, found.following
        wanted = reading.read("SELECT item_id FROM browsed WHERE list_contains(slices, 'channel=web')")["item_id"]
    assert sorted(str(row["item_id"]) for row in rows) == sorted(wanted)
    assert len(rows) == found.items > 50
    frame = pl.DataFrame(rows, infer_schema_length=None)
    assert frame["key"].is_sorted()
    if sort == "unsure":
        sure = frame["confidence"].drop_nulls()
        assert sure.is_sorted()
        assert frame["confidence"].tail(1).item() is None


def test_an_address_asks_again_what_it_says() -> None:
    given = {"q": "ünder the & chair", "slice": "channel=web", "confidence": "0.5-0.7", "sort": "text", "after": "a~b"}
    question = Question.asked(given | {"label": "  ", "other": "x"})
    assert Question.asked(dict(parse_qsl(question.address))) == question
    assert (Question().address, Question().narrows, question.narrows) == ("", False, True)
    assert question.beginning().after == ""
