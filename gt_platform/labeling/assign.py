"""Asking: every sampled item without truth gets its assignments, once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from gt_platform.labeling.base import Backend
from gt_platform.labeling.messages import Assignment
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ASSIGNMENTS
from gt_platform.project import Project

# An item that has truth, or was asked under whatever guideline, keeps what it has.
UNASKED = """
    SELECT item_id, min(input) AS input
    FROM events SEMI JOIN (FROM sample WHERE frame_day = $day) sampled USING (event_id)
    WHERE item_id NOT IN (SELECT item_id FROM ground_truth)
      AND item_id NOT IN (SELECT item_id FROM assignments)
    GROUP BY item_id ORDER BY item_id
"""
WAITING = """
    SELECT assignment_id, item_id, slot, input
    FROM assignments ANTI JOIN annotations USING (assignment_id)
    WHERE backend = $backend ORDER BY assignment_id
"""
ITEMS = "SELECT count(DISTINCT item_id) AS items FROM sample WHERE frame_day = ?"


@dataclass(frozen=True)
class Assigned:
    """Items drawn that day, those of them asked now, and the assignments that made."""

    day: date
    items: int
    asked: int
    assignments: int


def assign(store: Store, project: Project, day: date, *, backend: Backend) -> Assigned:
    """Make the assignments of one frame's sample and hand all that wait for an answer to the backend.

    Handing over comes after the commit and covers everything still unanswered, so that a run that died in
    between is made good by the next one. Raises BackendError.
    """

    def work(writer: Writer) -> tuple[int, int]:
        unasked = writer.read(UNASKED, {"day": day})
        return unasked.height, writer.append(ASSIGNMENTS, _assignments(project, unasked))

    asked, made = store.commit(f"assignments of {day}", work)
    backend.send(waiting_assignments(store, project))
    return Assigned(day, int(store.read(ITEMS, [day]).item()), asked, made)


def waiting_assignments(store: Store, project: Project) -> list[Assignment]:
    """Assignments without an annotation, in a fixed order."""
    rows = store.read(WAITING, {"backend": project.labeling.backend})
    return [
        Assignment(row["assignment_id"], row["item_id"], row["slot"], json.loads(row["input"]))
        for row in rows.iter_rows(named=True)
    ]


def _assignments(project: Project, items: pl.DataFrame) -> pl.DataFrame:
    versions = (project.guideline_version, project.schema_version)
    slots = pl.DataFrame({"slot": range(1, project.labeling.overlap + 1)}, schema={"slot": pl.Int32})
    asked = items.join(slots, how="cross").with_columns(
        backend=pl.lit(project.labeling.backend),
        guideline_version=pl.lit(versions[0]),
        schema_version=pl.lit(versions[1]),
        assigned_at=pl.lit(datetime.now(UTC)),
    )
    ids = [_assignment_id(item, slot, *versions) for item, slot in asked.select("item_id", "slot").iter_rows()]
    return asked.with_columns(assignment_id=pl.Series(ids, dtype=pl.String))


def _assignment_id(item_id: str, slot: int, guideline_version: str, schema_version: str) -> str:
    parts = "\n".join((item_id, str(slot), guideline_version, schema_version))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]
