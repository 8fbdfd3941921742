"""Drift keeps what a day's columns were like, which changes are dated from; accepted drifts are a new table."""

from gt_platform.lake.migrations.migration import Migration, Tables


def _statements(tables: Tables) -> list[str]:
    return ["ALTER TABLE drift ADD COLUMN profile JSON"] if "drift" in tables else []


MIGRATION = Migration(version=11, said="drift keeps profiles of its columns", statements=_statements)
