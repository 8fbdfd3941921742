"""How candidates stand, beside each other and at the gate, is in four new tables, which older lakes get empty."""

from gt_platform.lake.migrations.migration import Migration

MIGRATION = Migration(version=20, said="candidates are scored, compared and gated", statements=lambda _: [])
