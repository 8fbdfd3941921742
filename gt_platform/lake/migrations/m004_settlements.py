"""Decisions say why they were revised, truth carries shares; `annotators` was a view, and is to be a table."""

from gt_platform.lake.migrations.migration import Migration

ADDED = [
    "ALTER TABLE decisions ADD COLUMN revised VARCHAR",
    "ALTER TABLE ground_truth ADD COLUMN soft JSON",
    "DROP VIEW IF EXISTS annotators",
]

MIGRATION = Migration(version=4, said="all answers are settled together", statements=lambda _: ADDED)
