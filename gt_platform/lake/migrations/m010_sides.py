"""Answers and rulings say how two answers stood side by side; of those before nobody knows."""

from gt_platform.lake.migrations.migration import Migration, Tables


def _statements(tables: Tables) -> list[str]:
    """A lake of before one of these tables gets it anew, with all of its columns."""
    return [
        f"ALTER TABLE {name} ADD COLUMN swapped BOOLEAN" for name in ("annotations", "adjudications") if name in tables
    ]


MIGRATION = Migration(version=10, said="answers say how two answers stood side by side", statements=_statements)
