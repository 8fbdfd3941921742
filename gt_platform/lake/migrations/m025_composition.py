"""What a declared design asked of each frame is in a new table, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=25, said="a draw's quotas are kept with what they came to", statements=lambda _: [])
