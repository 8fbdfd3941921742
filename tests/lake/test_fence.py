"""A writer that lost the lock commits nothing beside what others wrote since, so that rows count once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

import gt_platform.lake.store
from gt_platform.lake import Lake, Store, UnreachableError, Writer
from gt_platform.lake.tables import EVENTS
from gt_platform.settings import Settings
from tests.support.rows import keyed
from tests.support.sessions import (
    commits_held_up,
    hang_up_on_everybody,
    send_waiters_away,
    set_for_the_database,
    take_the_lock_away,
)

pytestmark = pytest.mark.slow
POINTS = ("before the first write", "mid-transaction", "just before commit")
SAME = [f"event {number}" for number in range(50)]


@pytest.fixture
def settings(settings_for: Callable[[str], Settings]) -> Settings:
    """A lake on PostgreSQL, with its data in a folder."""
    fresh = settings_for("postgres")
    return changed(fresh, data=str(fresh.home / "data"))


@pytest.fixture
def second(settings: Settings) -> Iterator[Store]:
    """The same tables in the hands of a writer whom no lock of this process keeps out."""
    catalog = SecretStr(f"{settings.catalog_url} application_name=elsewhere")
    with Lake.open(changed(settings, catalog=catalog)) as lake:
        yield lake.store("sentiment")


def changed(settings: Settings, **values: Any) -> Settings:
    return Settings(**(settings.model_dump() | values))


def take_in(store: Store, point: str = "", interrupt: Callable[[], None] = lambda: None) -> int:
    """Append the events that everybody appends; returns how many were new. Interrupted once, at the point."""
    interruptions = [interrupt]

    def at(here: str) -> None:
        if here == point and interruptions:
            interruptions.pop()()

    def work(writer: Writer) -> int:
        writer.read("SELECT count(*) FROM events")
        at("before the first write")
        new = writer.append(EVENTS, keyed(EVENTS, *SAME))
        at("mid-transaction")
        return new

    def commit(cursor: duckdb.DuckDBPyConnection) -> None:
        at("just before commit")
        cursor.execute("COMMIT")

    with pytest.MonkeyPatch.context() as patch:
        if point == "just before commit":
            patch.setattr(gt_platform.lake.store, "_commit", commit)
        return store.commit("the same for everybody", work)


def events(store: Store) -> list[str]:
    return store.read("SELECT event_id FROM events ORDER BY event_id").to_series().to_list()


@pytest.mark.parametrize("end", [take_the_lock_away, hang_up_on_everybody])
@pytest.mark.parametrize("point", POINTS)
def test_a_second_writer_is_let_in(
    settings: Settings, second: Store, point: str, end: Callable[[Settings], int]
) -> None:
    let_in: list[int] = []

    def interrupt() -> None:
        assert end(settings) > 0
        let_in.append(take_in(second))

    with Lake.open(settings) as lake:
        first = lake.store("sentiment")
        assert (take_in(first, point, interrupt), let_in) == (0, [len(SAME)])
        assert events(first) == sorted(SAME)
        assert first.doubled_keys() == {}
        assert first.commit("next", lambda writer: writer.append(EVENTS, keyed(EVENTS, "another"))) == 1


@pytest.mark.parametrize("point", POINTS)
def test_who_may_not_try_again_fails_with_a_sentence(settings: Settings, second: Store, point: str) -> None:
    def interrupt() -> None:
        take_the_lock_away(settings)
        take_in(second)

    with Lake.open(changed(settings, patience=0)) as lake:
        first = lake.store("sentiment")
        with pytest.raises(UnreachableError, match="not committed, another writer committed first"):
            take_in(first, point, interrupt)
        assert events(first) == sorted(SAME)
        assert take_in(first) == 0


def test_a_second_writer_is_let_in_while_the_first_one_commits(settings: Settings, second: Store) -> None:
    with Lake.open(settings) as lake, ThreadPoolExecutor(2) as pool:
        first = lake.store("sentiment")
        with commits_held_up(settings) as gate:
            one = pool.submit(take_in, first)
            gate.wait_for_one()
            assert take_the_lock_away(settings) == 1
            other = pool.submit(take_in, second)
            while not take_the_lock_away(settings):  # the other has it now
                time.sleep(0.01)
            gate.open()
            assert (one.result(), other.result()) == (len(SAME), 0)
        assert events(first) == sorted(SAME)


def test_a_lock_outlives_timeouts_and_a_transaction_that_does_not_is_done_again(
    settings: Settings, second: Store
) -> None:
    for name in ("idle_session_timeout", "idle_in_transaction_session_timeout", "statement_timeout", "lock_timeout"):
        set_for_the_database(settings, name, "500ms")
    waited: list[float] = []

    def interrupt() -> None:
        time.sleep(1.5)
        assert take_the_lock_away(settings) == 1  # it was still held
        waited.append(1.5)

    with Lake.open(settings) as lake:
        first = lake.store("sentiment")
        assert take_in(first, "mid-transaction", interrupt) == len(SAME)
        assert take_in(second) == 0
        assert (events(first), waited) == (sorted(SAME), [1.5])


def test_a_waiter_who_is_sent_away_comes_again(settings: Settings, second: Store) -> None:
    waiting: list[Future[int]] = []

    def interrupt() -> None:
        waiting.append(pool.submit(take_in, second))
        for _ in range(3):
            while not send_waiters_away(settings):
                time.sleep(0.01)

    with Lake.open(settings) as lake, ThreadPoolExecutor(1) as pool:
        assert take_in(lake.store("sentiment"), "mid-transaction", interrupt) == len(SAME)
        assert waiting[0].result() == 0
        assert events(second) == sorted(SAME)
