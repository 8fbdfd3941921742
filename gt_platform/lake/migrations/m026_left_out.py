"""Events that a declared design leaves out of a draw are in a new table, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=26, said="events that may not be drawn are kept apart", statements=lambda _: [])
