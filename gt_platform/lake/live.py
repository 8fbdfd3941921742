"""Which answers count and what was decided last: parts of queries that several stages build on.

An assignment is live unless it was set aside (`exclusions`) or its item was asked again since, under newer guidelines
(`round`). What is asked, settled or shown because of it belongs in the stages.
"""

PARTS = {
    "latest": "FROM assignments QUALIFY coalesce(round, 1) = max(coalesce(round, 1)) OVER (PARTITION BY item_id)",
    "live": "FROM latest ANTI JOIN exclusions USING (assignment_id)",
    "live_answers": "SELECT annotations.*, slot FROM annotations JOIN live USING (assignment_id)",
    # answers may be of two versions where more were asked after the guidelines changed: the first one's is the safe one
    "answered": """
        SELECT item_id, count(*) AS answers,
               sha256(string_agg(assignment_id || answer, '' ORDER BY assignment_id)) AS answers_digest,
               arg_min(guideline_version, slot) AS guideline_version, arg_min(schema_version, slot) AS schema_version,
               min(remark) AS remark
        FROM live_answers GROUP BY item_id
    """,
    "waiting": "SELECT item_id FROM live ANTI JOIN annotations USING (assignment_id)",
    "standing": "FROM decisions QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY revision DESC) = 1",
    # a ruling names the answers it is on, or a honeypot and thereby the answers behind its truth; then it came later
    "ruled": """
        SELECT r.item_id, coalesce(d.answers_digest, r.answers_digest) AS answers_digest,
               arg_max(r.answer, coalesce(d.revision, 0)) AS ruling,
               arg_max(r.guideline_version, coalesce(d.revision, 0)) AS ruled_under,
               arg_max(r.schema_version, coalesce(d.revision, 0)) AS ruled_schema
        FROM adjudications r LEFT JOIN honeypots h ON h.honeypot_id = r.answers_digest
        LEFT JOIN decisions d ON d.decision_id = h.decision_id GROUP BY ALL
    """,
}


def on_live(query: str) -> str:
    """A query that may read the names of PARTS like tables."""
    return f"WITH {', '.join(f'{name} AS ({part})' for name, part in PARTS.items())} {query}"
