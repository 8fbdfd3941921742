"""`gt snapshot`: a DuckDB file with all that the lake has, which is whole and stays as it is."""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from gt_platform.declarations import declare
from gt_platform.lake import Lake, LakeError
from gt_platform.lake.migrations import VERSION
from gt_platform.lake.plain import take
from gt_platform.lake.tables import EVENTS, TABLES
from gt_platform.lake.views import VIEWS
from gt_platform.settings import Settings
from tests.sampling.rows import project
from tests.support.rows import keyed

SLICED = project(benchmark={"metrics": ["accuracy"], "slices": ["channel"]})


@contextmanager
def opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file, opened the docs say."""
    with duckdb.connect() as session:
        session.execute(f"ATTACH '{file}' AS gt (READ_ONLY)")
        yield session


def rows(session: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return session.execute(sql).fetchall()


@pytest.fixture
def home(lake_home: Path) -> Path:
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        store.commit("a", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a", attributes='{"channel": "web"}')))
        declare(store, SLICED)
    return lake_home


@pytest.mark.slow
def test_a_file_has_every_table_view_and_comment_of_the_lake(home: Path) -> None:
    taken = take(Settings(home=home), home / "out.duckdb")
    assert (taken.projects, taken.rows) == (["sentiment"], 3)  # an event, the declaration and its guidelines
    described = "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE "
    said = "SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'sentiment' AND database_name = 'gt'"
    of_tables = described + "schema_name = 'sentiment' AND database_name = 'gt' AND comment IS NOT NULL ORDER BY ALL"
    with Lake.open(Settings(home=home), read_only=True) as lake, opened(home / "out.duckdb") as file:
        store = lake.store("sentiment")
        assert rows(file, of_tables) == store.read(of_tables).rows()
        assert sorted(rows(file, said)) == sorted(store.read(said).rows())
        for name in [*(table.name for table in TABLES), *(view.name for view in VIEWS), "labels_flat"]:
            asked = f"SELECT count(*) FROM gt.sentiment.{name}"  # noqa: S608 - of a definition
            assert rows(file, asked) == store.read(asked).rows(), name
        assert rows(file, "SELECT snapshot_id, schema_version FROM gt.taken") == [(store.snapshot_id, VERSION)]
        assert rows(file, "SELECT attributes ->> 'channel' FROM gt.sentiment.events") == [("web",)]


def test_a_file_is_its_owners_and_nothing_else_is_left(home: Path) -> None:
    place = home / "out o'f"
    place.mkdir()
    take(Settings(home=home), place / "it's.duckdb")
    assert [file.name for file in place.iterdir()] == ["it's.duckdb"]
    assert stat.S_IMODE((place / "it's.duckdb").stat().st_mode) == 0o600


@pytest.mark.slow
def test_a_file_takes_the_place_of_an_older_one_only_when_it_is_whole(home: Path) -> None:
    file = home / "out.duckdb"
    take(Settings(home=home), file)
    before = file.read_bytes()
    with pytest.raises(LakeError, match=r"no project 'gone'; it holds sentiment$"):
        take(Settings(home=home), file, ["sentiment", "gone"])
    assert file.read_bytes() == before
    with opened(file) as reading:  # a session goes on with what it opened
        with Lake.open(Settings(home=home)) as lake:
            lake.store("sentiment").commit("b", lambda writer: writer.append(EVENTS, keyed(EVENTS, "b")))
        take(Settings(home=home), file)
        assert rows(reading, "SELECT count(*) FROM gt.sentiment.events") == [(1,)]
    with opened(file) as reading:
        assert rows(reading, "SELECT event_id FROM gt.sentiment.events ORDER BY ALL") == [("a",), ("b",)]
    assert sorted(path.name for path in home.iterdir()) == ["lake", "out.duckdb"]


@pytest.mark.slow
def test_a_file_has_the_projects_that_are_asked_for(home: Path) -> None:
    settings = Settings(home=home)
    with Lake.open(settings) as lake:
        lake.store("other").commit("b", lambda writer: writer.append(EVENTS, keyed(EVENTS, "b")))
    taken = take(settings, home / "one.duckdb", ["other"])
    assert (taken.projects, taken.rows) == (["other"], 1)
    with opened(home / "one.duckdb") as file:
        assert rows(file, "SELECT event_id FROM gt.other.events") == [("b",)]
    assert take(settings, home / "all.duckdb").projects == ["other", "sentiment"]


@pytest.mark.parametrize("backend", ["postgres+s3"])
def test_a_file_is_taken_from_servers(backend: str, settings_for: Callable[[str], Settings], tmp_path: Path) -> None:
    settings = settings_for(backend)
    with Lake.open(settings) as lake:
        lake.store("sentiment").commit("a", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a")))
    take(settings, tmp_path / "out.duckdb")
    with opened(tmp_path / "out.duckdb") as file:
        assert rows(file, "SELECT event_id FROM gt.sentiment.events") == [("a",)]
