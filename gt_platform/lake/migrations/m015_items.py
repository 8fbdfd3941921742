"""Items are a table, filled from what was asked and drawn; decisions say who made them, why, and after which.

What is imported has a table of its own, which older lakes get empty. A view `items` stood in the table's place.
"""

from gt_platform.lake.migrations.migration import Migration, Tables

CREATED = """
    CREATE TABLE items (
        item_id VARCHAR NOT NULL, input JSON NOT NULL, origin VARCHAR NOT NULL, source VARCHAR, attributes JSON,
        event_id VARCHAR, first_frame DATE, first_seen TIMESTAMPTZ NOT NULL
    )
"""
FILLED = """
    INSERT INTO items
    SELECT a.item_id, a.input, 'event', NULL, e.attributes, e.event_id, e.first_frame, a.first_seen
    FROM (
        SELECT item_id, min(input) AS input, min(assigned_at) AS first_seen FROM assignments GROUP BY item_id
    ) a LEFT JOIN (
        SELECT s.item_id, s.event_id, s.frame_day AS first_frame, e.attributes
        FROM sample s JOIN events e ON e.event_id = s.event_id
        QUALIFY row_number() OVER (PARTITION BY s.item_id ORDER BY s.frame_day, s.event_id) = 1
    ) e ON e.item_id = a.item_id
"""
ADDED = {
    "decisions": ("actor VARCHAR", "category VARCHAR", "follows VARCHAR", "round INTEGER"),
    "ground_truth": ("origin VARCHAR", "source VARCHAR", "attributes JSON"),
}


def _statements(tables: Tables) -> list[str]:
    """A lake of before one of these tables gets it anew, with all of its columns."""
    filled = [CREATED, FILLED] if {"assignments", "sample", "events"} <= tables.keys() else []
    added = [
        f"ALTER TABLE {name} ADD COLUMN {column}"
        for name, columns in ADDED.items()
        if name in tables
        for column in columns
    ]
    return ["DROP VIEW IF EXISTS items", *filled, *added]


MIGRATION = Migration(version=15, said="items are a table, and truth has a life", statements=_statements)
