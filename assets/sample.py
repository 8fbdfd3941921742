"""The events of a frame that are worth an expert's time, drawn with known probability."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import sampling
from gt_platform.assets import showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import days, single_run, spec
from gt_platform.lake.tables import EVENTS, FEEDBACK, ROW_SCORES, SAMPLE
from gt_platform.project import Project

TABLES = (SAMPLE,)


def build(project: Project) -> dg.AssetsDefinition:
    """The sample of each frame."""

    @dg.multi_asset(
        name=f"{project.name}_sample",
        specs=[spec(project, SAMPLE, after=[EVENTS, FEEDBACK, ROW_SCORES], kinds=["polars"], per_day=True)],
        backfill_policy=single_run(),
    )
    def draw(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        """Stratify a frame, spread the project's budget over the strata and draw."""
        store = platform.store(project)
        drawn = {day: sampling.draw(store, project, day) for day in days(context)}
        yield from showing.of_days(context, project, store, TABLES, drawn)

    return draw
