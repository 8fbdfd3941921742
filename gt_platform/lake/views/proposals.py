# ruff: noqa: S608  -- of the parts that views share
"""Corrections as what they are: proposals for their items' truth."""

from gt_platform.lake.forgetting import ERASED
from gt_platform.lake.tables import EVENTS, FEEDBACK, PROPOSAL_VERDICTS, Column
from gt_platform.lake.tables.columns import EVENT_ID, ITEM_ID
from gt_platform.lake.views.view import View, columns_of, text

RETIRED, AGREED, AGAIN = (
    "its item was retired",
    "it is what is true already",
    "whoever proposed it has said something else since",
)
"""Why nobody need decide a proposal."""

PROPOSALS = View(
    name="proposals",
    comment="Every correction of an event's output to something else, as a proposal for the truth of its item, and "
    "what became of it. Output and truth that mean the same are the same; of a correction that came since the "
    "latest fold, and of truth that changed since, that is so to the letter (`meanings`).",
    columns=(
        *columns_of(FEEDBACK, "feedback_id"),
        EVENT_ID,
        ITEM_ID,
        *columns_of(EVENTS, "model", "output"),
        Column("proposed", "JSON", "What the output should have been"),
        Column("given_by", "VARCHAR", "end_user, expert, llm or code"),
        *columns_of(FEEDBACK, "annotator_id", "comment"),
        Column("proposed_at", "TIMESTAMPTZ", "When it was given"),
        Column(
            "state",
            "VARCHAR",
            "open: it waits for a reviewer; accepted, edited or refused by one; superseded: nobody need decide it",
        ),
        Column("why", "VARCHAR", "The reviewer's reason, or why nobody need decide it", nullable=True),
        *columns_of(PROPOSAL_VERDICTS, "decided_by", "decided_at", "along_with"),
        Column("status", "VARCHAR", "How its item stands: the status of the latest decision", nullable=True),
        Column("truth", "JSON", "What is true of its item", nullable=True),
        Column("decision_id", "VARCHAR", "The item's latest decision", nullable=True),
    ),
    query=f"""
        WITH corrections AS (
            SELECT feedback_id, event_id, value, annotator_kind, annotator_id, comment, occurred_at, row_number() OVER (
                PARTITION BY event_id, annotator_kind, coalesce(annotator_id, feedback_id)
                ORDER BY occurred_at DESC, feedback_id DESC
            ) = 1 AS latest
            FROM feedback WHERE signal = 'correction' AND {text("value")} IS DISTINCT FROM '{ERASED}'
        ), proposed AS (
            SELECT f.feedback_id, f.event_id, e.item_id, e.model, e.output, f.value, f.annotator_kind, f.annotator_id,
                   f.comment, f.occurred_at, d.status, d.decision_id,
                   CASE WHEN d.status <> 'adjudicate' THEN d.answer END AS truth,
                   CASE WHEN d.status = 'retired' THEN '{RETIRED}'
                        WHEN truth = f.value OR (truth = m.truth AND m.agrees) THEN '{AGREED}'
                        WHEN NOT f.latest THEN '{AGAIN}' END AS nobody
            FROM corrections f JOIN events e ON e.event_id = f.event_id
            LEFT JOIN meanings m ON m.feedback_id = f.feedback_id
            LEFT JOIN current_decisions d ON d.item_id = e.item_id
            WHERE coalesce(m.differs, e.output <> f.value)
        )
        SELECT p.feedback_id, p.event_id, p.item_id, p.model, p.output, p.value AS proposed,
               p.annotator_kind AS given_by, p.annotator_id, p.comment, p.occurred_at AS proposed_at,
               coalesce(v.verdict, CASE WHEN p.nobody IS NULL THEN 'open' ELSE 'superseded' END) AS state,
               CASE WHEN v.verdict IS NULL THEN p.nobody ELSE v.reason END AS why,
               v.decided_by, v.decided_at, v.along_with, p.status, p.truth, p.decision_id
        FROM proposed p LEFT JOIN proposal_verdicts v ON v.feedback_id = p.feedback_id
    """,
    example="SELECT output ->> '$' AS output, proposed ->> '$' AS proposed, state, count(*) AS n "
    "FROM gt.sentiment.proposals GROUP BY ALL ORDER BY ALL",
)
