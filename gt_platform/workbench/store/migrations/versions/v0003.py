"""Cases that experts answer on their own, before they see what annotators said."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Whoever had a case before was shown everything."""
    for name in ("blind", "opened"):
        op.add_column("cases", sa.Column(name, sa.Boolean))
    op.execute("UPDATE cases SET opened = (account_id IS NOT NULL OR state = 'ruled')")
