"""Links by which people choose their passwords themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nobody is invited at first."""
    op.create_table(
        "invitations",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.account_id"), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
    )
