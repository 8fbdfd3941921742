"""The jobs: everything of a project for a day, what follows from new answers, and the lake's upkeep."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import dagster as dg
from dagster import AssetSelection

from gt_platform.assets import candidates as backfills
from gt_platform.assets import checks
from gt_platform.assets import flagged as lists
from gt_platform.assets import report as reports
from gt_platform.assets.tables import key
from gt_platform.lake.tables import PREDICTIONS, RUNS, TAGS
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.stages import INGEST, STAGES, Stage

AssetJob: TypeAlias = Any  # Dagster does not export the type that define_asset_job returns

INGESTED = INGEST.tables
SETTLING = tuple(stage for stage in STAGES if not stage.per_day)


def refresh_name(project: str) -> str:
    """The name of a project's refresh job."""
    return f"{project}_refresh"


def settle_name(project: str) -> str:
    """The name of the job that settles a project's new answers."""
    return f"{project}_settle"


def monthly_name(project: str) -> str:
    """The name of the job that reviews a project's months."""
    return f"{project}_monthly"


def refresh(project: Project) -> AssetJob:
    """Every table of a project, for one frame day: what the schedule runs, and `gt refresh`, and the demo."""
    return dg.define_asset_job(
        refresh_name(project.name),
        _nightly(project, STAGES),
        description=f"Take in a day of {project.name}, measure drift, sample, assign, settle, release and score.",
    )


def settle(project: Project) -> AssetJob:
    """From answers to scores: what a new label changes."""
    return dg.define_asset_job(
        settle_name(project.name),
        _nightly(project, SETTLING),
        description=f"Collect the answers for {project.name}, settle truth, release it and score the model again.",
    )


def monthly(project: Project) -> AssetJob:
    """The review of a month, of a project that declares a cadence."""
    return dg.define_asset_job(
        monthly_name(project.name),
        AssetSelection.assets(key(project, TAGS)),
        description=f"Review a month of {project.name}: what was flagged, retirements by declared rules, its release.",
    )


def candidates(project: Project) -> AssetJob:
    """Taking in what candidates answered, one candidate a run."""
    return dg.define_asset_job(
        f"{project.name}_candidates",
        AssetSelection.assets(*(key(project, table) for table in (RUNS, PREDICTIONS))),
        description=f"Take in files of a candidate of {project.name} that turned up beside its inbox.",
    )


def report(project: Project) -> AssetJob:
    """The project on one page."""
    return dg.define_asset_job(
        f"{project.name}_report",
        AssetSelection.assets(reports.key_of(project)),
        description=f"Write the report of {project.name}: one HTML page for people who decide.",
    )


def flagged(project: Project) -> AssetJob:
    """What of a month is worth an expert's eye."""
    return dg.define_asset_job(
        f"{project.name}_flagged",
        AssetSelection.assets(lists.key_of(project)),
        description=f"Propose for review what users flagged in a month of {project.name}, and what is rare in truth.",
    )


def structure(project: Project) -> AssetJob:
    """The refresh with every check recorded: a night asks about structure too, and records only what fails."""
    return dg.define_asset_job(
        f"{project.name}_structure",
        # without those that have months, candidates or releases, not days, and without the report of it all
        AssetSelection.groups(project.name)
        - AssetSelection.assets(reports.key_of(project), lists.key_of(project), backfills.again(project))
        - AssetSelection.assets(*(key(project, table) for table in (TAGS, RUNS, PREDICTIONS))),
        description=f"A refresh of {project.name} that records of every table whether it is as it is defined.",
    )


def _nightly(project: Project, stages: Iterable[Stage]) -> AssetSelection:
    """Tables of stages, with the checks whose every answer is recorded."""
    tables = AssetSelection.assets(*(key(project, table) for stage in stages for table in stage.tables))
    asked = [checks.key_of(project, check) for stage in stages for check in stage.checks]
    return tables.without_checks() | AssetSelection.checks(*asked)


@dg.op(description="Merge the lake's small files, and remove those of killed runs; every snapshot stays readable.")
def compact_lake(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """Every refresh adds a few small files, and reading thousands of them is what makes a lake slow."""
    removed = platform.keep_up()
    left = {"orphans": [one.path for one in removed.orphans], "scratch folders": [str(one) for one in removed.scratch]}
    context.add_output_metadata({"bytes of orphans": sum(one.size for one in removed.orphans), **left})


@dg.job(name="compact", description="Merge the small files that every refresh leaves, in all projects.")
def compact() -> None:
    """The lake's upkeep."""
    compact_lake()
