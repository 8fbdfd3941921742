"""What is asked of people and what they answer."""

from gt_platform.lake.tables.columns import ANSWER, GUIDELINE, ITEM_ID, SCHEMA_VERSION, Column, Table

ASSIGNMENTS = Table(
    "assignments",
    "One item asked of one annotator. An item that has its answers is not asked again.",
    ("assignment_id",),
    (
        Column("assignment_id", "VARCHAR", "Digest of item, slot, guideline and schema version"),
        ITEM_ID,
        Column("slot", "INTEGER", "1 … overlap: which of the item's answers this is"),
        Column("input", "JSON", "What the annotator is shown"),
        Column("backend", "VARCHAR", "The labeling backend that asks it"),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("assigned_at", "TIMESTAMPTZ", "When it was made", volatile=True),
    ),
)

ANNOTATIONS = Table(
    "annotations",
    "One annotator's answer to one assignment. Append-only.",
    ("assignment_id",),
    (
        Column("assignment_id", "VARCHAR", "The assignment it answers"),
        ITEM_ID,
        Column("annotator", "VARCHAR", "Who answered, as the backend names them"),
        ANSWER,
        Column("comment", "VARCHAR", "The annotator's remark", nullable=True),
        Column("submitted_at", "TIMESTAMPTZ", "When it was handed in, as the backend says", nullable=True),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("collected_at", "TIMESTAMPTZ", "When the platform took it in", volatile=True),
    ),
)

REJECTIONS = Table(
    "rejections",
    "Answers that were handed in and not taken: invalid, not asked for, or a second one. Kept with the reason.",
    ("rejection_id",),
    (
        Column("rejection_id", "VARCHAR", "Digest of what was handed in"),
        Column("reason", "VARCHAR", "answer, unknown_assignment, same_annotator, already_answered, or a format reason"),
        Column("detail", "VARCHAR", "What exactly was wrong and what is allowed"),
        Column("raw", "JSON", "What was handed in"),
        Column("rejected_at", "TIMESTAMPTZ", "When the platform saw it", volatile=True),
    ),
)

ADJUDICATIONS = Table(
    "adjudications",
    "Rulings on items whose answers tied, filled by an engineer with `gt adjudicate`. Append-only.",
    ("item_id", "answers_digest"),
    (
        ITEM_ID,
        Column("answers_digest", "VARCHAR", "Digest of the annotations that were ruled on"),
        ANSWER,
        Column("adjudicator", "VARCHAR", "Who ruled"),
        Column("reasoning", "VARCHAR", "Why", nullable=True),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("ruled_at", "TIMESTAMPTZ", "When it was entered", volatile=True),
    ),
)
