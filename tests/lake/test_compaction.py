"""Compaction changes files and nothing else, whoever is reading."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from gt_platform.lake import Lake, LakeError, Store, lock
from gt_platform.lake.tables import EVENTS, ROW_SCORES
from gt_platform.settings import Settings
from tests.support.rows import keyed, rows


def add(store: Store, *events: str) -> int:
    return store.commit("add", lambda writer: writer.append(EVENTS, keyed(EVENTS, *events)))


def replace(store: Store, frame: pl.DataFrame) -> int:
    return store.commit("anew", lambda writer: writer.replace(ROW_SCORES, frame))


def scored(**score: float) -> pl.DataFrame:
    return rows(ROW_SCORES, *({"event_id": event, "drift_score": value} for event, value in score.items()))


@pytest.mark.slow
def test_compaction_changes_files_and_nothing_else(lake: Lake, store: Store) -> None:
    for number in range(5):
        add(store, f"e{number}")
    store.commit("fewer", lambda writer: writer.replace(ROW_SCORES, keyed(ROW_SCORES, "e1")))
    files = "SELECT count(*) FROM ducklake_list_files('gt', 'events', schema => $project)"
    before = store.digests(), store.read(files, {"project": store.project}).item()
    lake.compact()
    assert store.digests() == before[0]
    assert store.read(files, {"project": store.project}).item() < before[1]
    assert store.doubled_keys() == {}


def test_a_table_of_which_most_is_replaced_stays_one_file(store: Store) -> None:
    for number in range(4):
        replace(store, scored(kept=0.5, **{f"e{at}": number / 10 for at in range(4)}))
    files = "SELECT count(*) FROM ducklake_list_files('gt', 'row_scores', schema => $project)"
    assert store.read(files, {"project": store.project}).item() == 1
    assert store.read("SELECT event_id, drift_score FROM row_scores ORDER BY ALL").rows() == [
        *((f"e{at}", 0.3) for at in range(4)),
        ("kept", 0.5),
    ]


@pytest.mark.slow
def test_compaction_lets_go_of_files_that_are_mostly_deleted(lake: Lake, store: Store) -> None:
    told, seen = dict.fromkeys("abcdefghij", 0.0), {}
    for night in range(1, 7):
        told |= dict.fromkeys("abcdefghij"[night : night + 4], night / 10)
        replace(store, scored(**told))
        seen[store.snapshot_id] = store.digests([ROW_SCORES])["row_scores"]
    deleted = "SELECT count(delete_file) FROM ducklake_list_files('gt', 'row_scores', schema => $project)"
    before = store.read(deleted, {"project": store.project}).item()
    lake.compact()
    assert store.read(deleted, {"project": store.project}).item() < before / 2
    columns = ROW_SCORES.column_names(stable_only=True)
    assert {snapshot: store.digest_at(ROW_SCORES, snapshot, columns) for snapshot in seen} == seen
    assert store.digests([ROW_SCORES])["row_scores"] == seen[max(seen)]


@pytest.mark.slow
def test_compaction_leaves_running_queries_their_files(settings_for: Callable[[str], Settings]) -> None:
    settings = settings_for("sqlite+folder")
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        for number in range(3):
            add(store, f"e{number}")
        before = set(Path(settings.data_url).rglob("*.parquet"))
        lake.compact()
        assert before < set(Path(settings.data_url).rglob("*.parquet"))


@pytest.mark.slow
def test_compaction_waits_for_running_queries_on_sqlite(
    settings_for: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "GAP", 0.1)
    settings = settings_for("sqlite+folder")
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        add(store, "a")
        with lock.reading(settings):
            with pytest.raises(LakeError, match="queries left no gap"):
                lake.compact()
            assert add(store, "b") == 1
        lake.compact()
        assert store.read("SELECT event_id FROM events ORDER BY ALL").rows() == [("a",), ("b",)]
