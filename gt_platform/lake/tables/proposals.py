"""What users' corrections mean, and what reviewers make of them."""

from gt_platform.lake.tables.columns import ITEM_ID, Column, Table

PROPOSAL_VERDICTS = Table(
    "proposal_verdicts",
    "What reviewers made of the corrections that feedback proposes; `proposals` has those that wait besides. "
    "Append-only: a proposal is decided once, and of an item all that say the same are decided together.",
    ("feedback_id",),
    (
        Column("feedback_id", "VARCHAR", "The correction"),
        ITEM_ID,
        Column(
            "verdict",
            "VARCHAR",
            "accepted: it became truth; edited: something else did; refused: nothing did; superseded: another "
            "proposal that was shown beside it was accepted",
        ),
        Column("answer", "JSON", "What became truth", nullable=True),
        Column("decision_id", "VARCHAR", "The decision by which it did", nullable=True),
        Column("along_with", "VARCHAR", "The correction that was decided, and this one with it", nullable=True),
        Column("reason", "VARCHAR", "Why, in the reviewer's words", nullable=True),
        Column("decided_by", "VARCHAR", "The reviewer"),
        Column("decided_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)

MEANINGS = Table(
    "meanings",
    "What corrections and declared outcomes say, as the project's kind of answers reads them, and whether that is what "
    "is true: the order of choices is none, and a number within the tolerance is the same. As of the latest fold.",
    ("feedback_id",),
    (
        Column("feedback_id", "VARCHAR", "The correction or outcome"),
        Column("answer", "JSON", "What it says, as the kind writes it; none where that is no answer", nullable=True),
        Column("differs", "BOOLEAN", "Of a correction: whether the output means something else", nullable=True),
        Column("truth", "JSON", "The truth of its item that it was held against", nullable=True),
        Column("agrees", "BOOLEAN", "Whether it means the same", nullable=True),
    ),
)
