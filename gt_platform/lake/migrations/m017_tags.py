"""Releases have tags, roles and notes, a new table which older lakes get empty; and the changelog says what decided."""

from gt_platform.lake.migrations.migration import Migration, Tables

ADDED = (
    "ALTER TABLE changelog ADD COLUMN status VARCHAR",
    "ALTER TABLE changelog ADD COLUMN category VARCHAR",
)


def _statements(tables: Tables) -> list[str]:
    return list(ADDED) if "changelog" in tables else []


MIGRATION = Migration(version=17, said="releases have tags, roles and notes", statements=_statements)
