"""An item from the event it came by to the scores it has a part in: everything the lake knows of it, in the order it
happened.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import polars as pl

from gt_platform.lake import Store
from gt_platform.truth.by_hand import named
from gt_platform.truth.redactions import erasure_of

PARTS = {
    "item": """
        SELECT i.item_id, json_extract_string(i.input, '$') AS input, i.origin, i.source, i.attributes, i.first_seen,
               s.split
        FROM items i LEFT JOIN splits s ON s.item_id = i.item_id WHERE i.item_id = $item
    """,
    "truth": """
        SELECT status, json_extract_string(answer, '$') AS answer, method, confidence, answers, reason, actor, category,
               decided_at
        FROM current_decisions WHERE item_id = $item
    """,
    "near_duplicate": """
        SELECT DISTINCT f.item_id AS follows, f.answers FROM current_decisions d
        JOIN decisions f ON f.decision_id = d.follows WHERE d.item_id = $item AND d.method = 'near_duplicate'
    """,
    "imports": """
        SELECT source, record_id, json_extract_string(answer, '$') AS answer, variants, annotator, confidence,
               annotated_at, line, imported_by, imported_at
        FROM imports WHERE item_id = $item ORDER BY imported_at, line
    """,
    "events": """
        SELECT e.event_id, e.frame_day, e.occurred_at, e.model, json_extract_string(e.output, '$') AS output,
               e.confidence, s.stratum AS drawn_from, s.inclusion_probability
        FROM events e LEFT JOIN sample s ON s.event_id = e.event_id WHERE e.item_id = $item
        ORDER BY s.event_id IS NULL, e.frame_day, e.event_id LIMIT 20
    """,
    "feedback": """
        SELECT f.event_id, f.occurred_at, f.annotator_kind AS given_by, f.signal,
               json_extract_string(f.value, '$') AS value, f.comment
        FROM feedback f JOIN (SELECT event_id FROM events WHERE item_id = $item) USING (event_id)
        ORDER BY f.occurred_at, f.event_id LIMIT 20
    """,
    "proposals": """
        SELECT v.decided_at, v.decided_by, v.verdict, json_extract_string(f.value, '$') AS proposed,
               f.annotator_kind AS given_by, f.annotator_id AS proposed_by, v.feedback_id,
               json_extract_string(v.answer, '$') AS answer, v.reason
        FROM proposal_verdicts v LEFT JOIN feedback f ON f.feedback_id = v.feedback_id WHERE v.item_id = $item
        ORDER BY v.decided_at, v.along_with IS NOT NULL, v.feedback_id LIMIT 20
    """,
    "answers": """
        SELECT coalesce(s.round, 1) AS round, s.slot, s.backend, s.assigned_at, a.annotator,
               json_extract_string(a.answer, '$') AS answer, a.submitted_at, a.comment, x.reason AS set_aside
        FROM assignments s LEFT JOIN (FROM annotations WHERE item_id = $item) a ON a.assignment_id = s.assignment_id
        LEFT JOIN exclusions x ON x.assignment_id = s.assignment_id WHERE s.item_id = $item ORDER BY 1, s.slot
    """,
    "rulings": """
        SELECT ruled_at, adjudicator, json_extract_string(answer, '$') AS answer, reasoning, blind
        FROM adjudications WHERE item_id = $item ORDER BY ruled_at
    """,
    "decisions": """
        SELECT revision, decided_at, status, json_extract_string(answer, '$') AS answer, method, confidence, revised,
               actor, category, reason
        FROM decisions WHERE item_id = $item ORDER BY revision
    """,
    "honeypots": """
        SELECT injected_at, json_extract_string(h.truth, '$') AS truth, count(a.annotator) AS shown_to,
               count(*) FILTER (NOT a.correct) AS wrong
        FROM honeypots h LEFT JOIN honeypot_answers a USING (honeypot_id) WHERE h.item_id = $item
        GROUP BY ALL ORDER BY injected_at
    """,
    "releases": """
        SELECT release, released_at, change, json_extract_string(before, '$') AS before,
               json_extract_string("after", '$') AS "after"
        FROM changelog JOIN releases USING (release) WHERE item_id = $item ORDER BY release
    """,
    "scores": """
        SELECT m.event_id, m.metric, m.label, m.numerator, m.denominator, m.weight, c.release, c.estimate, c.low, c.high
        FROM measurements m JOIN (SELECT event_id FROM sample WHERE item_id = $item) USING (event_id)
        LEFT JOIN (
            FROM current_scores
            WHERE scope = 'all' AND slice = '*' AND model = '*' AND estimand = 'production'
        ) c ON c.metric = m.metric AND c.label = m.label
        ORDER BY m.metric, m.label, m.event_id LIMIT 40
    """,
}
"""Each part by its name: the item and how it stands, and then what happened to it."""


class Tables(Protocol):
    """What answers queries over the lake's tables: the lake, or a copy of them."""

    def read(self, sql: str, parameters: Mapping[str, Any]) -> pl.DataFrame:
        """Run a query with `$name` parameters."""


def explain(store: Store, item: str) -> dict[str, pl.DataFrame]:
    """Every part of an item's history, by its id or the beginning of it; empty where there is none of it.

    Of an item that was erased, when and why it was. Raises TruthError where it names no item.
    """
    with store.snapshot():
        erased = erasure_of(store, item)
        if not erased.is_empty():
            return {"erased": erased}
        return history(store, named(store, [item])[item])


def history(tables: Tables, item_id: str) -> dict[str, pl.DataFrame]:
    """The same by the whole id of an item, from wherever the tables are."""
    return {name: tables.read(query, {"item": item_id}) for name, query in PARTS.items()}
