# ruff: noqa: S608  -- every name comes from tables/
"""Candidates and what stands of their predictions."""

from gt_platform.lake.tables import CANDIDATE_SCORES, COMPARISONS, PREDICTIONS, Column
from gt_platform.lake.views.view import View, columns_of, names

CURRENT_PREDICTIONS = View(
    name="current_predictions",
    comment="What stands of each candidate for each item and repetition: its answer, or where it never gave one, how "
    "it last failed.",
    columns=PREDICTIONS.columns,
    query=f"""
        SELECT {names(PREDICTIONS)} FROM predictions
        QUALIFY row_number() OVER (
            PARTITION BY candidate, item_id, repetition ORDER BY output IS NULL, attempt DESC
        ) = 1
    """,
)
CANDIDATES = View(
    name="candidates",
    comment="Every candidate: how many items it answered and failed, and what was last said of it.",
    columns=(
        *columns_of(PREDICTIONS, "candidate"),
        Column("answered", "BIGINT", "Items it gave an output for"),
        Column("failed", "BIGINT", "Items that it was asked, and never gave one for"),
        Column("repetitions", "BIGINT", "How often it was asked the same, at most"),
        Column("first_made", "TIMESTAMPTZ", "When the first of its predictions came in"),
        Column("last_made", "TIMESTAMPTZ", "When the last one did"),
        Column("meta", "JSON", "What the last run that brought any said of it: git, prompt, parameters"),
    ),
    query="""
        SELECT p.candidate, count(DISTINCT p.item_id) FILTER (p.output IS NOT NULL) AS answered,
               count(DISTINCT p.item_id) - answered AS failed, count(DISTINCT p.repetition) AS repetitions,
               min(p.made_at) AS first_made, max(p.made_at) AS last_made,
               arg_max(r.meta, (p.made_at, r.run_id)) AS meta
        FROM predictions p JOIN runs r ON r.run_id = p.run_id GROUP BY p.candidate
    """,
    example="SELECT candidate, answered, failed, meta ->> 'git' AS git FROM gt.sentiment.candidates ORDER BY ALL",
)
CURRENT_CANDIDATE_SCORES = View(
    name="current_candidate_scores",
    comment="How every candidate, and production beside it, stands on the latest release that they were held against.",
    columns=CANDIDATE_SCORES.columns,
    query=f"""
        SELECT {names(CANDIDATE_SCORES)} FROM candidate_scores
        WHERE release = (SELECT max(release) FROM candidate_scores)
    """,
    example="SELECT candidate, round(estimate, 3) AS accuracy, n, missing FROM gt.sentiment.current_candidate_scores\n"
    "WHERE metric = 'accuracy' AND slice = '*' AND estimand = 'production' ORDER BY estimate DESC",
)
CURRENT_COMPARISONS = View(
    name="current_comparisons",
    comment="By how much every candidate differs from the baseline on that release.",
    columns=COMPARISONS.columns,
    query=f"""
        SELECT {names(COMPARISONS)} FROM comparisons WHERE release = (SELECT max(release) FROM comparisons)
    """,
)
OF_CANDIDATES = (CURRENT_PREDICTIONS, CANDIDATES, CURRENT_CANDIDATE_SCORES, CURRENT_COMPARISONS)
