"""How candidates stand: their scores, by how much they are better than another, and what the gate said."""

from gt_platform.lake.tables.candidates import CANDIDATE
from gt_platform.lake.tables.columns import ITEM_ID, Column, Table

RELEASE = Column("release", "INTEGER", "The release they are held against")
ESTIMAND = Column(
    "estimand",
    "VARCHAR",
    "production: all sampled traffic, by design; benchmark: the held-out items, each once; adversarial, hand_made: the "
    "items that were added so, each once",
)
METRIC = Column("metric", "VARCHAR", "The metric, as in `scores`")
LABEL = Column("label", "VARCHAR", "The class a per-class metric is about, else '*'")
SLICE = Column("slice", "VARCHAR", "attribute=value, or '*' for everything")
AGAINST = Column("against", "VARCHAR", "Whose truth it is held against: experts or annotators")

CANDIDATE_SCORES = Table(
    "candidate_scores",
    "Metrics of every candidate, and of production beside them, on the same items of each release: of those whose "
    "truth nobody may train with.",
    ("release", "candidate", "estimand", "metric", "label", "slice"),
    (
        RELEASE,
        CANDIDATE,
        ESTIMAND,
        METRIC,
        LABEL,
        SLICE,
        Column("estimate", "DOUBLE", "The score; none without enough evidence", nullable=True),
        Column("low", "DOUBLE", "Lower bound of the 95 % interval", nullable=True),
        Column("high", "DOUBLE", "Upper bound of the 95 % interval", nullable=True),
        Column("standard_error", "DOUBLE", "Its standard error, all that is unknown in it", nullable=True),
        Column("n", "BIGINT", "Labeled events, or items, that have a part in it"),
        Column("missing", "BIGINT", "Of the slice's, those it has no output for: they count as wrong"),
        Column("n_invalid", "BIGINT", "Of the n, those whose output is no valid answer: they count as wrong, too"),
        Column("population", "BIGINT", "Events it speaks for, or items"),
        Column("method", "VARCHAR", "Estimator and interval"),
        AGAINST,
        Column("sampling_share", "DOUBLE", "Share of its variance that is sampling's, not labels'", nullable=True),
    ),
)

COMPARISONS = Table(
    "comparisons",
    "By how much each candidate differs from the baseline on the same items, paired, with the verdicts on it.",
    ("release", "candidate", "baseline", "estimand", "metric", "label", "slice"),
    (
        RELEASE,
        CANDIDATE,
        Column("baseline", "VARCHAR", "Whom it is compared with: production, or a candidate"),
        ESTIMAND,
        METRIC,
        LABEL,
        SLICE,
        Column("difference", "DOUBLE", "The candidate's value less the baseline's"),
        Column("low", "DOUBLE", "Lower bound of its 95 % interval; none where too few items differ", nullable=True),
        Column("high", "DOUBLE", "Upper bound", nullable=True),
        Column("standard_error", "DOUBLE", "Its standard error, labels' part included", nullable=True),
        Column("n", "BIGINT", "Labeled events, or items, it rests on"),
        Column("lost", "BIGINT", "Of them, right by the baseline and wrong by the candidate, or less right"),
        Column("gained", "BIGINT", "The other way round"),
        Column("p_value", "DOUBLE", "Of no difference, two-sided", nullable=True),
        Column("family", "VARCHAR", "primary: what the gate decides by; exploratory: everything else"),
        Column(
            "adjusted", "DOUBLE", "The p-value after Holm among primary ones, Benjamini-Hochberg else", nullable=True
        ),
        Column("superiority", "VARCHAR", "better, worse or insufficient_evidence, by `adjusted` at 5 %"),
        Column("margin", "DOUBLE", "By how much it may be worse, where that is declared", nullable=True),
        Column(
            "non_inferiority",
            "VARCHAR",
            "pass: surely not worse by more than the margin; fail: surely so; insufficient_evidence; none: no margin",
        ),
        Column("needed", "BIGINT", "About how many more labeled items would decide it", nullable=True),
        AGAINST,
    ),
)

GATES = Table(
    "gates",
    "Every time a candidate was held to the gate on a release. Append-only; the same again on the same evidence is one "
    "look.",
    ("candidate", "baseline", "look"),
    (
        CANDIDATE,
        Column("baseline", "VARCHAR", "Whom it was compared with"),
        Column("look", "INTEGER", "1 for the first, then counting up: later looks ask for more"),
        RELEASE,
        Column("evidence", "VARCHAR", "Digest of what was compared: outputs, truth, margins"),
        Column("level", "DOUBLE", "Level of the intervals that decided"),
        Column("verdict", "VARCHAR", "pass, fail or insufficient_evidence"),
        Column("reasons", "JSON", "Why: each primary comparison, and how many pinned items are wrong"),
        Column("gated_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)

PINS = Table(
    "pins",
    "Items that every candidate must get right, or no longer must. Append-only; the latest of an item counts.",
    ("number",),
    (
        Column("number", "INTEGER", "1, 2, 3, … in the order they were given"),
        ITEM_ID,
        Column("pinned", "BOOLEAN", "Whether it is, from then on"),
        Column("why", "VARCHAR", "The reason that was given"),
        Column("given_by", "VARCHAR", "Who said so"),
        Column("given_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)
