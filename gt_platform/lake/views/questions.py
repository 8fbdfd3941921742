"""What analysts ask that no table says: `docs/queries.md` has the questions."""

from gt_platform.lake.tables import DECISIONS, DECLARATIONS, EVENTS, SCORES, Column
from gt_platform.lake.tables.columns import EVENT_ID, FRAME_DAY, ITEM_ID
from gt_platform.lake.views.view import JUDGED, View, columns_of

UNANIMOUS_AGAINST = View(
    name="unanimous_against",
    comment="Labeled events whose annotators, two or more, all said the same, and not what the model said. Answers are "
    "the same that are the same text: of kinds whose answers agree without being equal this says too much. Empty where "
    "answers judge outputs.",
    columns=(
        EVENT_ID,
        ITEM_ID,
        FRAME_DAY,
        *columns_of(EVENTS, "model"),
        Column("input", "VARCHAR", "What the model was given, as text"),
        Column("output", "VARCHAR", "What the model answered, as the project reads it, as text"),
        Column("said", "VARCHAR", "What all annotators answered, as text"),
        Column("answers", "BIGINT", "How many they were"),
        *columns_of(EVENTS, "confidence"),
        Column("weight", "DOUBLE", "How many events of its frame it stands for"),
    ),
    query=f"""
        SELECT l.event_id, l.item_id, l.frame_day, l.model, l.input, l.output, a.said, a.answers, l.confidence, l.weight
        FROM labels l JOIN (
            SELECT item_id, json_extract_string(any_value(answer), '$') AS said, count(*) AS answers
            FROM live_annotations GROUP BY item_id HAVING count(*) > 1 AND count(DISTINCT answer) = 1
        ) a ON a.item_id = l.item_id
        WHERE l.output IS DISTINCT FROM a.said AND NOT {JUDGED}
    """,  # noqa: S608 - of a constant
)
SLICE_GATES = View(
    name="slice_gates",
    comment="How each model and each slice stands to the score gate, by its interval over all frames: its verdict. A "
    "slice with a gate of its own is held against that, and binds; the others, held against that of all traffic, do "
    "not. Empty without a score gate.",
    columns=(
        *columns_of(SCORES, "model", "slice", "metric", "estimate", "low", "high", "n"),
        *columns_of(DECLARATIONS, "score_at_least", "score_at_most"),
        Column(
            "stands",
            "VARCHAR",
            "pass, fail, or insufficient_evidence: of all of them where truth is the experts' and they checked nothing",
        ),
    ),
    query="""
        WITH gates AS (
            SELECT g ->> 'metric' AS metric, coalesce(g ->> 'slice', '*') AS slice,
                   (g ->> 'at_least')::DOUBLE AS score_at_least, (g ->> 'at_most')::DOUBLE AS score_at_most
            FROM (SELECT unnest(json_extract(declared, '$.gates.score[*]')) AS g FROM current_declaration)
        )
        SELECT s.model, s.slice, s.metric, s.estimate, s.low, s.high, s.n, g.score_at_least, g.score_at_most,
               s.verdict AS stands
        FROM current_scores s JOIN gates g ON g.metric = s.metric AND (g.slice = s.slice OR g.slice = '*')
        WHERE s.scope = 'all' AND s.label = '*' AND s.estimand = 'production' AND (s.slice <> '*' OR s.model <> '*')
        QUALIFY row_number() OVER (PARTITION BY s.model, s.slice, s.metric ORDER BY g.slice = '*') = 1
    """,
)
TRUTH_AGE = View(
    name="truth_age",
    comment="How old the standing truth of each item is, and whether the guidelines it was settled under are those in "
    "force.",
    columns=(
        ITEM_ID,
        *columns_of(DECISIONS, "status"),
        Column("settled_at", "TIMESTAMPTZ", "When its standing decision was made"),
        Column("days", "BIGINT", "Frame days since the one it was last drawn in, else since it was settled"),
        Column("latest_event", "DATE", "The last frame day in which it came", nullable=True),
        Column("guidelines_in_force", "BOOLEAN", "Whether it was settled under the guidelines in force"),
        Column("stale", "VARCHAR", "Why it is stale, where it is", nullable=True),
    ),
    query="""
        SELECT t.item_id, t.status, k.decided_at AS settled_at,
               greatest(date_diff('day', coalesce(w.drawn, k.decided_at::DATE), (SELECT max(frame_day) FROM files)), 0)
                   AS days,
               e.latest_event, t.guideline_version = d.guideline_version AS guidelines_in_force, s.reason AS stale
        FROM ground_truth t JOIN current_decisions k ON k.item_id = t.item_id CROSS JOIN current_declaration d
        LEFT JOIN (SELECT item_id, max(frame_day) AS drawn FROM sample GROUP BY item_id) w ON w.item_id = t.item_id
        LEFT JOIN (SELECT item_id, max(frame_day) AS latest_event FROM events GROUP BY item_id) e
            ON e.item_id = t.item_id
        LEFT JOIN (SELECT decision_id, max(reason) AS reason FROM stale GROUP BY decision_id) s
            ON s.decision_id = t.decision_id
    """,
)
QUESTIONS = (UNANIMOUS_AGAINST, SLICE_GATES, TRUTH_AGE)
