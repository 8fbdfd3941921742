"""Proving that no line was lost or doubled: the ledger against itself, and against the rows that are there."""

from gt_platform.lake import Store

# Rows are counted by grouping over file_id, which reads the data; count(*) alone is answered from statistics.
UNBALANCED = """
    WITH landed AS (
        SELECT file_id, count(*) FILTER (kind = 'events') AS events, count(*) FILTER (kind = 'feedback') AS feedback,
            count(*) FILTER (kind = 'quarantine') AS quarantined
        FROM (
            SELECT file_id, 'events' AS kind FROM events
            UNION ALL SELECT file_id, 'feedback' FROM feedback
            UNION ALL SELECT file_id, 'quarantine' FROM quarantine
        ) GROUP BY file_id
    )
    SELECT coalesce(path, landed.file_id) AS path, files.lines,
        files.events, files.feedback, files.duplicates, files.quarantined,
        coalesce(landed.events, 0) AS events_there, coalesce(landed.feedback, 0) AS feedback_there,
        coalesce(landed.quarantined, 0) AS quarantined_there
    FROM files FULL JOIN landed USING (file_id)
    WHERE files.file_id IS NULL
        OR lines <> files.events + files.feedback + duplicates + files.quarantined
        OR files.events <> events_there OR files.feedback <> feedback_there
        OR files.quarantined <> quarantined_there
    ORDER BY path
"""


def verify_conservation(store: Store) -> list[str]:
    """One sentence for each file whose lines do not add up, or whose rows are not those its ledger row counts."""
    return [_sentence(row) for row in store.read(UNBALANCED).iter_rows(named=True)]


def _sentence(row: dict[str, object]) -> str:
    path = row.pop("path")
    if row["lines"] is None:
        return f"{path}: rows of a file that is not in the ledger"
    return f"{path}: lines do not add up: " + ", ".join(f"{name} {count}" for name, count in row.items())
