"""Verified outcomes: what an event came to in the end is its item's truth, where the project declares what that means.

They stand against what annotators say and against what is imported, whichever came first. A person's word on the very
item, a ruling or a correction, stands against them. That none came in time is an outcome without an actor, and any that
does come takes its place. The clock is the latest frame, so that a backfill says what the nights did.
"""

from datetime import UTC, datetime

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import DECISIONS, ITEMS
from gt_platform.lake.tables.items import ATTRIBUTES, CONTENT
from gt_platform.lake.views.outcomes import latest_outcomes
from gt_platform.project import Project
from gt_platform.truth.fold import fold_within

METHOD = "outcome"
SAID = latest_outcomes("meant_rows")  # sources that say the same twice are one; a contradiction is no truth
NEW = f"""
    WITH heard AS (
        SELECT item_id, count(DISTINCT answer) AS answers, min(answer) AS answer, max(answer) AS highest,
               string_agg(DISTINCT annotator_kind, ', ' ORDER BY annotator_kind) AS actor,
               min(feedback_id) AS first, max(feedback_id) AS last, count(*) AS signals,
               arg_min(feedback_id, (answer, feedback_id)) AS one, arg_max(feedback_id, (answer, feedback_id)) AS other
        FROM ({SAID}) GROUP BY item_id
    ), told AS (
        FROM heard UNION ALL BY NAME
        SELECT item_id, 1 AS answers, $absent::VARCHAR AS answer, 0 AS signals, first_frame::VARCHAR AS first
        FROM items ANTI JOIN heard USING (item_id)
        WHERE first_frame + $after::INTEGER <= (SELECT max(frame_day) FROM events)
    ), outcomes AS (
        SELECT t.item_id, CASE WHEN t.answers = 1 THEN 'verified' ELSE 'adjudicate' END AS status,
               CASE WHEN t.answers = 1 THEN t.answer END AS answer, t.actor,
               CASE WHEN t.answers > 1 THEN format('outcomes contradict each other: {{}} by feedback {{}}, {{}} by '
                                                   'feedback {{}}', t.answer ->> '$', t.one, t.highest ->> '$', t.other)
                    WHEN t.signals = 0 THEN format('no outcome in the {{}} days after the frame of {{}}', $after,
                                                   t.first)
                    WHEN t.signals = 1 THEN format('feedback {{}}', t.first)
                    ELSE format('{{}} outcomes, from feedback {{}} to {{}}', t.signals, t.first, t.last) END AS reason,
               coalesce(a.answers, 0)::INTEGER AS given, coalesce(a.answers_digest, sha256('')) AS answers_digest
        FROM told t LEFT JOIN answered_items a ON a.item_id = t.item_id
    )
    SELECT left(sha256(concat_ws(chr(10), o.item_id, o.status, coalesce(o.answer, ''), o.answers_digest,
                                 CASE WHEN o.actor IS NULL THEN 'no outcome' ELSE '{METHOD}' END)), 32) AS decision_id,
           o.item_id, (coalesce(d.revision, 0) + 1)::INTEGER AS revision, o.status, o.answer, '{METHOD}' AS method,
           coalesce(d.votes, '{{}}') AS votes, o.reason, o.given AS answers, o.answers_digest,
           $guidelines AS guideline_version, $schema AS schema_version,
           CASE WHEN d.revision > 0 AND (d.status, d.answer::VARCHAR) IS DISTINCT FROM (o.status, o.answer)
                THEN '{METHOD}' END AS revised,
           o.actor, d.decision_id AS follows
    FROM outcomes o LEFT JOIN current_decisions d ON d.item_id = o.item_id
    WHERE d.item_id IS NULL
       OR (d.status <> 'retired' AND d.method NOT IN ('adjudication', 'correction', 'release')
           AND NOT (d.method = '{METHOD}' AND d.status IN (o.status, 'restored')
                    AND (d.status = 'restored' OR (d.actor IS NULL) = (o.actor IS NULL))
                    AND d.answer::VARCHAR IS NOT DISTINCT FROM o.answer
                    AND (o.status = 'verified' OR d.answers_digest = o.answers_digest)))
    ORDER BY o.item_id
"""  # noqa: S608 - of the parts above
# An item as it would be drawn: known by its first event, by frame and id, of those that were drawn or have an outcome.
NEW_ITEMS = f"""
    WITH told AS (
        SELECT e.item_id, arg_min({CONTENT}, (frame_day, event_id)) AS input,
               arg_min(attributes, (frame_day, event_id)) AS attributes,
               arg_min(event_id, (frame_day, event_id)) AS event_id, min(frame_day) AS first_frame
        FROM events e SEMI JOIN ({SAID}) s ON s.event_id = e.event_id GROUP BY e.item_id
    )
    SELECT e.item_id, e.input, coalesce(a.origin, 'event') AS origin, i.source, e.event_id, e.first_frame,
           {ATTRIBUTES} AS attributes, coalesce(i.first_seen, now()) AS first_seen
    FROM told e LEFT JOIN items i ON i.item_id = e.item_id LEFT JOIN added_items a ON a.item_id = e.item_id
    WHERE i.first_frame IS NULL OR (i.first_frame, i.event_id) > (e.first_frame, e.event_id)
"""  # noqa: S608 - of the parts above


def take_outcomes(store: Store, project: Project) -> int:
    """Decide items by the outcomes of their events, and fold; returns how many were. The same again is nothing.

    Items that a person decided, too, are known by those events, so that it does not matter which came first.
    """
    with store.snapshot():
        if not outcomes_wait(store, project):
            return 0

    def work(writer: Writer) -> int:
        rows = new_outcomes(writer, project)
        writer.put(ITEMS, _new_items(writer, project))
        if rows.height:
            writer.append(DECISIONS, rows.with_columns(decided_at=pl.lit(datetime.now(UTC))))
            fold_within(writer)
        return rows.height

    return store.commit(f"outcomes of {project.name}", work)


def outcomes_wait(tables: Store | Writer, project: Project) -> bool:
    """Whether `take_outcomes` would write anything."""
    if not project.outcomes:
        return False
    return not (new_outcomes(tables, project).is_empty() and _new_items(tables, project).is_empty())


def _new_items(tables: Store | Writer, project: Project) -> pl.DataFrame:
    return tables.read(NEW_ITEMS, {"judged": project.judges_outputs}, frames=_meant(project))


def new_outcomes(tables: Store | Writer, project: Project) -> pl.DataFrame:
    """Rows of `decisions` that are not there yet, by item, without their clock; none where no outcome is declared."""
    if not project.outcomes:
        return pl.DataFrame()
    asked = {"guidelines": project.guideline_version, "schema": project.schema_version} | project.absence
    return tables.read(NEW, asked, frames=_meant(project))


def _meant(project: Project) -> dict[str, pl.DataFrame]:
    meant = list(project.meant.items())
    return {"meant_rows": pl.DataFrame(meant, schema={"value": pl.String, "answer": pl.String}, orient="row")}
