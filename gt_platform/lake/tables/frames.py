"""What is found in a frame: drift, row scores, and the sample drawn from it."""

from gt_platform.lake.tables.columns import EVENT_ID, FRAME_DAY, ITEM_ID, Column, Table

DRIFT = Table(
    "drift",
    "One verdict per frame and column against the project's reference; column '*' is the frame as a whole.",
    ("frame_day", "column_name"),
    (
        FRAME_DAY,
        Column("column_name", "VARCHAR", "Drift column as declared in the project; '*' for the frame"),
        Column("statistic", "VARCHAR", "Evidently's name of the statistic", nullable=True),
        Column("value", "DOUBLE", "Its value", nullable=True),
        Column("threshold", "DOUBLE", "The value permutations exceed with probability alpha", nullable=True),
        Column("p_value", "DOUBLE", "Permutation p-value", nullable=True),
        Column("q_value", "DOUBLE", "The same after Benjamini-Hochberg over the frame's columns", nullable=True),
        Column("verdict", "VARCHAR", "drift, no_drift, insufficient_evidence or reference"),
        Column("n_reference", "BIGINT", "Rows of the reference"),
        Column("n_current", "BIGINT", "Rows of the frame"),
        Column("detail", "VARCHAR", "Why evidence was insufficient, or which columns drifted", nullable=True),
    ),
)

ROW_SCORES = Table(
    "row_scores",
    "How unlike the reference each event is, by a classifier that did not see it (out of fold).",
    ("event_id",),
    (
        EVENT_ID,
        FRAME_DAY,
        Column("drift_score", "DOUBLE", "Probability of being from this frame rather than the reference, 0 to 1"),
    ),
)

SAMPLE = Table(
    "sample",
    "Events drawn from a frame. The inclusion probability is what makes a score from them honest.",
    ("event_id",),
    (
        EVENT_ID,
        FRAME_DAY,
        ITEM_ID,
        Column("stratum", "VARCHAR", "The stratum of its frame it was drawn from"),
        Column("stratum_size", "BIGINT", "Events in that stratum"),
        Column("stratum_drawn", "BIGINT", "Events drawn from it"),
        Column("inclusion_probability", "DOUBLE", "Chance of having been drawn, over all phases; above 0, at most 1"),
        Column("design", "VARCHAR", "Name and digest of the sampling design"),
        Column("seed", "BIGINT", "Seed of the draw, from project, day, design and phase"),
        Column("phase", "INTEGER", "1 for the first draw of the frame; further draws count up"),
    ),
)
