"""Transactions: whole or not at all, exactly once, on disk before they count, readable for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import polars as pl
import pytest

import gt_platform.lake.session
import gt_platform.lake.store
from gt_platform.lake import Lake, LakeError, Store, Writer
from gt_platform.lake.chain import Link
from gt_platform.lake.sync import sync_to_disk
from gt_platform.lake.tables import EVENTS, FEEDBACK
from gt_platform.settings import Settings
from tests.support.rows import keyed
from tests.support.sessions import hang_up_on_everybody

LOST = "IO Error: connection lost while committing"


def add(*events: str) -> Callable[[Writer], int]:
    return lambda writer: writer.append(EVENTS, keyed(EVENTS, *events))


def known(store: Store) -> list[str]:
    return [str(event) for (event,) in store.read("SELECT event_id FROM events ORDER BY event_id").rows()]


def versions(store: Store) -> int:
    return int(store.read("SELECT count(*) FROM gt.snapshots()").item())


class Commits:
    """Stands before the real COMMIT and lets it go wrong as told, once for each entry."""

    def __init__(self, *plan: str) -> None:
        self.plan = list(plan)
        self.real = gt_platform.lake.store._commit

    def __call__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        step = self.plan.pop(0) if self.plan else "works"
        if step != "is lost":
            self.real(cursor)
        if step != "works":
            raise duckdb.IOException(LOST)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Commits]:
    def arrange(*plan: str) -> Commits:
        arranged = Commits(*plan)
        monkeypatch.setattr(gt_platform.lake.store, "_commit", arranged)
        return arranged

    return arrange


@pytest.mark.slow
def test_an_error_in_the_work_leaves_nothing(store: Store) -> None:
    def broken(writer: Writer) -> None:
        writer.append(EVENTS, keyed(EVENTS, "b"))
        writer.replace(FEEDBACK, keyed(FEEDBACK, "f"))
        raise ValueError("broken")

    store.commit("first", add("a"))
    before = store.digests(), versions(store)
    with pytest.raises(ValueError, match="broken"):
        store.commit("broken", broken)
    assert (store.digests(), versions(store)) == before
    assert store.commit("next", add("b")) == 1
    assert known(store) == ["a", "b"]


def test_a_commit_inside_a_commit_is_refused(store: Store) -> None:
    def nested(writer: Writer) -> int:
        store.commit("inner", add("inner"))
        return writer.append(EVENTS, keyed(EVENTS, "outer"))

    with pytest.raises(LakeError, match="holds the lake's lock already"):
        store.commit("outer", nested)
    assert store.commit("next", add("a")) == 1
    assert known(store) == ["a"]


@pytest.mark.slow
def test_threads_wait_for_each_other(lake: Lake, store: Store) -> None:
    before = versions(store)
    with ThreadPoolExecutor(8) as pool:
        taken_in = list(pool.map(lambda number: store.commit("thread", add(f"own {number}", "shared")), range(16)))
    assert sum(taken_in) == 17
    assert known(store) == sorted(["shared", *(f"own {number}" for number in range(16))])
    assert versions(store) == before + 16
    assert lake.store(store.project) is store


def test_several_tables_change_together(store: Store) -> None:
    def both(writer: Writer) -> int:
        writer.append(EVENTS, keyed(EVENTS, "a"))
        seen = writer.read("SELECT event_id FROM events")
        return writer.append(FEEDBACK, keyed(FEEDBACK, "f", event_id=seen.item()))

    before = versions(store)
    assert store.commit("both", both) == 1
    assert versions(store) == before + 1
    assert store.read("SELECT event_id FROM feedback").item() == "a"


def test_work_that_changes_nothing_makes_no_version(store: Store) -> None:
    before = versions(store)
    assert store.commit("nothing", lambda writer: writer.read("SELECT 1 AS one").item()) == 1
    assert store.commit("still nothing", add()) == 0
    assert versions(store) == before


@pytest.mark.slow
def test_every_version_stays_readable(lake_settings: Settings) -> None:
    expected: dict[int, list[str]] = {}
    with Lake.open(lake_settings) as lake:
        store = lake.store("sentiment")
        for events in (["a"], ["a", "b"], ["c"]):
            store.commit("step", lambda writer, events=events: writer.replace(EVENTS, keyed(EVENTS, *events)))  # type: ignore[misc]
            expected[store.read("SELECT id FROM gt.last_committed_snapshot()").item()] = events
        lake.compact()
        store.commit("later", add("d"))
    with Lake.open(lake_settings, read_only=True) as lake:
        store = lake.store("sentiment")
        for version, events in expected.items():
            found = store.read("SELECT event_id FROM events AT (VERSION => ?) ORDER BY event_id", [version])
            assert found.to_series().to_list() == events


def test_the_version_a_transaction_started_from(store: Store) -> None:
    store.commit("first", add("a"))
    last = store.read("SELECT id FROM gt.last_committed_snapshot()").item()

    def work(writer: Writer) -> int:
        writer.append(EVENTS, keyed(EVENTS, "b"))
        return writer.snapshot_id

    assert store.commit("second", work) == last
    query = "SELECT event_id FROM events AT (VERSION => ?)"
    assert store.read(query, [last]).to_series().to_list() == ["a"]


def test_a_version_says_who_made_it_and_why(store: Store) -> None:
    store.commit("ingest 2026-01-05", add("a"))
    query = "SELECT author, commit_message FROM gt.snapshots() ORDER BY snapshot_id DESC LIMIT 1"
    assert store.read(query).rows() == [("gt_platform", "ingest 2026-01-05")]


@pytest.mark.slow
@pytest.mark.parametrize("plan", [["lands unheard"], ["is lost"], ["is lost", "is lost", "lands unheard"]])
def test_a_commit_whose_answer_is_lost_counts_once(
    plan: list[str], store: Store, commits: Callable[..., Commits]
) -> None:
    before = versions(store)
    arranged = commits(*plan)
    assert store.commit("ambiguous", add("a", "b")) == 2
    assert arranged.plan == []
    assert known(store) == ["a", "b"]
    assert versions(store) == before + 1
    assert store.commit("next", add("c")) == 1


@pytest.mark.slow
def test_a_commit_that_cannot_be_looked_up_either_counts_once(
    settings_for: Callable[[str], Settings], commits: Callable[..., Commits], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Lake.open(settings_for("sqlite+folder")) as lake:
        store = lake.store("sentiment")
        before = versions(store)
        commits("lands unheard")
        look_up, failures = Store._landed, [duckdb.IOException(LOST)]

        def unreachable_once(self: Store, link: Link) -> bool:
            if failures:
                raise failures.pop()
            return look_up(self, link)

        monkeypatch.setattr(Store, "_landed", unreachable_once)
        assert store.commit("ambiguous", add("a", "b")) == 2
        assert known(store) == ["a", "b"]
        assert versions(store) == before + 1


@pytest.mark.slow
def test_an_error_that_will_not_pass_is_raised_at_once(
    settings_for: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []

    def wrong(writer: Writer) -> pl.DataFrame:
        attempts.append(writer)
        return writer.read("SELECT no_such_column FROM events")

    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail(f"waited {seconds} s"))
    with Lake.open(settings_for("sqlite+folder")) as lake:
        with pytest.raises(duckdb.BinderException, match="no_such_column"):
            lake.store("sentiment").commit("wrong", wrong)
        assert len(attempts) == 1
        assert lake.store("sentiment").commit("next", add("a")) == 1


@pytest.mark.slow
def test_a_database_that_hangs_up_is_reached_again(settings_for: Callable[[str], Settings]) -> None:
    settings = settings_for("postgres+s3")
    hang_ups = [True]

    def work(writer: Writer) -> int:
        count = writer.append(EVENTS, keyed(EVENTS, "a", "b"))
        if hang_ups:
            hang_ups.pop()
            hang_up_on_everybody(settings)
        return count

    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        before = versions(store)
        assert store.commit("cut off", work) == 2
        assert known(store) == ["a", "b"]
        assert versions(store) == before + 1


@pytest.mark.slow
def test_files_are_on_disk_before_the_commit_that_names_them(
    settings_for: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for("sqlite+folder")
    seen: list[tuple[Path, int, list[str]]] = []

    def spy(folder: Path) -> None:
        files = sum(file.is_file() for file in folder.rglob("*/events/*.parquet"))
        with Lake.open(settings, read_only=True) as other:
            seen.append((folder, files, known(other.store("sentiment"))))
        sync_to_disk(folder)

    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        monkeypatch.setattr(gt_platform.lake.session, "sync_to_disk", spy)
        store.commit("one", add("a"))
        assert seen == [(Path(settings.data_url), 1, [])]
        store.commit("same", add("a"))
        assert len(seen) == 1
        store.commit("none left", lambda writer: writer.replace(EVENTS, keyed(EVENTS)))
        assert seen[1:] == [(Path(settings.data_url), seen[1][1], ["a"])]


@pytest.mark.slow
def test_a_failed_sync_is_no_commit(settings_for: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    with Lake.open(settings_for("sqlite+folder")) as lake:
        store = lake.store("sentiment")
        with monkeypatch.context() as patch:
            patch.setattr(gt_platform.lake.session, "sync_to_disk", full)
            with pytest.raises(OSError, match="No space left"):
                store.commit("full", add("a"))
        assert known(store) == []
        assert store.commit("again", add("a")) == 1


def test_syncing_a_folder_that_is_not_there(tmp_path: Path) -> None:
    sync_to_disk(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_to_disk(tmp_path / "missing")
