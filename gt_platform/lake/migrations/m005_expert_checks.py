"""Experts check annotators blind; scores say whose truth they are held against, and what their width comes from."""

from gt_platform.lake.migrations.migration import Migration, Tables

ADDED = {
    "adjudications": ("blind BOOLEAN",),
    "scores": ("against VARCHAR", "sampling_share DOUBLE", "checked BIGINT"),
    "past_scores": ("against VARCHAR", "sampling_share DOUBLE", "checked BIGINT"),
}


def _statements(tables: Tables) -> list[str]:
    """A lake of before `past_scores` gets that table anew, with all of its columns."""
    present = ((name, column) for name, columns in ADDED.items() if name in tables for column in columns)
    return [f"ALTER TABLE {name} ADD COLUMN {column}" for name, column in present]


MIGRATION = Migration(
    version=5, said="rulings say whether they were blind, scores what they are held against", statements=_statements
)
