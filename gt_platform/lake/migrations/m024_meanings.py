"""What corrections mean is in a new table, which older lakes get empty, and the next fold fills."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=24, said="corrections are compared by what they mean", statements=lambda _: [])
