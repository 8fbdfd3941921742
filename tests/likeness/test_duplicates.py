"""`duplicates` follows from the items: in whatever order they come, and with whatever else is known."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gt_platform.checks.held_out import duplicates
from gt_platform.lake import Store
from gt_platform.lake.tables import DECISIONS, DUPLICATES, ITEMS
from gt_platform.likeness import find_duplicates, ungrouped
from gt_platform.project import Project
from tests.support.rows import rows
from tests.support.sentiment import declare, item_of

LONG = "The delivery came a week late, and the box was open when it was left at the door."
TEXTS = [
    LONG,
    LONG.replace("week", "month"),
    LONG.replace("week", "month").replace("box", "parcel").replace("door", "gate").replace("open", "wet"),
    LONG.upper(),
    "Great!",
    "great",
    "Great :(",
    "Nothing of the sort was ever said by anybody in this house.",
]
FOUND = "SELECT item_id, duplicate_group, how, round(similarity, 3) FROM duplicates ORDER BY item_id"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path)


def put_items(store: Store, *contents: object) -> None:
    made = [{"item_id": item_of(one), "input": json.dumps(one), "first_seen": datetime.now(UTC)} for one in contents]
    store.commit("items", lambda writer: writer.append(ITEMS, rows(ITEMS, *made)))


def groups(store: Store) -> set[frozenset[str]]:
    found = store.read("""
        SELECT list(input ->> '$') AS texts FROM duplicates JOIN items USING (item_id)
        WHERE duplicate_group IS NOT NULL GROUP BY duplicate_group
    """)
    return {frozenset(texts) for texts in found["texts"]}


def test_items_are_grouped_with_what_they_are_like(new_store: Callable[[], Store], project: Project) -> None:
    store = new_store()
    put_items(store, *TEXTS)
    found = find_duplicates(store, project)
    assert groups(store) == {frozenset(TEXTS[:4]), frozenset(TEXTS[4:6])}
    assert (found.items, found.groups, found.duplicates) == (8, 2, 4)
    hows = store.read("SELECT how, count(*) FROM duplicates WHERE how IS NOT NULL GROUP BY how ORDER BY how").rows()
    assert sum(count for _, count in hows) == 6
    assert {how for how, _ in hows} == {"exact", "near", "normalised"}
    said = duplicates(store)
    assert said.verdict == "pass"
    assert said.facts["largest"] == 4


@pytest.mark.slow
def test_no_order_of_nights_changes_anything_and_an_idle_night_writes_nothing(
    new_store: Callable[[], Store], project: Project
) -> None:
    once, nightly, back = (new_store() for _ in range(3))
    put_items(once, *TEXTS)
    find_duplicates(once, project)
    for store, texts in ((nightly, TEXTS), (back, TEXTS[::-1])):
        for text in texts:
            put_items(store, text)
            assert ungrouped(store, project)
            find_duplicates(store, project)
        assert store.read(FOUND).equals(once.read(FOUND))
        assert store.digests([DUPLICATES]) == once.digests([DUPLICATES])
    assert not ungrouped(once, project)
    before = once.snapshot_id
    assert find_duplicates(once, project).changed == 0
    assert once.snapshot_id == before


def test_what_people_are_shown_is_what_counts(new_store: Callable[[], Store], project: Project, tmp_path: Path) -> None:
    store = new_store()
    put_items(store, {"text": LONG, "id": "one of the first"}, {"text": LONG, "id": "two"})
    find_duplicates(store, project)
    assert groups(store) == set()
    shown = declare(tmp_path, show=[{"field": "input.text"}])
    assert ungrouped(store, shown)
    assert find_duplicates(store, shown).duplicates == 1
    assert store.read("SELECT DISTINCT how FROM duplicates").item() == "exact"


def test_the_same_words_with_two_truths_are_told(new_store: Callable[[], Store], project: Project) -> None:
    store = new_store()
    put_items(store, "Great!", "great")
    find_duplicates(store, project)
    told = {"Great!": '"positive"', "great": '"negative"'}
    made = [{"item_id": item_of(text), "revision": 1, "status": "consensus", "answer": answer, "votes": "{}"}
            for text, answer in told.items()]  # fmt: skip
    store.commit("decisions", lambda writer: writer.append(DECISIONS, rows(DECISIONS, *made)))
    found = duplicates(store)
    assert found.verdict == "fail"
    assert "has 2 truths" in found.said
