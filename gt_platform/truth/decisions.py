"""What is newly decided, from `settlements`, rulings and the decisions that stand: one query, whatever the number.

Two things make a decision: answers that the item was not decided on, and another outcome than it was decided to have.
"""

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.project import Project
from gt_platform.truth.pools import Pools

REASONS = ("answers", "guidelines", "ruling", "annotators", "gold", "method")
"""Why a decision says something else than the one before it; the last three are what was learned since."""
LEARNED = {"answers": "annotators", "gold": "gold", "method": "method"}
"""What the news of a pool are to an item whose own answers are none of them."""

# An item is decided once every live assignment is answered or a reviewer ruled on what there is, which may be nothing;
# and again while its answers are those it was decided on:
# more may be asked of it meanwhile. What was imported or corrected stands until the item is asked anew, what was
# retired until it is restored, and an outcome until a reviewer rules otherwise.
NEW = """
    WITH answered AS (FROM answered_items), rulings AS (FROM current_rulings), outcomes AS (
        SELECT s.item_id, s.answers_digest, s.answers, s.votes, s.pool,
               CASE WHEN r.ruling::VARCHAR = 'null' THEN 'no_valid_answer'
                    WHEN r.ruling IS NOT NULL THEN 'adjudicated'
                    WHEN a.remark IS NOT NULL OR NOT s.settled THEN 'adjudicate'
                    WHEN s.confidence < $bound THEN 'adjudicate'
                    ELSE 'consensus' END AS status,
               CASE status WHEN 'adjudicated' THEN r.ruling WHEN 'consensus' THEN s.leading_answer END AS answer,
               CASE WHEN r.ruling IS NOT NULL THEN 'adjudication' ELSE s.method END AS method,
               CASE WHEN r.ruling IS NULL THEN s.confidence END AS confidence,
               s.soft,
               CASE WHEN status <> 'adjudicate' THEN NULL WHEN a.remark IS NOT NULL THEN a.remark
                    WHEN NOT s.settled THEN s.reason
                    ELSE format('{:.3g} for the leading answer, below the project''s {:g}', s.confidence, $bound)
                    END AS reason,
               coalesce(r.ruled_under, a.guideline_version) AS guideline_version,
               coalesce(r.ruled_schema, a.schema_version) AS schema_version,
               a.answers >= l.live AS complete,
               a.guideline_version AS guideline_now, l.round
        FROM settlements s
        JOIN answered a ON a.item_id = s.item_id AND a.answers_digest = s.answers_digest
        JOIN (
            SELECT item_id, count(*) AS live, max(coalesce(round, 1)) AS round FROM live_assignments GROUP BY item_id
        ) l ON l.item_id = s.item_id
        LEFT JOIN rulings r ON r.item_id = s.item_id AND r.answers_digest = s.answers_digest
        UNION ALL
        SELECT item_id, answers_digest, 0, '{}', NULL,
               CASE WHEN ruling::VARCHAR = 'null' THEN 'no_valid_answer' ELSE 'adjudicated' END AS status,
               CASE WHEN status = 'adjudicated' THEN ruling END, 'adjudication', NULL, NULL, NULL,
               ruled_under, ruled_schema, true, ruled_under, 0
        FROM rulings ANTI JOIN answered USING (item_id) WHERE answers_digest = sha256('')
    )
    SELECT left(sha256(concat_ws(chr(10), o.item_id, o.status, coalesce(o.answer::VARCHAR, ''), o.answers_digest)), 32)
               AS decision_id,
           o.item_id, coalesce(d.revision, 0) + 1 AS revision, o.status, o.answer, o.method, o.confidence, o.votes,
           o.soft, o.reason, o.answers, o.answers_digest, o.guideline_version, o.schema_version,
           CASE WHEN d.item_id IS NULL OR (o.status = d.status AND o.answer IS NOT DISTINCT FROM d.answer) THEN NULL
                WHEN o.method = 'adjudication' THEN 'ruling'
                WHEN d.answers_digest IS NOT DISTINCT FROM o.answers_digest THEN coalesce(w.learned, 'method')
                WHEN d.guideline_version <> o.guideline_now THEN 'guidelines'
                ELSE 'answers' END AS revised
    FROM outcomes o LEFT JOIN current_decisions d ON d.item_id = o.item_id
    LEFT JOIN learned_rows w ON w.pool = o.pool
    WHERE (o.complete OR o.method = 'adjudication' OR d.answers_digest = o.answers_digest)
      AND (d.item_id IS NULL OR (d.status <> 'retired' AND CASE
               WHEN d.method = 'outcome' THEN o.method = 'adjudication'
               WHEN d.method IN ('import', 'correction', 'release') THEN o.round > d.round
               ELSE d.answers_digest IS DISTINCT FROM o.answers_digest OR d.status NOT IN (o.status, 'restored')
                    OR d.answer IS DISTINCT FROM o.answer END))
    ORDER BY o.item_id
"""


def new_decisions(tables: Store | Writer, project: Project, pools: Pools) -> pl.DataFrame:
    """Rows of `decisions` that are not there yet, by item; without their clock."""
    bound = None if project.truth == "distribution" else project.labeling.confidence
    learned = pl.DataFrame(
        [(pool, LEARNED[new]) for pool, new in pools.news.items()],
        schema={"pool": pl.String, "learned": pl.String},
        orient="row",
    )
    return tables.read(NEW, {"bound": bound}, frames={"learned_rows": learned})
