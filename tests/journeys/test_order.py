"""The order of a backfill, its repetition and the backend leave no trace in any table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from gt_platform.declaration import load_project
from gt_platform.feedback import verify_conservation
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import verify_fold, verify_releases
from tests.support import backends
from tests.support.managed import manage
from tests.support.once import copy_of
from tests.support.stages import refresh_days, refresh_rest
from tests.support.world import INBOX, NAME, build_world, days_of

DAYS, EVENTS = 4, 80
# what was decided and released when is history: it follows the order of the nights, and should
HISTORY = {"decisions", "releases", "changelog", "scores", "past_scores", "scorings"}
STANDING = "SELECT item_id, status, answer, decision_id FROM current_decisions ORDER BY item_id"
SCORES = "SELECT * EXCLUDE (release) FROM scores WHERE release = (SELECT max(release) FROM releases) ORDER BY ALL"
LATEST = "SELECT digest, items FROM releases ORDER BY release DESC LIMIT 1"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Nights:
    """A lake that was refreshed night by night."""

    settings: Settings
    project: Project
    digests: dict[str, str]
    scores: pl.DataFrame
    standing: pl.DataFrame
    latest: tuple[object, ...]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    settings = backends.settings(copy_of(tmp_path_factory, "four-nights", _go_by))
    project = load_project(settings.projects / NAME)
    with Lake.open(settings) as lake:
        store = lake.store(NAME)
        scores, standing = store.read(SCORES), store.read(STANDING)
        return Nights(settings, project, store.digests(), scores, standing, store.read(LATEST).row(0))


def _go_by(home: Path) -> None:
    project = build_world(home, days=DAYS, events=EVENTS)
    with Lake.open(backends.settings(home)) as lake:
        night_by_night(lake, project)


def night_by_night(lake: Lake, project: Project) -> None:
    for day in days_of(DAYS):
        refresh_days(lake, project, [day])
        refresh_rest(lake, project)


def versions(store: Store) -> int:
    return int(store.read("SELECT count(*) FROM gt.snapshots()").item())


@pytest.fixture
def lake_of_nights(nights: Nights) -> Iterator[Lake]:
    with Lake.open(nights.settings) as lake:
        yield lake


def test_the_world_has_something_in_every_table(lake_of_nights: Lake) -> None:
    store = lake_of_nights.store(NAME)
    counts = {
        "files": (DAYS * 3 + DAYS // 2, "SELECT count(file_id) FROM files"),
        "events": (DAYS * EVENTS, "SELECT count(event_id) FROM events"),
        "feedback": (DAYS * EVENTS // 10, "SELECT count(feedback_id) FROM feedback"),
        "quarantine": (DAYS * 2, "SELECT count(quarantine_id) FROM quarantine"),
        "duplicates": (EVENTS // 2 * (DAYS // 2), "SELECT CAST(sum(duplicates) AS BIGINT) FROM files"),
        "sample": (DAYS * 24, "SELECT count(event_id) FROM sample"),
        "releases": (DAYS, "SELECT count(release) FROM releases"),
    }
    assert {name: store.read(query).item() for name, (_, query) in counts.items()} == {
        name: count for name, (count, _) in counts.items()
    }
    drifted = store.read("SELECT frame_day FROM drift WHERE verdict = 'drift' AND column_name = 'words' ORDER BY ALL")
    assert drifted.to_series().to_list() == days_of(DAYS)[2:]
    statuses = store.read("SELECT DISTINCT status FROM decisions ORDER BY status").to_series().to_list()
    assert statuses == ["adjudicate", "consensus"]
    assert verify_conservation(store) == []


def test_repeating_the_nights_changes_no_row(nights: Nights, lake_of_nights: Lake) -> None:
    store = lake_of_nights.store(NAME)
    before = versions(store)
    night_by_night(lake_of_nights, nights.project)
    assert store.digests() == nights.digests
    assert versions(store) == before


def test_another_order_of_the_days_gives_the_same(nights: Nights, tmp_path: Path) -> None:
    settings = backends.settings(tmp_path)
    project = build_world(tmp_path, days=DAYS, events=EVENTS)
    with Lake.open(settings) as lake:
        store = lake.store(NAME)
        refresh_days(lake, project, [days_of(DAYS)[number] for number in (3, 1, 0, 2, 1, 3)])
        refresh_rest(lake, project)
        found = store.digests()
        different = {table for table in found if found[table] != nights.digests[table]}
        assert different <= HISTORY
        assert store.read(LATEST).row(0) == nights.latest
        assert store.read(SCORES).equals(nights.scores)
        assert store.read(STANDING).equals(nights.standing)


def test_truth_managed_before_or_after_the_nights_comes_to_the_same(tmp_path: Path) -> None:
    found = []
    for first in (True, False):
        home = tmp_path / str(first)
        home.mkdir()
        project = build_world(home, days=2, events=EVENTS)
        with Lake.open(backends.settings(home)) as lake:
            store = lake.store(NAME)
            for step in (True, False) if first else (False, True):
                if step:
                    manage(lake, project)
                else:
                    refresh_days(lake, project, days_of(2))
                    refresh_rest(lake, project)
            refresh_rest(lake, project)
            assert verify_fold(store) == []
            assert verify_releases(store, project, bundles=lake.files) == []
            found.append((store.digests(), store.read(LATEST).row(0), store.read(STANDING).rows()))
    before, after = found
    assert {name for name in before[0] if before[0][name] != after[0][name]} <= HISTORY | {"audit"}  # has its time
    assert before[1:] == after[1:]


def test_postgresql_and_s3_hold_what_sqlite_and_a_folder_hold(
    nights: Nights, settings_for: Callable[[str], Settings]
) -> None:
    settings = settings_for("postgres+s3")
    inbox = f"{backends.s3_prefix()}/{INBOX}"
    project = build_world(settings.home, days=DAYS, events=EVENTS, inbox=inbox, settings=settings)
    with Lake.open(settings) as lake:
        night_by_night(lake, project)
        store = lake.store(NAME)
        assert store.digests() == nights.digests
        assert store.doubled_keys() == {}
        assert verify_fold(store) == []
        assert verify_releases(store, project, bundles=lake.files) == []
