# ruff: noqa: S608  -- of the numbers below
"""What guidelines leave open, as cases: what they do not cover, ties, contested rulings and disputed honeypots."""

from gt_platform.lake.tables import EDGE_CASES, Column
from gt_platform.lake.tables.columns import ITEM_ID
from gt_platform.lake.views.view import View, columns_of

DOUBTED_BY, DOUBTED_FROM = 0.6, 5
"""Share of wrong answers, and answers, from which it is rather a honeypot's known answer that is wrong."""
DISCUSSED, RESOLVED = "spoke of the case", "resolved the case"
"""What the audit says of whoever did so; it is about the case, and has the rule."""
KEY = "left(sha256('{} ' || item_id), 32)"
"""Of what has no row of its own: the same whenever it is asked, as long as the item has its id."""

HARD_CASES = View(
    name="hard_cases",
    comment="What the guidelines leave open, to be talked about before they are next revised: what somebody says they "
    "do not cover, ties, rulings that most annotators contradict (of those asked before it), and honeypots that most "
    "people contradict.",
    columns=(
        Column("case_id", "VARCHAR", "Its key: `edge_case_id`, else a digest of kind and item"),
        Column("kind", "VARCHAR", "not covered, tie, contested ruling or disputed honeypot"),
        ITEM_ID,
        *columns_of(EDGE_CASES, "guideline_version"),
        Column("note", "VARCHAR", "What the guidelines do not say, or the reviewer's reason", nullable=True),
        Column("raised_at", "TIMESTAMPTZ", "When it came up"),
        Column("looked_at", "BOOLEAN", "Whether a person decided about the item since, or spoke of the case"),
        Column("closed_by", "VARCHAR", "The rule a lead closed it by, on its page", nullable=True),
    ),
    query=f"""
        SELECT c.case_id, c.kind, c.item_id, c.guideline_version, c.note, c.raised_at,
               coalesce(l.latest > c.raised_at OR t.spoken, false) AS looked_at, t.closed_by
        FROM (
            SELECT edge_case_id AS case_id, 'not covered' AS kind, item_id, guideline_version, note, raised_at
            FROM edge_cases
            UNION ALL
            SELECT {KEY.format("tie")}, 'tie', item_id, arg_max(guideline_version, revision), NULL, min(decided_at)
            FROM decisions WHERE status = 'adjudicate' AND method <> 'outcome' GROUP BY item_id
            UNION ALL
            SELECT {KEY.format("ruling")}, 'contested ruling', item_id, arg_max(guideline_version, ruled_at),
                   arg_max(reasoning, ruled_at), min(ruled_at)
            FROM adjudications r JOIN (
                SELECT item_id, max(n) AS most, map_from_entries(list((answer, n))) AS given, min(asked_at) AS asked_at
                FROM (
                    SELECT l.item_id, l.answer::VARCHAR AS answer, count(*) AS n, min(s.assigned_at) AS asked_at
                    FROM live_annotations l JOIN assignments s USING (assignment_id) GROUP BY ALL
                ) GROUP BY item_id
            ) a USING (item_id)
            WHERE ruled_at >= asked_at AND most > greatest(1, coalesce(given[r.answer::VARCHAR], 0)) GROUP BY item_id
            UNION ALL
            SELECT {KEY.format("honeypot")}, 'disputed honeypot', item_id, any_value(d.guideline_version), NULL,
                   max(g.collected_at)
            FROM honeypot_answers g JOIN honeypots h USING (honeypot_id)
            LEFT JOIN (SELECT decision_id, guideline_version FROM decisions) d USING (decision_id) GROUP BY item_id
            HAVING count(*) >= {DOUBTED_FROM} AND count(*) FILTER (NOT correct) > {DOUBTED_BY} * count(*)
        ) c LEFT JOIN (
            SELECT item_id, max(decided) AS latest FROM (
                SELECT item_id, ruled_at AS decided FROM adjudications
                UNION ALL SELECT item_id, decided_at FROM decisions WHERE actor IS NOT NULL
            ) GROUP BY item_id
        ) l ON l.item_id = c.item_id
        LEFT JOIN (
            SELECT about, bool_or(did = '{DISCUSSED}') AS spoken,
                   arg_max(detail ->> 'rule', number) FILTER (WHERE did = '{RESOLVED}') AS closed_by
            FROM audit WHERE did IN ('{DISCUSSED}', '{RESOLVED}') GROUP BY about
        ) t ON t.about = c.case_id
    """,
)
