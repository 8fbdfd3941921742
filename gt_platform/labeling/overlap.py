"""How many answers an item needs: one more while they are too weak, another for each that was set aside.

Decided from what stands in the tables, one round at a time: a run asks, collects and settles, and the next one looks
again. What newer guidelines ask for is in `stale`.
"""

import polars as pl

from gt_platform.labeling.asking import ITEM, as_asked
from gt_platform.labeling.costs import within_budget
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ASSIGNMENTS
from gt_platform.project import Project

# An item is weak that is decided on all the answers it was asked for, none of them with a remark, and not ruled on.
# Where a night's budget is split, as many of its items as that leaves are asked again, the weakest first.
LACKING = """
    WITH weak AS (
        SELECT item_id, confidence FROM current_decisions JOIN answered_items USING (item_id, answers_digest)
        ANTI JOIN waiting_items USING (item_id) ANTI JOIN current_rulings USING (item_id, answers_digest)
        WHERE remark IS NULL AND status IN ('consensus', 'adjudicate') AND (answer IS NULL OR confidence < $confidence)
    ),
    unspent AS (
        SELECT frame_day, any_value(answers) - coalesce(sum(greatest(live - $overlap, 0)), 0) AS answers
        FROM spending LEFT JOIN first_frames USING (frame_day) LEFT JOIN rounds USING (item_id) GROUP BY frame_day
    )
    SELECT item_id, round, slot, input, priority, requires, suggestion,
           CASE WHEN asked > live AND live < $overlap THEN $overlap - live
                WHEN weak AND live < $maximum THEN 1 END AS more
    FROM rounds ANTI JOIN retired_items USING (item_id) ANTI JOIN outcome_items USING (item_id) LEFT JOIN (
        SELECT item_id, true AS weak
        FROM weak JOIN rounds USING (item_id) LEFT JOIN first_frames USING (item_id) LEFT JOIN unspent USING (frame_day)
        WHERE live < $maximum
        QUALIFY unspent.answers IS NULL OR unspent.answers >= row_number() OVER (
            PARTITION BY frame_day ORDER BY confidence NULLS FIRST, item_id
        )
    ) USING (item_id)
    WHERE more IS NOT NULL ORDER BY item_id
"""
ANY_SET_ASIDE = "SELECT count(*) > 0 FROM exclusions"
SAVED = """
    SELECT coalesce(sum(greatest($maximum - answers, 0)), 0)::BIGINT FROM current_decisions
    WHERE status IN ('consensus', 'adjudicated')
"""


def lacking(tables: Store | Writer, project: Project) -> pl.DataFrame:
    """What is to be asked of items that need more answers, by item and slot, as far as a budget allows."""
    declared = project.labeling
    if declared.maximum is None and not tables.read(ANY_SET_ASIDE).item():
        return pl.DataFrame(schema=dict.fromkeys(ITEM, pl.String))
    bounds = {"overlap": declared.overlap, "maximum": declared.maximum, "confidence": declared.confidence}
    more = tables.read(LACKING, bounds).with_columns(further=pl.int_ranges(1, pl.col("more") + 1)).explode("further")
    slots = more.with_columns(slot=(pl.col("slot") + pl.col("further")).cast(pl.Int32))
    return within_budget(tables, project, slots.select(ITEM))


def ask_more(writer: Writer, project: Project) -> int:
    """Ask what is lacking and return how many assignments that made."""
    wanted = lacking(writer, project)
    return writer.append(ASSIGNMENTS, as_asked(project, wanted)) if wanted.height else 0


def saved(store: Store, project: Project) -> int:
    """Labels that settled items did not need, of the `maximum` that each would get at a fixed overlap."""
    maximum = project.labeling.maximum
    return 0 if maximum is None else int(store.read(SAVED, {"maximum": maximum}).item())
