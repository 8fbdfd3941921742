"""What annotators answered."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets import showing
from assets.platform import Platform
from assets.tables import spec
from gt_platform import labeling
from gt_platform.lake.tables import ANNOTATIONS, ASSIGNMENTS, REJECTIONS
from gt_platform.project import Project

TABLES = (ANNOTATIONS, REJECTIONS)


def build(project: Project) -> dg.AssetsDefinition:
    """The answers that were taken, and those that were not."""

    @dg.multi_asset(
        name=f"{project.name}_annotations",
        specs=[spec(project, table, after=[ASSIGNMENTS]) for table in TABLES],
    )
    def collect(platform: dg.ResourceParam[Platform]) -> Iterator[dg.MaterializeResult[Any]]:
        """Take in what annotators handed to the labeling backend since the last time."""
        store = platform.store(project)
        collected = labeling.collect(store, project, backend=platform.backend(project))
        yield from showing.of_all(project, store, TABLES, collected)

    return collect
