"""Asking items anew because somebody wants to know: imported or added ones, whether or not they were ever asked."""

import json
from collections.abc import Sequence

import polars as pl

from gt_platform.labeling.asking import ITEM, as_asked
from gt_platform.labeling.costs import within_budget
from gt_platform.labeling.requirements import requires
from gt_platform.lake import Writer
from gt_platform.lake.tables import ASSIGNMENTS
from gt_platform.project import Project

# What is being asked is not asked once more meanwhile, and what outcomes decided never: no answers decide it.
LATEST = """
    SELECT i.item_id, (coalesce(r.round, 0) + 1)::INTEGER AS round, coalesce(r.input, i.input) AS input, r.priority,
           r.requires, r.suggestion, i.attributes, r.item_id IS NULL AS never
    FROM items i SEMI JOIN wanted_rows USING (item_id) ANTI JOIN waiting_items USING (item_id)
    ANTI JOIN retired_items USING (item_id) ANTI JOIN outcome_items USING (item_id)
    LEFT JOIN rounds r ON r.item_id = i.item_id
    ORDER BY i.item_id
"""


def ask_anew(writer: Writer, project: Project, items: Sequence[str], *, bounded: bool = False) -> int:
    """Ask each of the items in a round of its own, whose answers decide it; returns how many assignments that made.

    Those that are `bounded` only as far as a declared budget allows: what somebody asks by hand is asked.
    """
    wanted = pl.DataFrame({"item_id": items}, schema={"item_id": pl.String})
    found = writer.read(LATEST, frames={"wanted_rows": wanted})
    told = [_requires(project, *row) for row in found.select("never", "requires", "attributes").iter_rows()]
    found = found.with_columns(requires=pl.Series(told, dtype=pl.String))
    slots = pl.DataFrame({"slot": range(1, project.labeling.overlap + 1)}, schema={"slot": pl.Int32})
    rows = found.join(slots, how="cross").select(ITEM)
    return writer.append(ASSIGNMENTS, as_asked(project, within_budget(writer, project, rows) if bounded else rows))


def _requires(project: Project, never: bool, before: str | None, attributes: str | None) -> str | None:
    """What an item asks of its annotator: as it was last asked, or by what is known of it."""
    wanted = requires(project, json.loads(attributes or "{}")) if never else ()
    return json.dumps(wanted, ensure_ascii=False) if wanted else before
