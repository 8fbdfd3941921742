"""The text of every version of the guidelines, of which declarations had those that a night found."""

from gt_platform.lake.migrations.migration import Migration, Tables

CREATED = """
    CREATE TABLE guidelines (guideline_version VARCHAR NOT NULL, text VARCHAR NOT NULL, seen_at TIMESTAMPTZ NOT NULL)
"""
KNOWN = """
    INSERT INTO guidelines SELECT guideline_version, arg_min(guidelines, number), min(declared_at)
    FROM declarations GROUP BY guideline_version
"""


def _statements(tables: Tables) -> list[str]:
    """A lake of before `declarations` knows none."""
    return [CREATED, KNOWN] if "declarations" in tables else []


MIGRATION = Migration(version=9, said="every version of the guidelines is kept", statements=_statements)
