"""The report in Dagster: an asset of its own, made when somebody asks and once a week. What it says is in `report`."""

from typing import Any

import dagster as dg

from gt_platform import report
from gt_platform.assets.tables import key
from gt_platform.lake.tables import COMPARISONS, SCORES
from gt_platform.platform import Platform
from gt_platform.project import Project

NAME = "report"


def key_of(project: Project) -> dg.AssetKey:
    """Beside the project's tables, of which it is none."""
    return dg.AssetKey([project.name, NAME])


def build(project: Project) -> dg.AssetsDefinition:
    """What writes a project's page."""

    @dg.asset(
        key=key_of(project),
        deps=[key(project, SCORES), key(project, COMPARISONS)],
        group_name=project.name,
        owners=list(project.owners),
        kinds={"html"},
        description=report.__doc__,
    )
    def run(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
        """Write the page of today, and show its gist."""
        found = report.publish(platform.store(project), project, platform.files, platform.today())
        url = found.report_url
        page = dg.MetadataValue.url(url) if "://" in url else dg.MetadataValue.path(url)
        told: dict[str, Any] = {"page": page, "summary": dg.MetadataValue.md(found.gist)}
        return dg.MaterializeResult(metadata=told | ({} if found.release is None else {"release": found.release}))

    return run
