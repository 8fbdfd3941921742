"""How older lakes become what is defined today: numbered steps, a file each, never changed once released.

A change of columns is a new file `mNNN_name.py`, an entry at the end of MIGRATIONS, and the same change in
`lake/tables`, where new columns come last; a test proves that making a lake and migrating one end in the same schema.
"""

from gt_platform.lake.migrations import (
    m002_digest_columns,
    m003_annotators,
    m004_settlements,
    m005_expert_checks,
    m006_chain,
    m007_invalid_outputs,
    m008_scorings,
    m009_guidelines,
    m010_sides,
    m011_profiles,
    m012_evidently,
    m013_watches,
    m014_standard_error,
    m015_items,
    m016_held_out,
    m017_tags,
    m018_erasures,
    m019_candidates,
    m020_standings,
    m021_phases,
    m022_proposals,
    m023_computed,
    m024_meanings,
    m025_composition,
    m026_left_out,
    m027_rechecks,
)
from gt_platform.lake.migrations.migration import Migration

MIGRATIONS: tuple[Migration, ...] = (  # 1 is what 0.1.0 made
    m002_digest_columns.MIGRATION,
    m003_annotators.MIGRATION,
    m004_settlements.MIGRATION,
    m005_expert_checks.MIGRATION,
    m006_chain.MIGRATION,
    m007_invalid_outputs.MIGRATION,
    m008_scorings.MIGRATION,
    m009_guidelines.MIGRATION,
    m010_sides.MIGRATION,
    m011_profiles.MIGRATION,
    m012_evidently.MIGRATION,
    m013_watches.MIGRATION,
    m014_standard_error.MIGRATION,
    m015_items.MIGRATION,
    m016_held_out.MIGRATION,
    m017_tags.MIGRATION,
    m018_erasures.MIGRATION,
    m019_candidates.MIGRATION,
    m020_standings.MIGRATION,
    m021_phases.MIGRATION,
    m022_proposals.MIGRATION,
    m023_computed.MIGRATION,
    m024_meanings.MIGRATION,
    m025_composition.MIGRATION,
    m026_left_out.MIGRATION,
    m027_rechecks.MIGRATION,
)
VERSION = MIGRATIONS[-1].version

__all__ = ["MIGRATIONS", "VERSION", "Migration"]
