"""Files of runs that were killed: all of them are found, and nothing that is anybody's."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gt_platform.lake import Lake, orphans
from gt_platform.lake.storage import Storage
from gt_platform.lake.tables import EVENTS
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from tests.support.programs import start
from tests.support.rows import keyed

SettingsFor = Callable[[str], Settings]
YOUNG, OLD = timedelta(hours=23), timedelta(hours=25)


def name(age: timedelta, *, ending: str = ".parquet") -> str:
    """A file's name as DuckLake gives them, made so long ago."""
    milliseconds = f"{int((datetime.now(UTC) - age).timestamp() * 1000):012x}"
    return f"ducklake-{milliseconds[:8]}-{milliseconds[8:]}-7abc-8def-0123456789ab{ending}"


def add(lake: Lake, *events: str) -> None:
    lake.store("sentiment").commit("add", lambda writer: writer.append(EVENTS, keyed(EVENTS, *events)))


def paths(data: Storage) -> set[str]:
    return {one.path for one in data.list()}


@pytest.mark.slow
def test_only_old_files_in_the_folders_of_tables_that_nothing_names_are_orphans(lake_settings: Settings) -> None:
    settings = lake_settings
    data = open_storage(settings.data_url, settings)
    with Lake.open(settings) as lake:
        add(lake, "a")
        add(lake, "b")
        theirs = {
            f"sentiment/events/{name(YOUNG)}",  # somebody who lost the lock may be about to commit it
            f"other/sentiment/events/{name(OLD)}",  # of a lake in a folder below
            f"sentiment/{name(OLD)}",
            f"files/bundles/{name(OLD)}",
            "sentiment/events/notes.parquet",
            "notes.parquet",
        }
        left = {f"sentiment/events/{name(OLD)}", f"main/schema_versions/{name(OLD, ending='-delete.parquet')}"}
        for path in theirs | left:
            data.write(path, b"x")
        before = paths(data)
        assert {one.path for one in lake.orphans()} == left
        assert paths(data) == before
        removed = lake.compact()
        assert {(one.path, one.size) for one in removed} == {(path, 1) for path in left}
        assert all(timedelta(hours=24) < datetime.now(UTC) - one.made_at < timedelta(hours=26) for one in removed)
        assert before - paths(data) == left
        assert lake.compact() == []
        assert lake.store("sentiment").row_counts([EVENTS]) == {"events": 2}


def test_what_the_catalog_names_is_no_orphan_however_old(settings_for: SettingsFor) -> None:
    """Merged files wait for their day, deleted rows have lists of their own, and snapshots of old keep their files."""
    settings = settings_for("sqlite+folder")
    with Lake.open(settings) as lake:
        for event in "abc":
            add(lake, event)
        lake.store("sentiment").commit("less", lambda writer: writer.replace(EVENTS, keyed(EVENTS, "c", "d")))
        assert orphans.find(lake._session, older_than=timedelta(0)) == []
        lake.compact()
        assert orphans.find(lake._session, older_than=timedelta(0)) == []


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite+folder", "postgres+s3"])
def test_what_killed_writers_leave_is_found_and_goes(settings_for: SettingsFor, backend: str) -> None:
    settings = settings_for(backend)
    data = open_storage(settings.data_url, settings)
    with Lake.open(settings) as lake:
        add(lake, "a")
        while not (left := orphans.find(lake._session, older_than=timedelta(0))):
            writer = start(settings, "-m", "tests.support.halfway", "sentiment", "1000")
            assert writer.process.stdout is not None
            assert writer.process.stdout.readline() == "written\n"
            writer.kill()
        named = paths(data) - {one.path for one in left}
        before = lake.store("sentiment").digests()
        assert lake.compact() == []  # they are of today
        with lake._session.lock():
            assert orphans.remove(lake._session, older_than=timedelta(0)) == left
        assert paths(data) >= named
        assert lake.store("sentiment").digests() == before
        assert orphans.find(lake._session, older_than=timedelta(0)) == []


def test_half_a_report_is_found(settings_for: SettingsFor) -> None:
    settings = settings_for("sqlite+folder")
    with Lake.open(settings) as lake:
        lake.files.write("reports/a.html", b"whole")
        folder = Path(settings.data_url) / "files" / "reports"
        for age, half in ((YOUNG, ".young.tmp"), (OLD, ".old.tmp")):
            (folder / half).write_bytes(b"ha")
            moment = time.time() - age.total_seconds()
            os.utime(folder / half, (moment, moment))
        assert [one.path for one in lake.compact()] == ["files/reports/.old.tmp"]
        assert sorted(file.name for file in folder.iterdir()) == [".young.tmp", "a.html"]
