"""Which guidelines stood beside an answer or a ruling, and the text of each."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Of what was answered before, nobody knows."""
    op.create_table(
        "guidelines",
        sa.Column("project", sa.String(64), primary_key=True),
        sa.Column("version", sa.String(32), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    for table in ("tasks", "cases"):
        op.add_column(table, sa.Column("guideline", sa.String(32)))
