# ruff: noqa: S608  -- of the parts that views share
"""What users say and what became of it: every signal with its fate, and how long labels take."""

from gt_platform.lake.tables import FEEDBACK, PROPOSAL_VERDICTS, Column
from gt_platform.lake.tables.columns import EVENT_ID
from gt_platform.lake.views.view import View, columns_of, text

# a decision that was revised back has its id twice
DECIDED = "SELECT decision_id, max(decided_at) AS decided_at, max(actor) AS actor FROM decisions GROUP BY decision_id"
SIGNALS = View(
    name="signals",
    comment="Every piece of feedback and what became of it. But for outcomes that the project declares, feedback is "
    "truth nowhere: whether an output is right is said by who labels its item; `feedback_vs_truth` has how often.",
    columns=(
        *columns_of(FEEDBACK, "feedback_id"),
        EVENT_ID,
        Column("given_by", "VARCHAR", "end_user, expert, llm or code"),
        Column("signal", "VARCHAR", "thumb, rating, correction or outcome"),
        Column("value", "VARCHAR", "What was said, as text"),
        Column("came_on", "DATE", "The frame day of its file"),
        Column("of_frame", "DATE", "The frame of its event", nullable=True),
        Column(
            "fate",
            "VARCHAR",
            "verified: an outcome, and its item's truth is by outcomes; undeclared: an outcome of which the project, "
            "which declares others, does not say what it means; "
            "settled: its event was drawn and its item has truth; asked: drawn, and its item has none yet; known: not "
            "drawn, and its item has truth from elsewhere; late: a thumb down, rating or correction that came "
            "after its frame was drawn, without its event, and may open a further phase; passed_over: its frame was "
            "drawn without its event; early: its frame is not drawn yet; no_event: there is no such event, yet",
        ),
        Column("phase", "INTEGER", "The phase its event was drawn in", nullable=True),
        Column("truth", "VARCHAR", "The truth of its item, as text", nullable=True),
        *columns_of(PROPOSAL_VERDICTS, "verdict"),
        Column("hours_to_feedback", "DOUBLE", "From the event to it; below 0: it is dated before its event",
               nullable=True),
        Column("hours_to_truth", "DOUBLE", "From it to the standing decision", nullable=True),
    ),
    query=f"""
        SELECT f.feedback_id, f.event_id, f.annotator_kind AS given_by, f.signal, {text("f.value")} AS value,
               f.frame_day AS came_on, e.frame_day AS of_frame,
               CASE WHEN e.event_id IS NULL THEN 'no_event'
                    WHEN f.signal = 'outcome' AND len(o.known) > 0 AND NOT list_contains(o.known, (f.value ->> '$'))
                        THEN 'undeclared'
                    WHEN f.signal = 'outcome' AND t.status = 'verified' AND c.actor IS NOT NULL THEN 'verified'
                    WHEN s.event_id IS NOT NULL THEN CASE WHEN t.item_id IS NULL THEN 'asked' ELSE 'settled' END
                    WHEN t.item_id IS NOT NULL THEN 'known'
                    WHEN d.frame_day IS NULL THEN 'early'
                    WHEN f.frame_day <> e.frame_day AND f.signal <> 'outcome' AND {text("f.value")} <> 'up' THEN 'late'
                    ELSE 'passed_over' END AS fate,
               s.phase, {text("t.answer")} AS truth, v.verdict,
               date_diff('second', e.occurred_at, f.occurred_at) / 3600 AS hours_to_feedback,
               date_diff('second', f.occurred_at, c.decided_at) / 3600 AS hours_to_truth
        FROM feedback f LEFT JOIN events e ON e.event_id = f.event_id
        LEFT JOIN sample s ON s.event_id = f.event_id
        LEFT JOIN (SELECT DISTINCT frame_day FROM sample) d ON d.frame_day = e.frame_day
        LEFT JOIN ground_truth t ON t.item_id = e.item_id
        LEFT JOIN ({DECIDED}) c ON c.decision_id = t.decision_id
        LEFT JOIN proposal_verdicts v ON v.feedback_id = f.feedback_id
        LEFT JOIN (SELECT json_keys(declared, '$.outcomes') AS known FROM current_declaration) o ON true
    """,
    example="SELECT signal, value, fate, count(*) AS n FROM gt.sentiment.signals GROUP BY ALL ORDER BY ALL",
)  # fmt: skip

LATENCY = View(
    name="latency",
    comment="How long labels take, in hours, by the week of the event: to people's feedback on it, to its outcome, "
    "from either to its item's truth, and from a drawn event to its truth. What judges and code say comes with it.",
    columns=(
        Column("week", "DATE", "The Monday"),
        Column("step", "VARCHAR", "event to feedback, event to outcome, feedback to truth, or event to truth"),
        Column("n", "BIGINT", "How many have come so far; what is still to come is in none of the quantiles"),
        Column("p10", "DOUBLE", "A tenth take no longer"),
        Column("p50", "DOUBLE", "Half of them"),
        Column("p90", "DOUBLE", "Nine tenths"),
    ),
    query=f"""
        WITH taken AS (
            SELECT of_frame AS frame_day, CASE WHEN signal = 'outcome' THEN 'event to outcome' ELSE 'event to feedback'
                   END AS step, hours_to_feedback AS hours FROM signals
            WHERE signal = 'outcome' OR given_by IN ('end_user', 'expert')
            UNION ALL SELECT of_frame, 'feedback to truth', hours_to_truth FROM signals
            WHERE fate = 'settled' AND (signal = 'outcome' OR given_by IN ('end_user', 'expert'))
            UNION ALL SELECT s.frame_day, 'event to truth', date_diff('second', e.occurred_at, c.decided_at) / 3600
            FROM sample s JOIN events e ON e.event_id = s.event_id JOIN ground_truth t ON t.item_id = s.item_id
            JOIN ({DECIDED}) c ON c.decision_id = t.decision_id
        )
        SELECT date_trunc('week', frame_day)::DATE AS week, step, count(*) AS n, quantile_cont(hours, 0.1) AS p10,
               quantile_cont(hours, 0.5) AS p50, quantile_cont(hours, 0.9) AS p90
        FROM taken WHERE hours >= 0 GROUP BY ALL
    """,
    example="SELECT week, step, n, round(p50, 1) AS p50, round(p90, 1) AS p90 FROM gt.sentiment.latency ORDER BY ALL",
)

OF_SIGNALS = (SIGNALS, LATENCY)
