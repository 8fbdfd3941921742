"""Empty tables are known to be empty, and those that gain rows are counted once."""

import polars as pl

from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import EVENTS, TABLES
from tests.support.rows import keyed

COUNTED = """
    SELECT table_name, list(record_count) AS counted
    FROM __ducklake_metadata_gt.ducklake_table LEFT JOIN __ducklake_metadata_gt.ducklake_table_stats USING (table_id)
    WHERE schema_id = (
        SELECT schema_id FROM __ducklake_metadata_gt.ducklake_schema WHERE schema_name = ? AND end_snapshot IS NULL
    ) GROUP BY table_name
"""


def counted(store: Store) -> dict[str, list[int]]:
    return dict(store.read(COUNTED, [store.project]).iter_rows())


def append(store: Store, frame: pl.DataFrame) -> int:
    return store.commit("append", lambda writer: writer.append(EVENTS, frame))


def test_every_table_of_a_new_project_is_counted_where_the_lock_is_that_of_a_file(store: Store, lake: Lake) -> None:
    file = lake.settings.catalog_url.startswith("sqlite:")
    assert counted(store) == {table.name: [0 if file else None] for table in TABLES}


def test_the_first_rows_are_counted_where_none_were(store: Store) -> None:
    for frame in (keyed(EVENTS, "a"), keyed(EVENTS, "b")):
        append(store, frame)
    assert counted(store)["events"] == [2]
    assert store.read("SELECT event_id FROM events WHERE event_id > 'a'").rows() == [("b",)]
    assert store.read("SELECT count(DISTINCT rowid) FROM events").item() == 2
