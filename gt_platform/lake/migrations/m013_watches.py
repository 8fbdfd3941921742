"""Volume, feedback, calibration, prevalence and concepts are watched: two new tables, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=13, said="what else is watched has verdicts", statements=lambda _: [])
