"""What the project declared when, so that SQL can ask what a score was held against and what a day might cost."""

from gt_platform.lake.tables.columns import GUIDELINE, SCHEMA_VERSION, Column, Table

GUIDELINES = Table(
    "guidelines",
    "Every text of guidelines that was in force when a night declared it, or that stood beside somebody's answer. "
    "Append-only.",
    ("guideline_version",),
    (
        GUIDELINE,
        Column("text", "VARCHAR", "The guidelines as annotators read them"),
        Column("seen_at", "TIMESTAMPTZ", "When the platform first saw them", volatile=True),
    ),
)
DECLARATIONS = Table(
    "declarations",
    "What the project declares: a row each time a night found it changed. Append-only; the latest number is in force.",
    ("number",),
    (
        Column("number", "INTEGER", "1 for the first, then counting up"),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("design", "VARCHAR", "Name and digest of the sampling design; `sample` says which one drew a row"),
        Column("question", "VARCHAR", "What is asked of each event"),
        Column("kind", "VARCHAR", "The answer kind"),
        Column("labels", "JSON", "The labels with their meanings, where the kind has some", nullable=True),
        Column("start", "DATE", "The first frame day; weeks are counted from it"),
        Column("metric", "VARCHAR", "The headline metric: the score gate's, else the first of the benchmark"),
        Column("attributes", "JSON", "The attributes that have scores of their own"),
        Column("budget", "INTEGER", "Events drawn per frame"),
        Column("overlap", "INTEGER", "Answers asked of an item, to begin with"),
        Column("maximum", "INTEGER", "Answers of an item at most, where more may be asked", nullable=True),
        Column("score_at_least", "DOUBLE", "Score gate: what the production score must not fall below", nullable=True),
        Column("score_at_most", "DOUBLE", "Score gate: what it must not rise above", nullable=True),
        Column(
            "agreement_gate",
            "DOUBLE",
            "Lowest share of agreeing pairs of answers; a coefficient is in `declared`",
            nullable=True,
        ),
        Column("quarantined_gate", "DOUBLE", "Highest share of a day's lines in quarantine"),
        Column("declared", "JSON", "All of project.yaml, defaults filled in"),
        Column("guidelines", "VARCHAR", "The guidelines as annotators read them"),
        Column("declared_at", "TIMESTAMPTZ", "When a night first found it so", volatile=True),
    ),
)
