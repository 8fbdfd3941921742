"""What can have a truth, and what was known of it when it was brought along."""

from gt_platform.lake.tables.columns import ANSWER, ITEM_ID, Column, Table

CONTENT = """CASE WHEN $judged THEN concat('{"input":', input, ',"output":', output, '}') ELSE input END"""
"""SQL: what an event asks people, which its item's id is the digest of, but with keys in the order they came in; an
object is put together as text, to the letter."""

ATTRIBUTES = """CASE WHEN i.attributes IS NULL OR i.source IS NULL THEN e.attributes
                ELSE json_merge_patch(e.attributes, i.attributes) END"""
"""SQL: what an item i has, once it is known by an event e: what it was imported with stands above that. A patch that is
missing would leave nothing."""

SETS = ("adversarial", "hand_made")
"""Origins of items that somebody added to measure by: each a set of its own, and no part of production's sample."""

ACTIVE_LEARNING = "active_learning"
"""The origin of items that were chosen to train on (`sampling.active_learning`): measured by in nothing."""

ITEMS = Table(
    "items",
    "Everything that was ever drawn to be asked, imported with its truth, added by hand or corrected by a user whom a "
    "reviewer followed: an item needs no event.",
    ("item_id",),
    (
        ITEM_ID,
        Column("input", "JSON", "What annotators are shown"),
        Column(
            "origin",
            "VARCHAR",
            "event (it was drawn from production, imported besides or not), import, feedback (never drawn: a user's "
            "correction was followed), adversarial, hand_made (`gt items add`: sets of their own), active_learning "
            "(`sampling.active_learning`: chosen to train on), synthetic",
        ),
        Column("source", "VARCHAR", "Where the first file that had it said it is from", nullable=True),
        Column(
            "attributes",
            "JSON",
            "What is known of it: the attributes of its first event, and over them the metadata it was imported or "
            "added with",
            nullable=True,
        ),
        Column("event_id", "VARCHAR", "The first event it was drawn by, by frame and id", nullable=True),
        Column("first_frame", "DATE", "The frame of that event", nullable=True),
        Column("first_seen", "TIMESTAMPTZ", "When it became an item", volatile=True),
    ),
)

IMPORTS = Table(
    "imports",
    "Every record of truth that was imported, as it was given; `decisions` say what became of it. Append-only: a "
    "record that comes again, in whatever file, is the same row.",
    ("import_id",),
    (
        Column("import_id", "VARCHAR", "Digest of source, item, and all that was given of it"),
        ITEM_ID,
        Column("source", "VARCHAR", "Where it is from, as whoever imported it said"),
        Column("record_id", "VARCHAR", "What the record called itself", nullable=True),
        ANSWER,
        Column("variants", "JSON", "Answers that the record says are as good", nullable=True),
        Column("metadata", "JSON", "What else was known: difficulty, category, language", nullable=True),
        Column("annotator", "VARCHAR", "Who had answered, by a code", nullable=True),
        Column("confidence", "DOUBLE", "How sure they were, 0 to 1", nullable=True),
        Column("seconds", "DOUBLE", "How long it took them", nullable=True),
        Column("annotated_at", "TIMESTAMPTZ", "When they answered", nullable=True),
        Column("file_sha256", "VARCHAR", "Digest of the file it first came in", volatile=True),
        Column("line", "BIGINT", "Its line or row in that file, from 1", volatile=True),
        Column("imported_by", "VARCHAR", "Who imported it", volatile=True),
        Column("imported_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)
