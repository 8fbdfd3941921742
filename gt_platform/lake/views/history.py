# ruff: noqa: S608  -- every name comes from tables/
"""What became of things: scores over releases, items from being drawn to being released, releases' changes."""

from gt_platform.lake.tables import CHANGELOG, DECISIONS, RELEASES, SCORES, Column
from gt_platform.lake.tables.columns import ITEM_ID
from gt_platform.lake.views.view import JUDGED, View, columns_of, names, text

OF_INPUT = f"""
    CASE WHEN {JUDGED}
         THEN sha256(json_extract(t.input, '$.input')::VARCHAR) ELSE t.item_id END
"""
RELEASED_AT = columns_of(RELEASES, "released_at")[0]

SCORE_HISTORY = View(
    name="score_history",
    comment="Scores against every release, the latest among them. A score of the same period changes with the labels "
    "that came since and with the truth that was revised.",
    columns=(*SCORES.columns, RELEASED_AT, columns_of(RELEASES, "items")[0]),
    query=f"""
        SELECT {names(SCORES, "s")}, r.released_at, r.items
        FROM (FROM past_scores UNION ALL BY NAME FROM scores) s LEFT JOIN releases r ON r.release = s.release
    """,
    example="""
        SELECT release, round(estimate, 3) AS estimate, round(low, 3) AS low, round(high, 3) AS high, n
        FROM gt.sentiment.score_history
        WHERE metric = 'accuracy' AND estimand = 'production' AND scope = 'all' AND slice = '*' AND model = '*'
        ORDER BY release
    """,
)
ITEM_HISTORY = View(
    name="item_history",
    comment="Everything that happened to an item, in the order of `at`: drawn, asked, answered, set aside, ruled, "
    "decided, stale, edge case, released; and what was made of users' proposals for it.",
    columns=(
        ITEM_ID,
        Column("at", "TIMESTAMPTZ", "When: of an answer, as its backend says; of a draw, the start of its frame"),
        Column("what", "VARCHAR", "What happened"),
        Column("who", "VARCHAR", "The annotator or reviewer, or whoever changed the truth", nullable=True),
        Column("answer", "VARCHAR", "The answer given, ruled, settled or released, as text", nullable=True),
        Column("detail", "VARCHAR", "Where, how or why", nullable=True),
    ),
    query=f"""
        SELECT item_id, frame_day::TIMESTAMPTZ AS "at", 'drawn' AS what, NULL::VARCHAR AS who, NULL::VARCHAR AS answer,
               stratum AS detail FROM sample
        UNION ALL SELECT item_id, assigned_at, 'asked', NULL, NULL,
                         concat('round ', coalesce(round, 1), ', slot ', slot, ', ', backend) FROM assignments
        UNION ALL SELECT item_id, coalesce(submitted_at, collected_at), 'answered', annotator, {text("answer")},
                         comment FROM annotations
        UNION ALL SELECT a.item_id, x.excluded_at, 'set aside', x.annotator, {text("a.answer")}, x.reason
                  FROM exclusions x JOIN annotations a USING (assignment_id)
        UNION ALL SELECT item_id, ruled_at, 'ruled', adjudicator, {text("answer")}, reasoning FROM adjudications
        UNION ALL SELECT item_id, decided_at, 'decided', actor, {text("answer")},
                         concat_ws(': ', concat_ws(', ', status, category), coalesce(reason, method)) FROM decisions
        UNION ALL SELECT v.item_id, v.decided_at, concat('proposal ', v.verdict), v.decided_by, {text("v.answer")},
                         concat_ws(': ', concat_ws(' ', 'feedback', v.feedback_id, 'by', f.annotator_kind,
                                                   f.annotator_id), v.reason)
                  FROM proposal_verdicts v LEFT JOIN feedback f ON f.feedback_id = v.feedback_id
        UNION ALL SELECT item_id, marked_at, 'stale', NULL, NULL, reason FROM stale
        UNION ALL SELECT item_id, raised_at, 'edge case', raised_by, NULL, note FROM edge_cases
        UNION ALL SELECT item_id, released_at, 'released', NULL, {text("after")},
                         concat('release ', release, ': ', change) FROM changelog JOIN releases USING (release)
    """,
    example="SELECT what, count(*) AS times FROM gt.sentiment.item_history GROUP BY what ORDER BY what",
)
RELEASE_CHANGES = View(
    name="release_changes",
    comment="What each release added, changed and retired, with the items' texts and how their truth is settled now.",
    columns=(
        columns_of(CHANGELOG, "release")[0],
        RELEASED_AT,
        ITEM_ID,
        Column("input", "VARCHAR", "The item, as text", nullable=True),
        columns_of(CHANGELOG, "change")[0],
        Column("before", "VARCHAR", "The answer in the release before, as text", nullable=True),
        Column("after", "VARCHAR", "The answer in this release, as text", nullable=True),
        Column("status", "VARCHAR", "How the item stands now: the status of its latest decision", nullable=True),
        Column("method", "VARCHAR", "How that was settled", nullable=True),
        *columns_of(DECISIONS, "actor", "category", "reason"),
    ),
    query=f"""
        SELECT release, released_at, c.item_id, {text("i.input")} AS input, c.change, {text("c.before")} AS before,
               {text("c.after")} AS after, d.status, d.method, d.actor, d.category, d.reason
        FROM changelog c JOIN releases USING (release) LEFT JOIN items i ON i.item_id = c.item_id
        LEFT JOIN current_decisions d ON d.item_id = c.item_id
    """,
    example="""
        SELECT release, change, count(*) AS items FROM gt.sentiment.release_changes
        GROUP BY release, change ORDER BY release, change
    """,
)
TRAINING = View(
    name="training",
    comment="What one would fine-tune on: released truth only, one row an item, so equal inputs never fall on both "
    "sides of a split. Nothing of it is in a split that is held out, nor like anything there, nor of a set that was "
    "added to measure by. Without declared splits, hold a part out by `bucket`: WHERE bucket < 90 to train on, "
    ">= 90 to test with.",
    columns=(
        ITEM_ID,
        Column("bucket", "INTEGER", "0 to 99, from the input alone: the same in every release and every lake"),
        Column("input", "VARCHAR", "The item, as text"),
        Column("truth", "VARCHAR", "The settled answer, as text"),
        Column("status", "VARCHAR", "consensus, adjudicated, imported, corrected, verified or restored"),
        Column("confidence", "DOUBLE", "Share of the answers behind it, or its probability", nullable=True),
        Column("answers", "INTEGER", "How many annotations it rests on"),
        Column("weight", "DOUBLE", "Production's events it stands for, by its draws; none if not drawn", nullable=True),
        Column("release", "INTEGER", "The release that has had this answer for the item since"),
    ),
    query=f"""
        SELECT t.item_id, (md5_number_lower({OF_INPUT}) % 100)::INTEGER AS bucket, {text("t.input")} AS input,
               {text("t.answer")} AS truth, t.status, t.confidence, t.answers, s.weight, c.release
        FROM ground_truth t
        JOIN (
            SELECT item_id, max(release) AS release, arg_max(after, release) AS after FROM changelog GROUP BY item_id
        ) c ON c.item_id = t.item_id AND c.after = t.answer
        LEFT JOIN (
            SELECT item_id, sum(1 / inclusion_probability) AS weight FROM sample GROUP BY item_id
        ) s ON s.item_id = t.item_id
        WHERE t.item_id NOT IN (SELECT item_id FROM splits WHERE held_out OR withheld_for IS NOT NULL)
          AND t.item_id NOT IN (SELECT item_id FROM added_items)
    """,
    example="""
        SELECT truth, count(*) AS items, sum(weight) AS stands_for FROM gt.sentiment.training
        GROUP BY truth ORDER BY truth
    """,
)
HISTORY = (SCORE_HISTORY, ITEM_HISTORY, RELEASE_CHANGES, TRAINING)
