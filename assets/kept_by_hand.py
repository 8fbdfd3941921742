"""The two tables that people fill: rulings on ties, and replays of mended records. No run writes them."""

import dagster as dg

from assets.tables import spec
from gt_platform.lake.tables import ADJUDICATIONS, QUARANTINE, REPLAYS
from gt_platform.project import Project


def build(project: Project) -> list[dg.AssetSpec]:
    """Their assets, which Dagster shows and never materializes."""
    return [spec(project, ADJUDICATIONS), spec(project, REPLAYS, after=[QUARANTINE])]
