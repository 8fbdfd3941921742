"""What a stage reads is one moment of the lake, whatever others write meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import duckdb
import pytest

from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import EVENTS, FILES
from tests.support.rows import keyed

SEEN = "SELECT event_id FROM events ORDER BY ALL"
NUMBERS = count()


def add(store: Store, *events: str) -> int:
    return store.commit("add", lambda writer: writer.append(EVENTS, keyed(EVENTS, *events)))


def seen(store: Store) -> list[str]:
    """Each time in other words, so that the lake answers and nothing that was kept."""
    return store.read(f"{SEEN} -- {next(NUMBERS)}").to_series().to_list()


@pytest.fixture
def elsewhere(lake: Lake, store: Store) -> Iterator[tuple[Lake, Store]]:
    """The same lake and tables, opened by somebody else."""
    with Lake.open(lake.settings) as other:
        yield other, other.store(store.project)


def test_a_snapshot_does_not_see_what_others_commit(store: Store, elsewhere: tuple[Lake, Store]) -> None:
    add(store, "a")
    with store.snapshot():
        assert seen(store) == ["a"]
        add(elsewhere[1], "b")
        assert (seen(store), store.row_counts([EVENTS, FILES])) == (["a"], {"events": 1, "files": 0})
    assert seen(store) == ["a", "b"]


def test_a_snapshot_answers_the_same_question_once(store: Store) -> None:
    with store.snapshot():
        empty = store.read(SEEN)
        assert store.read(SEEN) is empty
        assert store.read(f"{SEEN} LIMIT ?", [1]) is not store.read(f"{SEEN} LIMIT ?", [2])
        add(store, "a")
        assert store.read(SEEN).height == 1
    again = store.read(SEEN)
    assert store.read(SEEN) is not again


def test_a_snapshot_ends_with_a_commit_of_its_own(store: Store, elsewhere: tuple[Lake, Store]) -> None:
    with store.snapshot():
        assert seen(store) == []
        add(elsewhere[1], "a")
        assert add(store, "a", "b") == 1
        assert seen(store) == ["a", "b"]
        add(elsewhere[1], "c")
        assert seen(store) == ["a", "b"]


@pytest.mark.slow
def test_a_snapshot_keeps_its_rows_while_others_compact(store: Store, elsewhere: tuple[Lake, Store]) -> None:
    for event in "abc":
        add(store, event)
    with store.snapshot():
        assert seen(store) == ["a", "b", "c"]
        elsewhere[0].compact()
        add(elsewhere[1], "d")
        assert seen(store) == ["a", "b", "c"]
        assert store.read("SELECT count(DISTINCT content_digest || event_id) FROM events").item() == 3


def test_a_snapshot_outlives_a_mistaken_query(store: Store) -> None:
    add(store, "a")
    with store.snapshot():
        assert seen(store) == ["a"]
        with pytest.raises(duckdb.Error):
            store.read("SELECT error(event_id) FROM events")
        assert seen(store) == ["a"]


def test_a_snapshot_is_its_threads_own(store: Store) -> None:
    with ThreadPoolExecutor(1) as other, store.snapshot():
        assert seen(store) == []
        assert other.submit(add, store, "a").result() == 1
        assert (seen(store), other.submit(seen, store).result()) == ([], ["a"])
