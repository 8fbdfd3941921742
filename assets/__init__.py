"""The lake's tables as Dagster assets, made from `gt_platform.stages`: no logic, and no stage by name.

What is here says how Dagster runs a stage and what its UI shows of it. An asset's key is its table:
`["sentiment", "ground_truth"]` is `gt.sentiment.ground_truth`.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform.assets import broken, candidates, checks, flagged, monthly, report, showing
from gt_platform.assets.tables import days, spec
from gt_platform.lake.tables import TAGS
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.stages import OCCASIONAL, STAGES, Stage

__all__ = ["broken", "build", "build_stage", "flagged", "monthly", "report"]


def build(project: Project) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Every table of one project, in the order they flow."""
    reviews = project.upkeep.cadence is not None
    partitioned = {*candidates.FILLED, *((TAGS,) if reviews else ())}
    occasional = [spec(project, table, after=after) for table, after in OCCASIONAL.items() if table not in partitioned]
    reviewed = [monthly.build(project)] if reviews else []
    stages = [build_stage(project, stage) for stage in STAGES]
    of_candidates = [candidates.build(project), candidates.build_again(project)]
    return [*occasional, *reviewed, *of_candidates, *stages, report.build(project), flagged.build(project)]


def build_stage(project: Project, stage: Stage) -> dg.AssetsDefinition:
    """The tables of one stage and their checks, in one step: a step costs more than most of what is in it."""

    @dg.multi_asset(
        name=f"{project.name}_{stage.name}",
        description=stage.does,
        specs=[
            spec(
                project,
                table,
                after=stage.after,
                kinds=stage.kinds,
                per_day=stage.per_day,
                awaited=stage.awaited and table is stage.tables[0],
            )
            for table in stage.tables
        ],
        check_specs=checks.specs(project, stage),
        # a backfill is one run over its days: a run costs more than a day's work
        backfill_policy=dg.BackfillPolicy.single_run() if stage.per_day else None,
        can_subset=True,
    )
    def run(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        """Run the stage for every day of the run, show its tables, and ask what is to be asked of them."""
        store, covered = platform.store(project), days(context)
        whole = [day for day in covered if stage.while_open or day < platform.today()]
        if whole != covered:
            context.log.warning(f"{project.name} {covered[-1]}: the day is not over; its files are only taken in")
            if not whole:
                return  # what would follow is skipped
        with store.snapshot():
            if context.selected_asset_keys:  # else only checks were asked for
                due = whole if stage.per_day else whole[-1:]  # what is of all days needs no run for each
                facts = {day: stage.run(platform, project, day) for day in due or [platform.today()]}
                if stage.afterwards:
                    stage.afterwards(platform, project)
                yield from showing.tables(context, project, store, stage, facts)
            yield from checks.results(context, project, store, stage, whole)

    return run
