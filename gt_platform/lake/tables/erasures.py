"""What was erased: nothing of its content, but that it was, why, and by what it is known when it comes again."""

from gt_platform.lake.tables.columns import Column, Table

ERASURES = Table(
    "erasures",
    "Every erasure of a user or an item: what stood of them is emptied in every version of every table. Append-only.",
    ("erasure_id",),
    (
        Column("erasure_id", "VARCHAR", "Keyed digest of the user's or the item's id: nobody without the key can try"),
        Column("what", "VARCHAR", "user or item"),
        Column("why", "VARCHAR", "The reason that was given"),
        Column("items", "BIGINT", "Items whose content is gone"),
        Column("events", "BIGINT", "Events whose content is gone"),
        Column("key_check", "VARCHAR", "What the key makes of a fixed word: tells another key from the right one"),
        Column("erased_by", "VARCHAR", "Who had it erased, by the name of their account on the machine"),
        Column("erased_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)

ERASED = Table(
    "erased",
    "What an erasure emptied, by keyed digests of ids, which stand in the ids' place wherever these stood. What has "
    "one of them is not taken in again. Append-only.",
    ("kind", "id", "release"),
    (
        Column("kind", "VARCHAR", "user, item, event, feedback, assignment, honeypot, quarantine, rejection or audit"),
        Column("id", "VARCHAR", "Keyed digest of the id"),
        Column("release", "INTEGER", "Of a row of a release: which; else 0"),
        Column(
            "sealed",
            "VARCHAR",
            "Of a row of a release: its digest as released, sealed with the key, by which the release still verifies",
            nullable=True,
        ),
        Column("erasure_id", "VARCHAR", "The erasure"),
    ),
)
