"""What all answers of a project come to together, and what they tell of who gave them: replaced by what changed."""

from gt_platform.lake.tables.columns import ANSWERS_DIGEST, ITEM_ID, Column, Table

POOL = Column(
    "pool",
    "VARCHAR",
    "Which answers were settled together: present, or the older schema they need; those to added items apart",
)

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
        Column("settled_by", "VARCHAR", "Digest of answer schema, what is true, and the software that settled it"),
        Column("items", "BIGINT", "Items with live answers"),
        Column("answers", "BIGINT", "Live answers"),
        Column("gold", "BIGINT", "Items of known truth among them"),
        Column("honeypots", "BIGINT", "Answers to honeypots beside them"),
        Column("settled_at", "TIMESTAMPTZ", "When it was last settled anew", volatile=True),
    ),
)

ANNOTATORS = Table(
    "annotators",
    "What all answers tell of each annotator: those that count, to the present schema, and those to honeypots. Whether "
    "somebody is watched or paused is in `standings`, work and times in `annotator_work`.",
    ("annotator",),
    (
        Column("annotator", "VARCHAR", "The annotator, as the backend names them"),
        Column("answers", "BIGINT", "Answers it is told from"),
        Column("gold", "BIGINT", "Of these, to items of known truth"),
        Column(
            "basis",
            "VARCHAR",
            "What they are compared with: known truth (at least half of them), others' answers, settlement (which the "
            "annotator had a part in), or none: where the distribution of answers is the truth, nobody is right",
        ),
        Column(
            "ability", "DOUBLE", "Share of right answers; of numbers, their correlation with the basis", nullable=True
        ),
        Column("low", "DOUBLE", "Lower bound of its 95 % interval", nullable=True),
        Column("high", "DOUBLE", "Upper bound of it", nullable=True),
        Column("bias", "DOUBLE", "Of numbers: how far they are above the basis on average", nullable=True),
        Column("bias_low", "DOUBLE", "Lower bound of its 95 % interval", nullable=True),
        Column("bias_high", "DOUBLE", "Upper bound of it", nullable=True),
        Column(
            "over_use",
            "JSON",
            "Of labels: by how much each is given more often than it should be, with 95 % interval: [more, low, high]",
            nullable=True,
        ),
        Column(
            "confusion",
            "JSON",
            "Of labels: answers by what the truth is expected to be: {truth: {answer: how many}}",
            nullable=True,
        ),
    ),
)
