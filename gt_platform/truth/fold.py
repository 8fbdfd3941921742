"""The standing truth: the latest decision of every item that has one."""

from dataclasses import dataclass

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import GROUND_TRUTH
from gt_platform.project import Project

# What the answers come to now is the evidence for them, as long as they are the answers that were decided on: so truth
# follows from the data, and not from when it was settled.
FOLDED = """
    SELECT d.item_id, input, answer, status, coalesce(s.method, d.method) AS method,
           coalesce(s.confidence, d.confidence) AS confidence, d.answers, decision_id, guideline_version,
           schema_version, CASE WHEN s.item_id IS NOT NULL THEN s.soft WHEN status = 'consensus' THEN d.soft END AS soft
    FROM current_decisions d JOIN items ON items.item_id = d.item_id
    LEFT JOIN settlements s ON s.item_id = d.item_id AND s.answers_digest = d.answers_digest AND status = 'consensus'
    WHERE status IN ('consensus', 'adjudicated', 'imported')
    ORDER BY d.item_id
"""


@dataclass(frozen=True, kw_only=True)
class Folded:
    """Items with standing truth, and rows that changed to get there."""

    items: int
    changed: int


def folded(tables: Store | Writer) -> pl.DataFrame:
    """Ground truth as the decisions alone make it, by item."""
    return tables.read(FOLDED)


def fold(store: Store, project: Project) -> Folded:
    """Bring `ground_truth` up to date with `decisions`; only rows that differ are written."""

    def work(writer: Writer) -> Folded:
        truth = folded(writer)
        return Folded(items=truth.height, changed=writer.replace(GROUND_TRUTH, truth))

    return store.commit(f"ground truth of {project.name}", work)
