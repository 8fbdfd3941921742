"""Whoever gives feedback is an annotator, as OpenInference and everything else here has it."""

from gt_platform.lake.migrations.migration import Migration

RENAMED = [
    "ALTER TABLE feedback RENAME COLUMN rater_kind TO annotator_kind",
    "ALTER TABLE feedback RENAME COLUMN rater_id TO annotator_id",
]

MIGRATION = Migration(version=3, said="feedback has annotators, not raters", statements=lambda _: RENAMED)
