"""Truth that nobody has looked at for longer than the project allows: asked again, the oldest first."""

from datetime import datetime

import polars as pl

from gt_platform.labeling.anew import ask_anew
from gt_platform.lake import Store, Writer
from gt_platform.project import Project
from gt_platform.project.upkeep import EVERYTHING

# How old truth is counts from the last time a person said so: what was learned of annotators since makes it no younger.
# What follows another item is as old as that one, and is asked by asking that; what came of an event is no opinion.
EXPIRED = """
    SELECT t.item_id, CASE WHEN t.given THEN t.decided_at ELSE coalesce(a.heard_at, t.decided_at) END AS said_at,
           t.item_id IN (FROM waiting_items) AS asked
    FROM standing_truth t JOIN items i ON i.item_id = t.item_id LEFT JOIN (
        SELECT item_id, max(coalesce(submitted_at, collected_at)) AS heard_at FROM valid_annotations GROUP BY item_id
    ) a ON a.item_id = t.item_id
    WHERE t.method NOT IN ('near_duplicate', 'outcome') AND said_at < $now - to_days(coalesce(
        (SELECT min(days) FROM slice_rows s WHERE json_extract_string(i.attributes, s.path) = s.value), $days
    ))
    ORDER BY said_at, t.item_id
"""


def expired(tables: Store | Writer, project: Project, now: datetime) -> pl.DataFrame:
    """Items whose truth is too old, the oldest first: item_id, `said_at`, and whether they are `asked` already."""
    declared = project.upkeep.expires_after
    if not declared:
        return pl.DataFrame(schema={"item_id": pl.String, "said_at": pl.Datetime("us", "UTC"), "asked": pl.Boolean})
    parts = [(*name.split("=", 1), days) for name, days in declared.items() if name != EVERYTHING]
    slices = pl.DataFrame(
        [{"path": f'$."{name}"', "value": value, "days": days} for name, value, days in parts],
        schema={"path": pl.String, "value": pl.String, "days": pl.Int32},
    )
    given = {"now": now, "days": declared.get(EVERYTHING)}
    return tables.read(EXPIRED, given, frames={"slice_rows": slices})


def ask_expired(writer: Writer, project: Project, now: datetime) -> int:
    """Ask the oldest again, as long as no more of them wait than a frame has drawn; returns how many assignments."""
    found = expired(writer, project, now)
    room = project.sampling.budget - int(found["asked"].sum())
    oldest = found.filter(~pl.col("asked")).head(max(room, 0))
    return ask_anew(writer, project, oldest["item_id"].to_list(), bounded=True) if oldest.height else 0
