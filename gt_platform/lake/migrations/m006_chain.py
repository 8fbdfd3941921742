"""Releases say what their bundle's manifest is and who signed it; the chain of commits begins with what is there."""

from gt_platform.lake.migrations.migration import Migration

ADDED = [
    "ALTER TABLE releases ADD COLUMN manifest_digest VARCHAR",
    "ALTER TABLE releases ADD COLUMN public_key VARCHAR",
]

MIGRATION = Migration(version=6, said="commits are chained, bundles signed", statements=lambda _: ADDED)
