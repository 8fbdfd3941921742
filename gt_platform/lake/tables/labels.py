"""What is asked of people, what they answer, what reviewers rule, and what experts are asked to check."""

from gt_platform.lake.tables.columns import ANSWER, EVENT_ID, GUIDELINE, ITEM_ID, SCHEMA_VERSION, Column, Table

ASSIGNMENTS = Table(
    "assignments",
    "One item asked of one annotator. An item that has its answers is asked again only where they are too weak, were "
    "set aside, or the guidelines changed.",
    ("assignment_id",),
    (
        Column("assignment_id", "VARCHAR", "Digest of item, slot, guideline and schema version, and of a later round"),
        ITEM_ID,
        Column("slot", "INTEGER", "1 … overlap, and more where more were needed: which of the round's answers this is"),
        Column("input", "JSON", "What the annotator is shown"),
        Column("backend", "VARCHAR", "The labeling backend that asks it"),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("assigned_at", "TIMESTAMPTZ", "When it was made", volatile=True),
        Column(
            "round",
            "INTEGER",
            "1 or none when first asked, one more each time it was asked anew; the latest counts. Below 0: `retests`",
            nullable=True,
        ),
        Column("priority", "INTEGER", "0 to 2: the higher, the sooner it is asked", nullable=True, volatile=True),
        Column("requires", "JSON", 'Abilities its annotator must have: ["language:de"]', nullable=True, volatile=True),
        Column("suggestion", "JSON", "The model's answer, where the project shows it", nullable=True, volatile=True),
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
        Column("seconds", "DOUBLE", "How long it took, where the backend measures it", nullable=True),
        Column("suggested", "BOOLEAN", "Whether the annotator saw the suggestion", nullable=True),
        Column("remark", "VARCHAR", "Why the backend thinks that a reviewer should look at it", nullable=True),
        Column("swapped", "BOOLEAN", "Of two answers side by side: whether A was the second", nullable=True),
    ),
)

REJECTIONS = Table(
    "rejections",
    "Answers and rulings that were handed in and not taken: invalid, not asked for, or a second one. Kept with the "
    "reason.",
    ("rejection_id",),
    (
        Column("rejection_id", "VARCHAR", "Digest of what was handed in"),
        Column(
            "reason",
            "VARCHAR",
            "answer, unknown_assignment, same_annotator, already_answered, unknown_case, or a format reason",
        ),
        Column("detail", "VARCHAR", "What exactly was wrong and what is allowed"),
        Column("raw", "JSON", "What was handed in"),
        Column("rejected_at", "TIMESTAMPTZ", "When the platform saw it", volatile=True),
    ),
)

ADJUDICATIONS = Table(
    "adjudications",
    "Reviewers' rulings on items that wait for one, and experts' answers to those drawn in `expert_checks`, from the "
    "labeling backend or from `gt adjudicate`. Append-only.",
    ("item_id", "answers_digest"),
    (
        ITEM_ID,
        Column(
            "answers_digest",
            "VARCHAR",
            "Digest of the annotations ruled on, or the honeypot that most people contradicted",
        ),
        ANSWER,
        Column("adjudicator", "VARCHAR", "Who ruled"),
        Column("reasoning", "VARCHAR", "Why", nullable=True),
        GUIDELINE,
        SCHEMA_VERSION,
        Column("ruled_at", "TIMESTAMPTZ", "When it was entered", volatile=True),
        Column(
            "blind",
            "BOOLEAN",
            "Whether it was given without having seen annotators' answers: only such correct scores",
            nullable=True,
        ),
        Column("swapped", "BOOLEAN", "Of two answers side by side: whether A was the second", nullable=True),
    ),
)

EXPERT_CHECKS = Table(
    "expert_checks",
    "Items whose annotators' answers are in, with the chance of having been given to an expert to be answered blind: "
    "what scores are corrected by. A row each time the chance rose; the latest wave of an item stands. Append-only.",
    ("item_id", "wave"),
    (
        ITEM_ID,
        Column("wave", "INTEGER", "1 for the first draw of the project, then counting up; 0 if asked for"),
        EVENT_ID,
        Column("cell", "VARCHAR", "How annotators voted, and what the model put out beside what they say"),
        Column("pattern", "VARCHAR", "How annotators voted: unanimous, strong, split, or undecided"),
        Column("consensus", "JSON", "What their answers had come to; none where that was nothing", nullable=True),
        Column(
            "inclusion_probability",
            "DOUBLE",
            "Chance of having been drawn by this wave: the highest so far; none in wave 0",
        ),
        Column("drawn", "BOOLEAN", "Whether it was drawn, in this wave or before"),
        Column("drawn_at", "TIMESTAMPTZ", "When the wave was drawn", volatile=True),
    ),
)

RETESTS = Table(
    "retests",
    "Assignments that ask settled items again, blind, to see whether their truth would still be the same: their "
    "answers settle nothing. Append-only.",
    ("assignment_id",),
    (
        Column("assignment_id", "VARCHAR", "The assignment; its round is below 0"),
        ITEM_ID,
        Column("decision_id", "VARCHAR", "The decision that is tried"),
        Column("truth", "JSON", "What was true then"),
        Column("asked_at", "TIMESTAMPTZ", "When it was drawn", volatile=True),
    ),
)

EDGE_CASES = Table(
    "edge_cases",
    "What the guidelines do not cover, as people found it: the list to work through when they are next revised.",
    ("edge_case_id",),
    (
        Column("edge_case_id", "VARCHAR", "Digest of item, note, guidelines and who raised it"),
        ITEM_ID,
        Column("note", "VARCHAR", "What the guidelines do not say"),
        Column("raised_by", "VARCHAR", "The reviewer who ruled on the item, or the annotator who skipped it"),
        GUIDELINE,
        Column("raised_at", "TIMESTAMPTZ", "When it was raised, as the backend says", volatile=True),
    ),
)
