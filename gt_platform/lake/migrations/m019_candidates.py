"""Predictions of candidates, and the runs that brought them, are two new tables, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=19, said="candidates have predictions", statements=lambda _: [])
