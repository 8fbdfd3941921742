"""Items that no changed rule touches are asked again with a known chance; of those before, there was none."""

from gt_platform.lake.migrations.migration import Migration, Tables


def _statements(tables: Tables) -> list[str]:
    """A lake of before the table gets it anew, with all of its columns."""
    return ["ALTER TABLE stale ADD COLUMN inclusion_probability DOUBLE"] if "stale" in tables else []


MIGRATION = Migration(version=27, said="items that no rule touches are checked", statements=_statements)
