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
        Column("threshold", "DOUBLE", "The value that rows and days exceed by chance", nullable=True),
        Column("p_value", "DOUBLE", "Of the distance, ranks, and what is missing or new", nullable=True),
        Column("q_value", "DOUBLE", "The same after Benjamini-Hochberg over the frame's columns", nullable=True),
        Column("verdict", "VARCHAR", "drift, no_drift, insufficient_evidence or reference"),
        Column("n_reference", "BIGINT", "Rows of the reference"),
        Column("n_current", "BIGINT", "Rows of the frame"),
        Column("detail", "VARCHAR", "What differs, which columns drifted, or why evidence is lacking", nullable=True),
        Column(
            "profile",
            "JSON",
            "The day's own quantiles or shares of levels, which changes are dated from",
            nullable=True,
        ),
        Column(
            "evidently_method",
            "VARCHAR",
            "The method that Evidently itself chooses, or was named; data_drift, its preset, of '*'",
            nullable=True,
        ),
        Column(
            "evidently_value",
            "DOUBLE",
            "Its value of 20,000 rows a side at most; of '*' the share of columns that Evidently calls drifted",
            nullable=True,
        ),
        Column("evidently_drift", "BOOLEAN", "What Evidently decides by its own threshold of it", nullable=True),
    ),
)

ACCEPTANCES = Table(
    "acceptances",
    "Drifts that somebody accepted: later frames are compared with days since. Append-only.",
    ("frame_day", "applies_after"),
    (
        Column("frame_day", "DATE", "The frame whose drift was accepted"),
        Column("since", "DATE", "From when on days are the reference of later frames"),
        Column(
            "applies_after", "DATE", "The last frame that was judged by then; it and those before keep their verdicts"
        ),
        Column("why", "VARCHAR", "The reason that was given"),
        Column("accepted_by", "VARCHAR", "Who accepted it, by the name of their account on the machine"),
        Column("accepted_at", "TIMESTAMPTZ", "When", volatile=True),
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
        Column("seed", "BIGINT", "Seed of its draw, from project, day, design and phase"),
        Column("phase", "INTEGER", "1 for the frame's first draw, 2 for what was drawn since, for late flags"),
    ),
)

COMPOSITION = Table(
    "composition",
    "What the declared design (`sampling.design`) asked of each frame's first draw, and what it came to.",
    ("frame_day", "attribute", "value"),
    (
        FRAME_DAY,
        Column("attribute", "VARCHAR", "Attribute of the event; output: the answer that its output is read as"),
        Column("value", "VARCHAR", "Its value; '*' for all that no quota names, 'not eligible' for what is left out"),
        Column("asked", "BIGINT", "Events that were asked for"),
        Column("events", "BIGINT", "Events of the frame that have it"),
        Column("drawn", "BIGINT", "Events drawn of them, those that people flagged included"),
        Column("detail", "VARCHAR", "Why other than asked for, where it is", nullable=True),
    ),
)

LEFT_OUT = Table(
    "left_out",
    "Events of drawn frames that the declared design left out (`sampling.design.eligible`): scores are not of them.",
    ("event_id",),
    (
        EVENT_ID,
        FRAME_DAY,
        Column("attribute", "VARCHAR", "The first attribute by which it may not be drawn"),
    ),
)

PHASES = Table(
    "phases",
    "Every further draw from a frame, for events that people flagged after it was drawn; the first is phase 1 of "
    "`sample`. Append-only.",
    ("frame_day", "phase"),
    (
        FRAME_DAY,
        Column("phase", "INTEGER", "2 for the first further draw, then counting up"),
        Column("flagged", "BIGINT", "Events of the frame flagged later than its own files, by then"),
        Column("waiting", "BIGINT", "Of these, events that nobody had drawn"),
        Column("drawn", "BIGINT", "Events drawn: those that waited, and of strata that nobody else would speak for"),
        Column("cells", "VARCHAR", "Digest of which event was in which stratum of the first draw"),
        Column("opened_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)

SPENDING = Table(
    "spending",
    "How each night's budget (`labeling.cost.night`) was split before its frame was drawn, by what the frames before "
    "it had taught. The half-width is the headline's 95 % interval's after as many nights more like it, 7 at least.",
    ("frame_day",),
    (
        FRAME_DAY,
        Column("budget", "DOUBLE", "What the night may cost"),
        Column("annotator_cost", "DOUBLE", "What an annotator's answer costs"),
        Column("expert_cost", "DOUBLE", "What an expert's answer costs"),
        Column("items", "INTEGER", "Events to be drawn from the frame, each asked `overlap` times"),
        Column("answers", "INTEGER", "Further answers to be asked of those that stay open, at most"),
        Column("checks", "INTEGER", "Expert checks that the night adds, of items of this or an earlier frame"),
        Column("half_width", "DOUBLE", "Half-width to be expected; none: too few checks for any", nullable=True),
        Column("with_items", "DOUBLE", "The same, if a tenth of the budget more went to new items", nullable=True),
        Column("with_answers", "DOUBLE", "The same, if it went to further answers", nullable=True),
        Column("with_checks", "DOUBLE", "The same, if it went to expert checks", nullable=True),
        Column(
            "known_items", "BIGINT", "Answered items of earlier frames it was learned from; below 40 a prior stands"
        ),
        Column("known_checks", "BIGINT", "Of these, items that experts had checked"),
    ),
)
