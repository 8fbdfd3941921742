"""How two answers stood side by side when one was preferred."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Of what was answered before, nobody knows."""
    for table in ("tasks", "cases"):
        op.add_column(table, sa.Column("swapped", sa.Boolean))
