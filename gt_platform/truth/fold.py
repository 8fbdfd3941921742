"""The standing truth: the latest decision of every item that has one."""

from dataclasses import dataclass

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import GROUND_TRUTH
from gt_platform.project import Project

FOLDED = """
    SELECT item_id, input, answer, status, method, confidence, answers, decision_id, guideline_version, schema_version
    FROM current_decisions JOIN items USING (item_id)
    WHERE status IN ('consensus', 'adjudicated', 'imported')
    ORDER BY item_id
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
