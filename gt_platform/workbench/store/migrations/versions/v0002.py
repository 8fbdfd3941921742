"""Whoever may sign in has an account: some are annotators, others review, lead, or are programs."""

from alembic import op

revision = "0002"
down_revision = "0001"

REFERRING = "accounts", "sessions", "batches", "tasks", "cases", "put_backs"


def upgrade() -> None:
    """Rename the table and its key, which both databases carry into all that refers to them, and two indexes."""
    op.rename_table("persons", "accounts")
    for table in REFERRING:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN person_id TO account_id")
    op.drop_index("ix_sessions_person_id", "sessions")
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.drop_index("tasks_of_person", "tasks")
    op.create_index("tasks_of_annotator", "tasks", ["project", "account_id", "item_id"])
