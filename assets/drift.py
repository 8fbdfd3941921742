"""A frame against the project's reference: a verdict per column, a drift score per event."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import drift
from gt_platform.assets import showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import days, single_run, spec
from gt_platform.lake.tables import DRIFT, EVENTS, ROW_SCORES
from gt_platform.project import Project

TABLES = (DRIFT, ROW_SCORES)


def build(project: Project) -> dg.AssetsDefinition:
    """The two tables that one comparison of a frame with the reference fills."""

    @dg.multi_asset(
        name=f"{project.name}_drift",
        specs=[spec(project, table, after=[EVENTS], kinds=["scikitlearn"], per_day=True) for table in TABLES],
        backfill_policy=single_run(),
    )
    def measure(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        """Compare a day's events with the reference; Evidently's report is linked from `drift`."""
        store = platform.store(project)
        measured = {day: drift.measure(store, project, day, reports=platform.files) for day in days(context)}
        yield from showing.of_days(context, project, store, TABLES, measured)

    return measure
