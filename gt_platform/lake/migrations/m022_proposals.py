"""What reviewers make of users' corrections is in a new table, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=22, said="users' corrections are proposals", statements=lambda _: [])
