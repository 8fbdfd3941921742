"""Sampled items, each asked of as many annotators as the project wants."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import labeling
from gt_platform.assets import showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import days, single_run, spec
from gt_platform.lake.tables import ASSIGNMENTS, EVENTS, SAMPLE
from gt_platform.project import Project

TABLES = (ASSIGNMENTS,)


def build(project: Project) -> dg.AssetsDefinition:
    """The assignments of each frame's sample."""

    @dg.multi_asset(
        name=f"{project.name}_assignments",
        specs=[spec(project, ASSIGNMENTS, after=[SAMPLE, EVENTS], per_day=True)],
        backfill_policy=single_run(),
    )
    def assign(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        """Make the assignments of a day's sample and hand them to the labeling backend."""
        store, backend = platform.store(project), platform.backend(project)
        assigned = {day: labeling.assign(store, project, day, backend=backend) for day in days(context)}
        yield from showing.of_days(context, project, store, TABLES, assigned)

    return assign
