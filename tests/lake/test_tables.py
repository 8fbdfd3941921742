"""What an analyst finds in the lake is what tables.py says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from gt_platform.lake import Lake, LakeError, schema
from gt_platform.lake.connection import connect
from gt_platform.lake.tables import DRIFT, EVENTS, TABLES
from gt_platform.lake.views import VIEWS
from gt_platform.settings import Settings
from tests.support.rows import DAY, keyed, rows

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, comment
    FROM duckdb_columns() SEMI JOIN duckdb_tables() USING (database_name, schema_name, table_name)
    WHERE database_name = 'gt' AND schema_name = 'sentiment' ORDER BY table_name, column_index
"""
COMMENTS = "SELECT table_name, comment FROM duckdb_tables() WHERE database_name = 'gt' AND schema_name = 'sentiment'"
TYPE_NAMES = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}


@contextmanager
def duckdb_on(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What reaches past the lake's own door, and writes."""
    connection = connect(Settings(home=home), read_only=False)
    try:
        connection.execute("USE gt.sentiment")
        yield connection
    finally:
        connection.close()


def test_every_table_is_made_with_its_types_and_comments(lake_settings: Settings) -> None:
    with Lake.open(lake_settings) as lake:
        lake.store("sentiment")
    with Lake.open(lake_settings, read_only=True) as lake:
        store = lake.store("sentiment")
        assert dict(store.read(COMMENTS).rows()) == {table.name: table.comment for table in TABLES}
        assert store.read(COLUMNS).rows() == [
            (table.name, column.name, TYPE_NAMES.get(column.type, column.type), column.nullable, column.comment)
            for table in sorted(TABLES, key=lambda table: table.name)
            for column in table.columns
        ]


def test_the_words_a_user_reads_are_there() -> None:
    for table in TABLES:
        assert table.comment.strip()
        assert set(table.key) <= set(table.column_names(stable_only=True)), table.name
        assert len(set(table.column_names())) == len(table.columns), table.name
        assert all(column.comment.strip() for column in table.columns), table.name
        assert not any(column.nullable for column in table.columns if column.name in table.key), table.name


def test_a_frame_has_the_types_of_its_table() -> None:
    frame = DRIFT.frame([{"column_name": "channel", "n_current": 3, "value": 1}, {"frame_day": DAY}])
    assert frame.columns == DRIFT.column_names()
    assert frame.select("frame_day", "column_name", "value", "n_current", "detail").rows() == [
        (None, "channel", 1.0, 3, None),
        (DAY, None, None, None, None),
    ]
    assert DRIFT.frame([]).schema == frame.schema
    with pytest.raises(ValueError, match="drift has no column colum_name"):
        DRIFT.frame([{"colum_name": "channel"}])


@pytest.mark.slow
def test_a_frame_of_any_table_is_stored_as_it_is(settings_for: Callable[[str], Settings]) -> None:
    with Lake.open(settings_for("sqlite+folder")) as lake:
        store = lake.store("sentiment")
        for table in TABLES:
            frame = rows(table, {})
            store.commit(table.name, lambda writer, t=table, f=frame: writer.append(t, f))  # type: ignore[misc]
            assert store.read(f"FROM {table.name}").rows() == frame.rows(), table.name


def test_opening_again_changes_nothing(lake_settings: Settings) -> None:
    versions = []
    for _ in range(2):
        with Lake.open(lake_settings) as lake:
            store = lake.store("sentiment")
            versions.append(store.read("SELECT max(snapshot_id) FROM gt.snapshots()").item())
    assert versions[0] == versions[1]


def test_what_is_not_as_it_is_defined_is_found_and_made_so(lake_home: Path) -> None:
    told = {table.name: (table.comment, [(c.name, c.comment, c.nullable) for c in table.columns]) for table in TABLES}
    for wrong in (
        "COMMENT ON TABLE events IS 'another'",
        "COMMENT ON COLUMN events.event_id IS 'another'",
        f"COMMENT ON VIEW {VIEWS[0].name} IS 'another'",
        f"DROP VIEW {VIEWS[0].name}",
        "DROP TABLE erased",
    ):
        with duckdb_on(lake_home) as connection:
            connection.execute(wrong)
        with Lake.open(Settings(home=lake_home)) as lake:
            lake.store("sentiment")
        with duckdb_on(lake_home) as connection:
            found = schema.committed(connection, "sentiment"), schema.present(connection, "sentiment")
        for one in found:
            assert {
                name: (table.comment, [(c.name, c.comment, c.nullable) for c in table.columns])
                for name, table in one.tables.items()
            } == told, wrong
            assert one.views == {view.name: view.told for view in VIEWS}, wrong


def test_projects_do_not_see_each_other(lake_settings: Settings) -> None:
    with Lake.open(lake_settings) as lake:
        lake.store("one").commit("one", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a", "b")))
        lake.store("two").commit("two", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a")))
        assert lake.store("one").read("SELECT count(event_id) FROM events").item() == 2
        assert lake.store("two").read("SELECT count(event_id) FROM events").item() == 1


def test_a_plain_duckdb_session_reads_the_lake(settings_for: Callable[[str], Settings]) -> None:
    settings = settings_for("sqlite+folder")
    with Lake.open(settings) as lake:
        lake.store("sentiment").commit("", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a", "b")))
    connection = connect(settings, read_only=True)
    assert connection.execute("SELECT event_id FROM gt.sentiment.events ORDER BY ALL").fetchall() == [("a",), ("b",)]
    with pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("DELETE FROM gt.sentiment.events")


def test_reading_only_refuses_to_write(lake_settings: Settings) -> None:
    with Lake.open(lake_settings) as lake:
        lake.store("sentiment")
    with Lake.open(lake_settings, read_only=True) as lake:
        store = lake.store("sentiment")
        with pytest.raises(LakeError, match="opened for reading only"):
            store.commit("", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a")))
        with pytest.raises(duckdb.Error, match="read-only"):
            store.read("DELETE FROM events")
        with pytest.raises(LakeError, match="holds no project 'other'"):
            lake.store("other")


def test_reading_a_lake_that_is_not_there_makes_none(settings_for: Callable[[str], Settings]) -> None:
    settings = settings_for("sqlite+folder")
    with pytest.raises(LakeError, match=r"there is no lake at .*catalog\.sqlite"):
        Lake.open(settings, read_only=True)
    assert list(settings.home.iterdir()) == []


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_duckdb_and_boto3_take_the_region_from_the_same_variables(
    variable: str, settings_for: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv(variable, "eu-west-3")
    settings = settings_for("sqlite+s3")
    with Lake.open(settings) as lake:
        client = lake.files._client  # type: ignore[attr-defined]
        assert client.meta.region_name == "eu-west-3"
        secret = lake.store("sentiment").read("SELECT secret_string FROM duckdb_secrets()").item()
        assert "region=eu-west-3;" in secret
        assert "gtsecret" not in secret
