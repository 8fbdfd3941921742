"""Which items are alike, what is kept from training, and which training files have it all the same."""

from gt_platform.lake.tables.columns import ITEM_ID, Column, Table

DUPLICATES = Table(
    "duplicates",
    "Every item, and the group of near-duplicates it is in: texts that differ in case, space and punctuation, or in "
    "few of their words; pictures that look the same. It follows from `items` alone.",
    ("item_id",),
    (
        ITEM_ID,
        Column(
            "duplicate_group",
            "VARCHAR",
            "The first of the items it is linked with by likeness, by id; none where it is like no other",
            nullable=True,
        ),
        Column(
            "similarity",
            "DOUBLE",
            "Share of its words that it has in common with that first item, in order: less than that of near ones "
            "where others link the two",
            nullable=True,
        ),
        Column("how", "VARCHAR", "How it is like that one: exact, normalised, near or picture", nullable=True),
        Column("words_digest", "VARCHAR", "The same for texts of the same words"),
        Column("sketch", "BLOB", "Digests of some of its pairs of words, which near ones are found by"),
        Column("rules", "VARCHAR", "Digest of how items are compared"),
    ),
)

SPLITS = Table(
    "splits",
    "The declared splits: drawn by groups of near-duplicates, in proportion to labels and slices. What `gt splits "
    "freeze` froze stays where it is; the rest follows from truth, groups and declaration.",
    ("item_id",),
    (
        ITEM_ID,
        Column("split", "VARCHAR", "test, evaluation, train, …, as declared"),
        Column("held_out", "BOOLEAN", "Whether it is kept from training: every split but train and validation is"),
        Column(
            "withheld_for",
            "VARCHAR",
            "Of an item to train on: the held-out split that a near-duplicate of it lies in, for which it is left out",
            nullable=True,
        ),
        Column("since", "INTEGER", "The release it was frozen at; none while it may still move", nullable=True),
        Column("frozen_at", "TIMESTAMPTZ", "When it was frozen", nullable=True, volatile=True),
    ),
)

TRAINING_FILES = Table(
    "training_files",
    "Files that somebody trains on, as `gt contamination` last searched them for the benchmark.",
    ("path",),
    (
        Column("path", "VARCHAR", "Where it lay"),
        Column("sha256", "VARCHAR", "Digest of its bytes"),
        Column("bytes", "BIGINT", "Its size"),
        Column("records", "BIGINT", "Lines, rows or values in it"),
        Column("looked_for", "VARCHAR", "The items that were looked for: held-out splits, or all truth"),
        Column("items", "BIGINT", "How many these were"),
        Column("exact", "BIGINT", "Of these, found letter for letter"),
        Column("normalised", "BIGINT", "Found but for case, space and punctuation"),
        Column("near", "BIGINT", "Found with some words changed"),
        Column("searched_by", "VARCHAR", "Who had it searched, by the name of their account on the machine"),
        Column("searched_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)

CONTAMINATIONS = Table(
    "contaminations",
    "Items of the benchmark that lie in files that somebody trains on, each where it is most itself.",
    ("path", "item_id"),
    (
        Column("path", "VARCHAR", "The training file"),
        ITEM_ID,
        Column("line", "BIGINT", "The line or row in it, from 1"),
        Column("similarity", "DOUBLE", "Share of the item's words found there, in order"),
        Column("kind", "VARCHAR", "exact, normalised or near"),
        Column("lines", "BIGINT", "In how many lines or rows it was found"),
    ),
)
