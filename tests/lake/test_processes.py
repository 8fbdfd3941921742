"""Several processes on one lake: nothing is lost, nothing is doubled, nobody sees half a commit."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.support.programs import Program, start
from tests.support.rows import DAY
from tests.support.sessions import take_the_lock_away
from tests.support.writer import event_ids, write

PROCESSES, COMMITS, SIZE = 8, 3, 20

SettingsFor = Callable[[str], Settings]


def writers(settings: Settings, count: int) -> list[Program]:
    given = [("sentiment", str(number), str(COMMITS), str(SIZE)) for number in range(count)]
    return [start(settings, "-m", "tests.support.writer", *arguments) for arguments in given]


def events(store: Store) -> list[str]:
    return [str(event) for (event,) in store.read("SELECT event_id FROM events ORDER BY event_id").rows()]


def everything(count: int) -> set[str]:
    return {event for number in range(count) for commit in range(COMMITS) for event in event_ids(number, commit, SIZE)}


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite+folder", "postgres+s3"])
def test_eight_processes_lose_and_double_nothing(backend: str, settings_for: SettingsFor) -> None:
    settings = settings_for(backend)
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        running = writers(settings, PROCESSES)
        while any(program.process.poll() is None for program in running):
            lake.compact()  # unserialised, this is what corrupts a lake
            time.sleep(0.5)
        taken_in = [sum(json.loads(program.output())) for program in running]
        assert events(store) == sorted(everything(PROCESSES))
        assert sum(taken_in) == len(everything(PROCESSES))
        scores = store.read("SELECT frame_day, count(event_id), min(drift_score) FROM row_scores GROUP BY ALL")
        days = [DAY + timedelta(days=number) for number in range(PROCESSES)]
        assert sorted(scores.rows()) == [(day, SIZE, COMMITS - 1.0) for day in days]
        assert store.doubled_keys() == {}
        digests = store.digests()
    with Lake.open(settings_for("sqlite+folder")) as lake:
        store = lake.store("alone")
        for number in range(PROCESSES):
            for commit in range(COMMITS):
                write(store, number, commit, SIZE)
        assert store.digests() == digests


@pytest.mark.slow
def test_a_reader_sees_whole_commits_only(settings_for: SettingsFor, tmp_path: Path) -> None:
    settings = settings_for("sqlite+folder")
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        reader = start(settings, "-m", "tests.support.reader", "sentiment", str(tmp_path / "end"))
        (writer,) = writers(settings, 1)
        while writer.process.poll() is None:
            lake.compact()  # on SQLite a query beside its commit found no rows, and raised no error
        writer.output()
        lake.compact()
        (tmp_path / "end").touch()
        seen = [tuple(state) for state in json.loads(reader.output())]
        assert len(events(store)) == COMMITS * SIZE
    assert seen == sorted(set(seen))
    assert set(seen) <= {(number * SIZE, number * SIZE) for number in range(COMMITS + 1)}
    assert len(seen) > 1


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_commits_and_a_free_lock(settings_for: SettingsFor) -> None:
    settings = settings_for("postgres+s3")
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        (writer,) = writers(settings, 1)
        while not events(store):
            time.sleep(0.01)
        writer.kill()
        found = events(store)
        assert found
        assert len(found) % SIZE == 0
        assert store.read("SELECT event_id FROM row_scores").height == SIZE
        (again,) = writers(settings, 1)
        assert sum(json.loads(again.output())) == COMMITS * SIZE - len(found)
        assert events(store) == sorted(everything(1))
        assert store.doubled_keys() == {}


@pytest.mark.slow
def test_processes_whose_lock_is_taken_away_lose_and_double_nothing(settings_for: SettingsFor) -> None:
    settings = settings_for("postgres")
    running = writers(settings, 4)
    taken_away = 0
    while any(program.process.poll() is None for program in running):
        taken_away += take_the_lock_away(settings)
        time.sleep(0.02)
    assert taken_away > 4
    assert sum(sum(json.loads(program.output())) for program in running) == len(everything(4))
    with Lake.open(settings, read_only=True) as lake:
        assert events(lake.store("sentiment")) == sorted(everything(4))


@pytest.mark.slow
def test_two_processes_make_the_same_tables_once(settings_for: SettingsFor) -> None:
    settings = settings_for("sqlite+folder")
    running = writers(settings, 2)
    taken_in = [sum(json.loads(program.output())) for program in running]
    with Lake.open(settings, read_only=True) as lake:
        assert events(lake.store("sentiment")) == sorted(everything(2))
    assert sum(taken_in) == len(everything(2))
