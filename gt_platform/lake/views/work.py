"""Days, weeks and annotators: what drifted, what was labeled of what might be, how far annotators agree."""

from gt_platform.lake.tables import ANNOTATIONS, DECLARATIONS, DRIFT, SAMPLE, STANDINGS, Column
from gt_platform.lake.tables.columns import FRAME_DAY, ITEM_ID
from gt_platform.lake.views.view import View, columns_of, wilson

ENOUGH_ITEMS = 20
"""As `gt_platform.labeling.agreement` asks for: with fewer, their mean moves by more than any sensible gate."""

DRIFT_DAYS = View(
    name="drift_days",
    comment="Each frame's drift verdict, with the columns that drifted and those that could not be judged.",
    columns=(
        FRAME_DAY,
        columns_of(DRIFT, "verdict")[0],
        Column("drifted", "VARCHAR", "The columns that drifted, by q-value", nullable=True),
        Column("unjudged", "VARCHAR", "The columns with insufficient evidence", nullable=True),
        Column("q_value", "DOUBLE", "The smallest q-value of its columns", nullable=True),
        *columns_of(DRIFT, "n_reference", "n_current", "detail"),
    ),
    query="""
        SELECT d.frame_day, d.verdict, c.drifted, c.unjudged, d.q_value, d.n_reference, d.n_current, d.detail
        FROM drift d LEFT JOIN (
            SELECT frame_day,
                   string_agg(column_name, ', ' ORDER BY q_value, column_name) FILTER (verdict = 'drift') AS drifted,
                   string_agg(column_name, ', ' ORDER BY column_name) FILTER (verdict = 'insufficient_evidence')
                       AS unjudged
            FROM drift WHERE column_name <> '*' GROUP BY frame_day
        ) c ON c.frame_day = d.frame_day
        WHERE d.column_name = '*'
    """,
    example="SELECT frame_day, verdict, drifted, n_current FROM gt.sentiment.drift_days ORDER BY frame_day",
)
LABEL_BUDGET = View(
    name="label_budget",
    comment="What each frame's sample might cost by its design, and what became of it.",
    columns=(
        FRAME_DAY,
        columns_of(SAMPLE, "design")[0],
        Column("budget", "INTEGER", "Events a frame may have drawn under that design", nullable=True),
        Column("drawn", "BIGINT", "Events drawn"),
        Column("items", "BIGINT", "Distinct items among them"),
        Column("asked", "BIGINT", "Of these, items that were asked"),
        Column("answers", "BIGINT", "Answers that count"),
        Column("settled", "BIGINT", "Items that have truth"),
        Column("waiting", "BIGINT", "Items that wait for a ruling"),
    ),
    query="""
        SELECT frame_day, design, budget, drawn, items, asked, answers, settled, waiting
        FROM (
            SELECT frame_day, design, sum(events)::BIGINT AS drawn, count(*) AS items,
                   count(*) FILTER (item_id IN (SELECT item_id FROM assignments)) AS asked,
                   coalesce(sum(given), 0)::BIGINT AS answers,
                   count(*) FILTER (item_id IN (SELECT item_id FROM ground_truth)) AS settled,
                   count(*) FILTER (status = 'adjudicate') AS waiting
            FROM (SELECT frame_day, any_value(design) AS design, item_id, count(*) AS events FROM sample
                  GROUP BY frame_day, item_id)
            LEFT JOIN (SELECT item_id, answers AS given FROM answered_items) USING (item_id)
            LEFT JOIN (SELECT item_id, status FROM current_decisions) USING (item_id)
            GROUP BY frame_day, design
        ) LEFT JOIN (SELECT design, max(budget) AS budget FROM declarations GROUP BY design) USING (design)
    """,
    example="SELECT frame_day, budget, drawn, answers, settled, waiting FROM gt.sentiment.label_budget ORDER BY ALL",
)
AGREEMENT_BY_WEEK = View(
    name="agreement_by_week",
    comment="The mean share of pairs of equal answers to an item, by the week it was first drawn in. Answers are equal "
    "that are the same text: for kinds whose answers agree without being equal (numbers, spans, …) the platform's own "
    "checks and `gt agreement` say more. Not corrected for chance.",
    columns=(
        Column("week", "DATE", "First day of the week, counted in seven days from the project's start"),
        Column("items", "BIGINT", "Items with two valid answers or more, counted once for each time they were asked"),
        Column(
            "agreement",
            "DOUBLE",
            f"Mean share of equal pairs; none with fewer than {ENOUGH_ITEMS} items",
            nullable=True,
        ),
        Column("low", "DOUBLE", "Lower bound of its 95 % interval, Wilson's at the number of items", nullable=True),
        Column("high", "DOUBLE", "Upper bound of it", nullable=True),
        columns_of(DECLARATIONS, "agreement_gate")[0],
    ),
    query=f"""
        SELECT week, items, agreement, {wilson("agreement", "items")}, agreement_gate
        FROM (
            SELECT week, count(*) AS items, CASE WHEN count(*) >= {ENOUGH_ITEMS} THEN avg(pairs) END AS agreement,
                   any_value(agreement_gate) AS agreement_gate
            FROM (
                SELECT "start" + ((coalesce(frame_day, collected) - "start") // 7 * 7)::INTEGER AS week, agreement_gate,
                       sum(same * (same - 1)) / (sum(same) * (sum(same) - 1)) AS pairs
                FROM (
                    SELECT item_id, round, answer, count(*) AS same, min(collected_at)::DATE AS collected
                    FROM valid_annotations ANTI JOIN added_items USING (item_id) GROUP BY ALL
                ) LEFT JOIN first_frames USING (item_id) CROSS JOIN current_declaration
                GROUP BY item_id, round, week, agreement_gate HAVING sum(same) > 1
            ) GROUP BY week
        )
    """,  # noqa: S608 - of numbers
    example="""
        SELECT week, items, round(agreement, 3) AS agreement, round(low, 3) AS low, round(high, 3) AS high
        FROM gt.sentiment.agreement_by_week ORDER BY week
    """,
)
UNANSWERED_ITEMS = View(
    name="unanswered_items",
    comment="Sampled items that annotators left without the answers asked for: somebody skipped them, or most of their "
    "frame has been decided and three days have passed.",
    columns=(ITEM_ID,),
    query="""
        SELECT DISTINCT item_id FROM sample
        SEMI JOIN assignments USING (item_id) ANTI JOIN decisions USING (item_id)
        WHERE item_id IN (SELECT detail ->> 'item' FROM audit WHERE did = 'skipped') OR frame_day IN (
            SELECT frame_day
            FROM sample LEFT JOIN (SELECT DISTINCT item_id, 1 AS decided FROM decisions) USING (item_id)
            GROUP BY frame_day
            HAVING avg(coalesce(decided, 0)) >= 0.8 AND frame_day + 3 <= (SELECT max(frame_day) FROM sample)
        )
    """,
)
ANNOTATOR_WORK = View(
    name="annotator_work",
    comment="Each annotator's work and standing; what their answers are worth is in `annotators`. The share "
    "is of honeypots or of others' answers, as `basis` says, and has its interval.",
    columns=(
        columns_of(ANNOTATIONS, "annotator")[0],
        Column("answers", "BIGINT", "Annotations given"),
        Column("set_aside", "BIGINT", "Of these, set aside"),
        Column("honeypots", "BIGINT", "Honeypots answered"),
        Column("honeypots_right", "BIGINT", "Of these, rightly"),
        Column("median_seconds", "DOUBLE", "Median time for an answer, where the backend measures it", nullable=True),
        Column("first_answer", "TIMESTAMPTZ", "When the first one was taken in", nullable=True),
        Column("latest_answer", "TIMESTAMPTZ", "When the latest one was", nullable=True),
        *columns_of(STANDINGS, "state", "reason", "basis", "share", "low", "high", "n"),
    ),
    query="""
        SELECT annotator, coalesce(answers, 0) AS answers, coalesce(set_aside, 0) AS set_aside,
               coalesce(asked, 0) AS honeypots, coalesce(correctly, 0) AS honeypots_right, median_seconds, first_answer,
               latest_answer, state, reason, basis, share, low, high, n
        FROM (
            SELECT annotator, count(*) AS answers, median(seconds) AS median_seconds,
                   count(*) FILTER (assignment_id IN (SELECT assignment_id FROM exclusions)) AS set_aside,
                   min(collected_at) AS first_answer, max(collected_at) AS latest_answer
            FROM annotations GROUP BY annotator
        ) FULL JOIN (
            SELECT annotator, count(*) AS asked, count(*) FILTER (correct) AS correctly
            FROM honeypot_answers GROUP BY annotator
        ) USING (annotator)
        LEFT JOIN (
            SELECT annotator, state, reason, basis, share, low, high, n FROM current_standings
        ) USING (annotator)
    """,
    example="SELECT annotator, answers, set_aside, state, share, n FROM gt.sentiment.annotator_work ORDER BY ALL",
)
WORK = (DRIFT_DAYS, LABEL_BUDGET, AGREEMENT_BY_WEEK, UNANSWERED_ITEMS, ANNOTATOR_WORK)
