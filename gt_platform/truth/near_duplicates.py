"""Items that were not asked because one that they are like was: they are given its truth, as decisions of their own.

A person's word on one of them, and what was decided of one by its own answers, is its own: nothing is changed in it.
"""

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.project import Project

METHOD = "near_duplicate"
# Of a group the first that is settled is followed. What a person said of it was not said of this item, but no answers
# were weighed for it either; with its votes, experts' checks correct it as they do those that voted so.
FOLLOWING = f"""
    WITH settled AS (
        SELECT a.duplicate_group, d.*, t.given
        FROM asked_of_groups a JOIN current_decisions d ON d.item_id = a.item_id
        LEFT JOIN (SELECT item_id, given FROM standing_truth) t ON t.item_id = a.item_id
        WHERE t.item_id IS NOT NULL OR d.status = 'no_valid_answer'
        QUALIFY row_number() OVER (PARTITION BY a.duplicate_group ORDER BY a.first_frame NULLS FIRST, a.item_id) = 1
    ), outcomes AS (
        SELECT s.item_id, l.answer, l.votes, l.guideline_version, l.schema_version, l.decision_id AS follows,
               CASE WHEN l.status = 'no_valid_answer' THEN l.status WHEN l.given THEN 'adjudicated' ELSE 'consensus'
                    END AS status
        FROM spared_items s JOIN settled l ON l.duplicate_group = s.duplicate_group
    )
    SELECT left(sha256(concat_ws(chr(10), o.item_id, o.status, coalesce(o.answer::VARCHAR, ''), o.follows)), 32)
               AS decision_id,
           o.item_id, (coalesce(d.revision, 0) + 1)::INTEGER AS revision, o.status, o.answer, '{METHOD}' AS method,
           o.votes, 0::INTEGER AS answers, sha256('') AS answers_digest, o.guideline_version, o.schema_version,
           CASE WHEN (o.status, o.answer::VARCHAR) IS DISTINCT FROM (d.status, d.answer::VARCHAR) AND d.revision > 0
                THEN '{METHOD}' END AS revised,
           o.follows
    FROM outcomes o LEFT JOIN current_decisions d ON d.item_id = o.item_id
    WHERE d.item_id IS NULL
       OR (d.method = '{METHOD}' AND (d.follows, d.answer::VARCHAR) IS DISTINCT FROM (o.follows, o.answer::VARCHAR))
    ORDER BY o.item_id
"""  # noqa: S608 - of the name above


def new_followers(tables: Store | Writer, project: Project) -> pl.DataFrame:
    """Rows of `decisions` that are not there yet, by item, without their clock; none where each item is asked."""
    return tables.read(FOLLOWING) if project.duplicates.ask_once else pl.DataFrame()
