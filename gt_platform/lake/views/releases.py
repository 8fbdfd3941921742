"""Releases with what became of them: the headline score of each, and the snapshots to read them at."""

from gt_platform.lake.tables import DECLARATIONS, RELEASES, SCORES, Column
from gt_platform.lake.views.view import View, columns_of

RELEASE_SCORES = View(
    name="release_scores",
    comment="Every release with its headline score, as it last was, and the snapshots that have them: "
    "`AT (VERSION => scores_snapshot)` reads `ground_truth` and `scores` of the same release. At `truth_snapshot` the "
    "scores are still those of the release before.",
    columns=(
        *columns_of(RELEASES, "release", "released_at", "items", "added", "changed", "retired"),
        *columns_of(DECLARATIONS, "metric"),
        *columns_of(SCORES, "estimate", "low", "high"),
        Column("n", "BIGINT", "Labeled events it rests on", nullable=True),
        Column("verdict", "VARCHAR", "What the gate said of it", nullable=True),
        Column("truth_snapshot", "BIGINT", "The snapshot with its truth"),
        Column(
            "scores_snapshot",
            "BIGINT",
            "The snapshot with its scores, too; none while it is not scored, or scored before lakes noted it",
            nullable=True,
        ),
        Column("scored_at", "TIMESTAMPTZ", "When it was last scored", nullable=True),
    ),
    query="""
        SELECT r.release, r.released_at, r.items, r.added, r.changed, r.retired, s.metric, s.estimate, s.low, s.high,
               s.n, s.verdict, r.snapshot_id AS truth_snapshot, c.scores_snapshot, c.scored_at
        FROM releases r
        LEFT JOIN (
            SELECT release, arg_max(snapshot_id, scoring) AS scores_snapshot, arg_max(scored_at, scoring) AS scored_at
            FROM scorings GROUP BY release
        ) c ON c.release = r.release
        LEFT JOIN (
            SELECT h.release, h.metric, h.estimate, h.low, h.high, h.n, h.verdict
            FROM score_history h JOIN current_declaration d ON d.metric = h.metric
            WHERE h.scope = 'all' AND h.slice = '*' AND h.model = '*' AND h.label = '*' AND h.estimand = 'production'
        ) s ON s.release = r.release
    """,
    example="SELECT release, items, round(estimate, 3) AS estimate, n FROM gt.sentiment.release_scores ORDER BY ALL",
)
RELEASED = (RELEASE_SCORES,)
