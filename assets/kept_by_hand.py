"""The table that only people fill: replays of mended records. No run writes it."""

import dagster as dg

from gt_platform.assets.tables import spec
from gt_platform.lake.tables import QUARANTINE, REPLAYS
from gt_platform.project import Project


def build(project: Project) -> list[dg.AssetSpec]:
    """Its asset, which Dagster shows and never materializes."""
    return [spec(project, REPLAYS, after=[QUARANTINE])]
