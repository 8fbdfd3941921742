"""How each item's truth was settled."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import truth
from gt_platform.assets import showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import spec
from gt_platform.lake.tables import ADJUDICATIONS, ANNOTATIONS, DECISIONS, EXCLUSIONS
from gt_platform.project import Project

TABLES = (DECISIONS,)


def build(project: Project) -> dg.AssetsDefinition:
    """The decisions, old and new."""

    @dg.multi_asset(
        name=f"{project.name}_decisions",
        specs=[spec(project, DECISIONS, after=[ANNOTATIONS, ADJUDICATIONS, EXCLUSIONS])],
    )
    def settle(platform: dg.ResourceParam[Platform]) -> Iterator[dg.MaterializeResult[Any]]:
        """Settle every item whose answers or rulings are new; ties and weak answers wait for a reviewer."""
        store = platform.store(project)
        yield from showing.of_all(project, store, TABLES, truth.settle(store, project))

    return settle
