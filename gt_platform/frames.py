"""Frames as a whole: which of them a run that died, or never came, left unfinished."""

from datetime import date

from gt_platform import labeling
from gt_platform.lake import Store
from gt_platform.project import Project

# Read from the ledger, which stays small where `events` does not.
UNFINISHED = """
    SELECT DISTINCT frame_day FROM files
    WHERE events > 0 AND (
        frame_day NOT IN (SELECT frame_day FROM drift WHERE column_name = '*')
        OR frame_day NOT IN (SELECT frame_day FROM sample)
        OR NOT $spent AND frame_day IN (
            SELECT frame_day FROM sample
            WHERE item_id NOT IN (SELECT item_id FROM assignments) AND item_id NOT IN (SELECT item_id FROM ground_truth)
                  AND item_id NOT IN (FROM retired_items)
                  AND NOT ($once AND item_id IN (SELECT item_id FROM spared_items))
        )
    ) ORDER BY frame_day
"""


def unfinished(store: Store, project: Project) -> list[date]:
    """Days with events whose drift is not measured, whose sample is not drawn, or whose sample is not yet asked.

    Where a budget is spent, what is not asked is left until it is not.
    """
    how = {"once": project.duplicates.ask_once, "spent": labeling.is_spent(store, project)}
    return store.read(UNFINISHED, how)["frame_day"].to_list()
