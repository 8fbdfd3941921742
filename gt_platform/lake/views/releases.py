"""Releases with what became of them: the headline score of each, and the snapshots to read them at."""

from gt_platform.lake.tables import DECLARATIONS, RELEASES, SCORES, TAGS, Column
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
RELEASE_TAGS = View(
    name="release_tags",
    comment="What each release is called now: its tags, the roles it has, and what was noted of it. Releases without "
    "any are not in it.",
    columns=(
        *columns_of(TAGS, "release"),
        Column("tags", "VARCHAR", "Its tags in the order they were given", nullable=True),
        Column("roles", "VARCHAR", "The roles it has now: champion, candidate", nullable=True),
        Column("notes", "VARCHAR", "All that was noted of it, a line each", nullable=True),
    ),
    query="""
        SELECT release, string_agg(name, ', ' ORDER BY number) FILTER (kind = 'tag') AS tags,
               string_agg(name, ', ' ORDER BY name) FILTER (held) AS roles,
               string_agg(note, chr(10) ORDER BY number) AS notes
        FROM (
            SELECT release, number, kind, name, note,
                   kind = 'role' AND number = max(number) OVER (PARTITION BY kind, name) AS held
            FROM tags
        ) GROUP BY release
    """,
    example="SELECT release, tags, roles FROM gt.sentiment.release_tags ORDER BY release",
)
RELEASED = (RELEASE_SCORES, RELEASE_TAGS)
