"""The one definition of every table: its columns, its key, and what each means.

DuckDB shows these words as comments, `docs/tables.md` is made from them, and the write API takes its
checks from them. Nothing else in the platform lists columns by hand.
"""

from gt_platform.lake.tables.arrivals import EVENTS, FEEDBACK, FILES, QUARANTINE, REPLAYS
from gt_platform.lake.tables.columns import Column, Table
from gt_platform.lake.tables.frames import DRIFT, ROW_SCORES, SAMPLE
from gt_platform.lake.tables.labels import ADJUDICATIONS, ANNOTATIONS, ASSIGNMENTS, REJECTIONS
from gt_platform.lake.tables.truths import CHANGELOG, DECISIONS, GROUND_TRUTH, RELEASES, SCORES

TABLES: tuple[Table, ...] = (
    FILES, EVENTS, FEEDBACK, QUARANTINE, REPLAYS, DRIFT, ROW_SCORES, SAMPLE, ASSIGNMENTS, ANNOTATIONS, REJECTIONS,
    ADJUDICATIONS, DECISIONS, GROUND_TRUTH, RELEASES, CHANGELOG, SCORES,
)  # fmt: skip


__all__ = [
    "ADJUDICATIONS",
    "ANNOTATIONS",
    "ASSIGNMENTS",
    "CHANGELOG",
    "DECISIONS",
    "DRIFT",
    "EVENTS",
    "FEEDBACK",
    "FILES",
    "GROUND_TRUTH",
    "QUARANTINE",
    "REJECTIONS",
    "RELEASES",
    "REPLAYS",
    "ROW_SCORES",
    "SAMPLE",
    "SCORES",
    "TABLES",
    "Column",
    "Table",
]
