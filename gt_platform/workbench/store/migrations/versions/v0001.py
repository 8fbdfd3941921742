"""The schema of version 0.1.0, whose stores bear no number: they are given this one as they are.

A new store is made from `tables.py` and starts at the newest revision, so nothing is ever made from here. What a store
of this revision looks like is kept in `tests/fixtures/0.1.0/workbench/`.
"""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing comes before this."""
