"""Further draws from frames, for late flags, are noted in a new table, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=21, said="late flags open a further phase of their frame", statements=lambda _: [])
