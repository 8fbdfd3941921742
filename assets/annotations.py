"""What people answered and ruled, and how their work was checked."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import labeling
from gt_platform.assets import people, showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import spec
from gt_platform.lake.tables import (
    ADJUDICATIONS,
    ANNOTATIONS,
    ASSIGNMENTS,
    AUDIT,
    EDGE_CASES,
    EXCLUSIONS,
    HONEYPOT_ANSWERS,
    HONEYPOTS,
    REJECTIONS,
    STALE,
    STANDINGS,
)
from gt_platform.project import Project

CARE = (HONEYPOTS, HONEYPOT_ANSWERS, STANDINGS, EXCLUSIONS, EDGE_CASES, STALE, AUDIT)
TABLES = (ANNOTATIONS, REJECTIONS, ADJUDICATIONS, *CARE)


def build(project: Project) -> dg.AssetsDefinition:
    """The answers that were taken, those that were not, rulings, and the care taken of them all."""

    @dg.multi_asset(
        name=f"{project.name}_annotations",
        specs=[spec(project, table, after=[ASSIGNMENTS]) for table in TABLES],
    )
    def collect(platform: dg.ResourceParam[Platform]) -> Iterator[dg.MaterializeResult[Any]]:
        """Take in what people handed to the labeling backend, judge it, and ask again where it is not enough."""
        store = platform.store(project)
        collected = labeling.collect(store, project, backend=platform.backend(project))
        pictures = people.pictures(store, project)
        yield from showing.of_all(project, store, TABLES, collected, **pictures)

    return collect
