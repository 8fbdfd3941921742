"""Telling DuckLake of empty tables that they are empty, which it otherwise asks its catalog again and again.

Until a table has its first row it has no row of statistics, and DuckLake (mended after 1.5.5, in its pull request 1313)
looks for one for every column of every query that names the table: 20 ms each time, where a table with rows takes 1.
A night names its empty tables, such as `exclusions`, some hundred times.

Only where the catalog is a file, whose lock cannot be lost while its holder lives: this row belongs to no snapshot, so
the fence of PostgreSQL's commits would not see that two had written it.
"""

from gt_platform.lake.connection import METADATA
from gt_platform.lake.session import Session

COUNT = f"""
    INSERT INTO {METADATA}.ducklake_table_stats (table_id, record_count, next_row_id, file_size_bytes)
    SELECT table_id, 0, 0, 0 FROM {METADATA}.ducklake_table
    WHERE end_snapshot IS NULL AND table_id NOT IN (SELECT table_id FROM {METADATA}.ducklake_table_stats)
"""  # noqa: S608 - a constant


def count_empty(session: Session) -> None:
    """Say of every table without a row that it has none, under the lock that the caller holds."""
    if session.settings.catalog_url.startswith("sqlite:"):
        session.cursor().execute(COUNT)
