"""What all answers of a project come to together, and what they tell of who gave them: replaced by what changed."""

from gt_platform.lake.tables.columns import ANSWERS_DIGEST, ITEM_ID, Column, Table

POOL = Column("pool", "VARCHAR", "Which answers were settled together: present, or the older schema they need")

SETTLEMENTS = Table(
    "settlements",
    "What the live answers to each item come to, by all answers there are now. `decisions` follow from it; it says "
    "nothing of rulings but where they are known to it, and of nights past nothing at all.",
    ("item_id",),
    (
        ITEM_ID,
        POOL,
        Column("leading_answer", "JSON", "The answer that leads, settled or not", nullable=True),
        Column("settled", "BOOLEAN", "Whether it leads clearly enough to settle the item"),
        Column("confidence", "DOUBLE", "How sure the leading answer is, 0 to 1: see confidence_is", nullable=True),
        Column(
            "confidence_is",
            "VARCHAR",
            "What the confidence is: 'probability' where known truth calibrates it, else 'share of votes'",
        ),
        Column("soft", "JSON", "Every answer with its probability, or its share of the votes", nullable=True),
        Column("votes", "JSON", "Every answer with how many gave it"),
        Column("method", "VARCHAR", "How it was settled, and the evidence for settling it so"),
        Column("reason", "VARCHAR", "Why it is not settled", nullable=True),
        Column("answers", "INTEGER", "How many annotations it rests on"),
        ANSWERS_DIGEST,
    ),
)

POOLS = Table(
    "pools",
    "What is settled together, a row a pool: digests of all that its settlement follows from, so that a night without "
    "news settles nothing anew.",
    ("pool",),
    (
        POOL,
        Column("answers_digest", "VARCHAR", "Digest of its live answers, and of those to honeypots"),
        Column("gold_digest", "VARCHAR", "Digest of the truth known of its items: rulings and imported truth"),
        Column("settled_by", "VARCHAR", "Digest of the answer schema and of the software that settled it"),
        Column("items", "BIGINT", "Items with live answers"),
        Column("answers", "BIGINT", "Live answers"),
        Column("gold", "BIGINT", "Items of known truth among them"),
        Column("honeypots", "BIGINT", "Answers to honeypots beside them"),
        Column("settled_at", "TIMESTAMPTZ", "When it was last settled anew", volatile=True),
    ),
)
