"""The standing truth of every item."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import labeling, truth
from gt_platform.assets import showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import spec
from gt_platform.lake.tables import ASSIGNMENTS, DECISIONS, GROUND_TRUTH
from gt_platform.project import Project

TABLES = (GROUND_TRUTH,)


def build(project: Project) -> dg.AssetsDefinition:
    """The fold of the decisions."""

    @dg.multi_asset(
        name=f"{project.name}_ground_truth",
        specs=[spec(project, GROUND_TRUTH, after=[DECISIONS, ASSIGNMENTS])],
    )
    def fold(platform: dg.ResourceParam[Platform]) -> Iterator[dg.MaterializeResult[Any]]:
        """Let the latest decision of every item stand, and tell the labeling backend what waits for a reviewer."""
        store = platform.store(project)
        folded = truth.fold(store, project)
        labeling.tell(store, project, backend=platform.backend(project))
        yield from showing.of_all(project, store, TABLES, folded)

    return fold
