"""The standing truth: the latest decision of every item that has one."""

from dataclasses import dataclass

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import GROUND_TRUTH, MEANINGS
from gt_platform.project import Project
from gt_platform.truth.meanings import meanings

# What the answers come to now is the evidence for them, as long as they are the answers that were decided on: so truth
# follows from the data, and not from when it was settled.
FOLDED = """
    SELECT d.item_id, i.input, answer, status, coalesce(s.method, d.method) AS method,
           coalesce(s.confidence, d.confidence) AS confidence, d.answers, decision_id, guideline_version,
           schema_version, CASE WHEN s.item_id IS NOT NULL THEN s.soft WHEN NOT given THEN d.soft END AS soft,
           i.origin, i.source, i.attributes, a.duplicate_group, p.split
    FROM standing_truth d JOIN items i ON i.item_id = d.item_id
    LEFT JOIN duplicates a ON a.item_id = d.item_id LEFT JOIN splits p ON p.item_id = d.item_id
    LEFT JOIN settlements s ON s.item_id = d.item_id AND s.answers_digest = d.answers_digest AND NOT given
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
    """Bring `ground_truth` up to date with `decisions`, and `meanings` with both; only rows that differ are written."""

    def work(writer: Writer) -> Folded:
        found = fold_within(writer)
        writer.replace(MEANINGS, meanings(writer, project))
        return found

    return store.commit(f"ground truth of {project.name}", work)


def fold_within(writer: Writer) -> Folded:
    """The same inside a transaction that changes decisions, so that nobody sees the one without the other."""
    truth = folded(writer)
    return Folded(items=truth.height, changed=writer.replace(GROUND_TRUTH, truth))
