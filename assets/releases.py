"""Immutable versions of the ground truth, and what changed in each."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import truth
from gt_platform.assets import showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import spec
from gt_platform.lake.tables import CHANGELOG, GROUND_TRUTH, RELEASES
from gt_platform.project import Project

TABLES = (RELEASES, CHANGELOG)


def build(project: Project) -> dg.AssetsDefinition:
    """The releases and their changelog."""

    @dg.multi_asset(
        name=f"{project.name}_releases",
        specs=[spec(project, table, after=[GROUND_TRUTH], kinds=["parquet"]) for table in TABLES],
    )
    def release(platform: dg.ResourceParam[Platform]) -> Iterator[dg.MaterializeResult[Any]]:
        """Publish the ground truth where it differs from the latest release, in the lake and as a frozen bundle."""
        store = platform.store(project)
        released = truth.release(store, project, bundles=platform.files)
        yield from showing.of_all(project, store, TABLES, released)

    return release
