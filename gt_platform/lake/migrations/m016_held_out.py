"""Near-duplicates, splits and training files are four new tables, which older lakes get empty; truth says its own."""

from gt_platform.lake.migrations.migration import Migration, Tables

ADDED = ("duplicate_group VARCHAR", "split VARCHAR")


def _statements(tables: Tables) -> list[str]:
    """A lake of before `ground_truth` gets it anew, with all of its columns."""
    if "ground_truth" not in tables:
        return []
    return [f"ALTER TABLE ground_truth ADD COLUMN {column}" for column in ADDED]


MIGRATION = Migration(version=16, said="near-duplicates and splits are known", statements=_statements)
