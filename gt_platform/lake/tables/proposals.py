"""What reviewers make of corrections that users propose."""

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
