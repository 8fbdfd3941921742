"""The jobs: everything of a project for a day, what follows from new answers, and the lake's upkeep."""

from typing import Any, TypeAlias

import dagster as dg
from dagster import AssetSelection

from gt_platform.assets import annotations, decisions, ground_truth, ingest, releases, scores
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import key
from gt_platform.project import Project

AssetJob: TypeAlias = Any  # Dagster does not export the type that define_asset_job returns

INGESTED = ingest.TABLES
SETTLED = (*annotations.TABLES, *decisions.TABLES, *ground_truth.TABLES, *releases.TABLES, *scores.TABLES)


def refresh_name(project: str) -> str:
    """The name of a project's refresh job."""
    return f"{project}_refresh"


def settle_name(project: str) -> str:
    """The name of the job that settles a project's new answers."""
    return f"{project}_settle"


def refresh(project: Project) -> AssetJob:
    """Every table of a project, for one frame day: what the schedule runs, and `gt refresh`, and the demo."""
    return dg.define_asset_job(
        refresh_name(project.name),
        AssetSelection.groups(project.name),
        description=f"Take in a day of {project.name}, measure drift, sample, assign, settle, release and score.",
    )


def settle(project: Project) -> AssetJob:
    """From answers to scores: what a new label changes."""
    return dg.define_asset_job(
        settle_name(project.name),
        AssetSelection.assets(*(key(project, table) for table in SETTLED)),
        description=f"Collect the answers for {project.name}, settle truth, release it and score the model again.",
    )


@dg.op(description="Merge the lake's small files; every snapshot stays readable.")
def compact_lake(platform: dg.ResourceParam[Platform]) -> None:
    """Every refresh adds a few small files, and reading thousands of them is what makes a lake slow."""
    platform.compact()


@dg.job(name="compact", description="Merge the small files that every refresh leaves, in all projects.")
def compact() -> None:
    """The lake's upkeep."""
    compact_lake()
