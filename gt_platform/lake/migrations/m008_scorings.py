"""The lake says which snapshot has a release's scores: a new table, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=8, said="scorings name their snapshots", statements=lambda _: [])
