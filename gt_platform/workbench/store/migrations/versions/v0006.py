"""Pauses that leads decide, which no briefing takes back."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nobody is paused by a lead at first."""
    op.create_table(
        "pauses",
        sa.Column("project", sa.String(64), primary_key=True),
        sa.Column("annotator", sa.String(80), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
