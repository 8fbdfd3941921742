"""What was erased is on record: two new tables, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=18, said="people and items can be erased", statements=lambda _: [])
