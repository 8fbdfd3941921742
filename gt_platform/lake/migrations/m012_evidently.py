"""Verdicts say what Evidently itself decides; of those before nobody knows."""

from gt_platform.lake.migrations.migration import Migration, Tables

ADDED = ("evidently_method VARCHAR", "evidently_value DOUBLE", "evidently_drift BOOLEAN")


def _statements(tables: Tables) -> list[str]:
    """A lake of before `drift` gets it anew, with all of its columns."""
    return [f"ALTER TABLE drift ADD COLUMN {column}" for column in ADDED] if "drift" in tables else []


MIGRATION = Migration(version=12, said="verdicts say what Evidently decides", statements=_statements)
