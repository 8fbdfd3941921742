"""Scores say how many outputs are no valid answers, measurements how each output was read."""

from gt_platform.lake.migrations.migration import Migration, Tables

ADDED = {
    "scores": ("n_invalid BIGINT",),
    "past_scores": ("n_invalid BIGINT",),
    "measurements": ("read JSON", "invalid VARCHAR"),
}


def _statements(tables: Tables) -> list[str]:
    """A lake of before one of these tables gets it anew, with all of its columns."""
    present = ((name, column) for name, columns in ADDED.items() if name in tables for column in columns)
    return [f"ALTER TABLE {name} ADD COLUMN {column}" for name, column in present]


MIGRATION = Migration(version=7, said="scores say how many outputs are no valid answers", statements=_statements)
