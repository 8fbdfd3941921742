"""Rows of `assignments`: made of items with their slots, and read back as what a backend is asked."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl

from gt_platform.canonical import digest
from gt_platform.labeling.messages import Assignment
from gt_platform.lake import Store
from gt_platform.project import Project

# A retest asks what an annotator says, and not what is true.
WAITING = """
    SELECT assignment_id, item_id, slot, input, priority, requires, suggestion
    FROM (
        FROM live_assignments WHERE $known OR item_id NOT IN (FROM outcome_items)
        UNION ALL BY NAME FROM assignments SEMI JOIN retests USING (assignment_id)
    )
    ANTI JOIN annotations USING (assignment_id)
    WHERE backend = $backend AND item_id NOT IN (
        SELECT r.item_id FROM retired_items r JOIN current_decisions d ON d.item_id = r.item_id
        WHERE NOT $known OR d.method = 'erasure'
    ) ORDER BY assignment_id
"""
ITEM = ("item_id", "round", "slot", "input", "priority", "requires", "suggestion")


def waiting_assignments(store: Store, project: Project, *, known: bool = False) -> list[Assignment]:
    """Live assignments and retests without an annotation, in a fixed order.

    Items that outcomes decided, or that were retired, are asked no more; `known` has theirs too: what was sent before
    may yet be answered. Of what was erased there is nothing.
    """
    rows = store.read(WAITING, {"backend": project.labeling.backend, "known": known})
    return [
        Assignment(
            assignment_id=row["assignment_id"],
            item_id=row["item_id"],
            slot=row["slot"],
            input=json.loads(row["input"]),
            priority=row["priority"] or 0,
            requires=tuple(json.loads(row["requires"] or "[]")),
            suggestion=None if row["suggestion"] is None else json.loads(row["suggestion"]),
        )
        for row in rows.iter_rows(named=True)
    ]


def as_asked(project: Project, items: pl.DataFrame) -> pl.DataFrame:
    """Rows of `assignments`, one for each row of `items`, which has the columns of ITEM and maybe others."""
    versions = (project.guideline_version, project.schema_version)
    ids = _ids(items.select("item_id", "slot", "round").iter_rows(), *versions)
    return items.select(ITEM).with_columns(
        assignment_id=pl.Series(ids, dtype=pl.String),
        backend=pl.lit(project.labeling.backend),
        guideline_version=pl.lit(versions[0]),
        schema_version=pl.lit(versions[1]),
        assigned_at=pl.lit(datetime.now(UTC)),
    )


def _ids(asked: Iterable[tuple[str, int, int]], guideline_version: str, schema_version: str) -> list[str]:
    """Ids that any later run makes again: guidelines may return to what they were, so later rounds say which."""
    texts = [
        "\n".join((item, str(slot), guideline_version, schema_version, *([str(round_)] if round_ != 1 else [])))
        for item, slot, round_ in asked
    ]
    return [digest(text, 32) for text in texts]
