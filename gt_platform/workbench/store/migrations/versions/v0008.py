"""Who has read which version of the guidelines."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Of what was read before, nobody said so."""
    op.create_table(
        "readings",
        sa.Column("project", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.account_id"), primary_key=True),
        sa.Column("version", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
