"""Scores say their standard error; of those before, the next night says it."""

from gt_platform.lake.migrations.migration import Migration, Tables


def _statements(tables: Tables) -> list[str]:
    """A lake of before one of these tables gets it anew, with all of its columns."""
    return [
        f"ALTER TABLE {name} ADD COLUMN standard_error DOUBLE" for name in ("scores", "past_scores") if name in tables
    ]


MIGRATION = Migration(version=14, said="scores say their standard error", statements=_statements)
