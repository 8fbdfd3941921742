"""How people's work is checked: honeypots, standings, answers set aside, truth gone stale, and the backend's audit."""

from gt_platform.lake.tables.columns import ANSWER, ITEM_ID, Column, Table

HONEYPOTS = Table(
    "honeypots",
    "Items of known truth mixed into people's work to see how well they do. Append-only; which are in use follows "
    "from their age, their answers and whether their truth still stands.",
    ("honeypot_id",),
    (
        Column("honeypot_id", "VARCHAR", "Digest of item and decision; a random-looking id like any assignment's"),
        ITEM_ID,
        Column("input", "JSON", "What is shown"),
        Column("truth", "JSON", "The known answer, never sent to an annotator"),
        Column("stratum", "VARCHAR", "Its label, and whether people agreed on it: exposures are balanced over these"),
        Column("decision_id", "VARCHAR", "The decision that its truth comes from"),
        Column("requires", "JSON", "Abilities its annotator must have", nullable=True, volatile=True),
        Column("suggestion", "JSON", "The model's answer, where the project shows it", nullable=True, volatile=True),
        Column("injected_at", "TIMESTAMPTZ", "When it was put to use", volatile=True),
    ),
)

HONEYPOT_ANSWERS = Table(
    "honeypot_answers",
    "The first answer of each annotator to each honeypot. They judge annotators and settle nothing. Append-only.",
    ("honeypot_id", "annotator"),
    (
        Column("honeypot_id", "VARCHAR", "The honeypot"),
        Column("annotator", "VARCHAR", "Who answered, as the backend names them"),
        ANSWER,
        Column("truth", "JSON", "What was known at the time"),
        Column("correct", "BOOLEAN", "Whether the answer agrees with it"),
        Column("comment", "VARCHAR", "The annotator's remark", nullable=True),
        Column("seconds", "DOUBLE", "How long it took, where the backend measures it", nullable=True),
        Column("submitted_at", "TIMESTAMPTZ", "When it was handed in, as the backend says", nullable=True),
        Column("collected_at", "TIMESTAMPTZ", "When the platform took it in", volatile=True),
    ),
)

STANDINGS = Table(
    "standings",
    "What was thought of each annotator, a row each time they had answered more or their state changed. Append-only; "
    "the latest revision stands.",
    ("annotator", "revision"),
    (
        Column("annotator", "VARCHAR", "The annotator, as the backend names them"),
        Column("revision", "INTEGER", "1 for the first, then counting up"),
        Column("state", "VARCHAR", "onboarding, active, watched or paused"),
        Column("reason", "VARCHAR", "Why, in words"),
        Column("answers", "BIGINT", "Annotations they had given by then"),
        Column("honeypots", "BIGINT", "Honeypots they had answered by then"),
        Column("basis", "VARCHAR", "What they were judged by: truth (honeypots), others' answers, or none"),
        Column("share", "DOUBLE", "Share of right answers; for numbers, their correlation", nullable=True),
        Column("low", "DOUBLE", "Lower bound of its 95 % interval", nullable=True),
        Column("high", "DOUBLE", "Upper bound of its 95 % interval", nullable=True),
        Column("n", "BIGINT", "Answers behind the share"),
        Column("judged_at", "TIMESTAMPTZ", "When it was computed", volatile=True),
    ),
)

EXCLUSIONS = Table(
    "exclusions",
    "Annotations that were set aside after they were taken, with the reason; their items are asked again. Append-only.",
    ("assignment_id",),
    (
        Column("assignment_id", "VARCHAR", "The assignment whose annotation no longer counts"),
        Column("annotator", "VARCHAR", "Who gave it"),
        Column("reason", "VARCHAR", "Why, in words"),
        Column("excluded_at", "TIMESTAMPTZ", "When it was set aside", volatile=True),
    ),
)

STALE = Table(
    "stale",
    "Truth that was decided under other guidelines, or that the answer schema no longer allows. It stands until new "
    "answers settle. Append-only.",
    ("decision_id", "guideline_version", "schema_version"),
    (
        Column("decision_id", "VARCHAR", "The decision that went stale"),
        ITEM_ID,
        Column("guideline_version", "VARCHAR", "Digest of the guidelines that made it stale"),
        Column("schema_version", "VARCHAR", "Digest of the question and answer schema that made it stale"),
        Column("decided_under", "VARCHAR", "Digest of the guidelines it was decided under"),
        Column("asked_again", "BOOLEAN", "Whether its item was asked again"),
        Column("reason", "VARCHAR", "What went stale, and why it was asked again or not"),
        Column("marked_at", "TIMESTAMPTZ", "When it was found", volatile=True),
        Column(
            "inclusion_probability",
            "DOUBLE",
            "Of an item that no changed rule touches: the chance with which it was asked again to see whether so",
            nullable=True,
        ),
    ),
)

AUDIT = Table(
    "audit",
    "Everything people did in the labeling backend, copied from its own append-only audit.",
    ("backend", "number"),
    (
        Column("backend", "VARCHAR", "The labeling backend"),
        Column("number", "BIGINT", "Counts up within a backend"),
        Column("at", "TIMESTAMPTZ", "When it happened"),
        Column("who", "VARCHAR", "Who did it, as the backend names them"),
        Column("did", "VARCHAR", "What was done"),
        Column("about", "VARCHAR", "To what", nullable=True),
        Column("detail", "JSON", "What else is known of it"),
    ),
)
