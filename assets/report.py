"""The report in Dagster: an asset of its own, made when somebody asks and once a week. What it says is in `report`."""

from typing import Any

import dagster as dg

from gt_platform import report
from gt_platform.assets.plots import interval_plot
from gt_platform.assets.showing import picture
from gt_platform.assets.tables import key
from gt_platform.benchmark import Why
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
        told |= {} if found.release is None else {"release": found.release}
        return dg.MaterializeResult(metadata=told | ({} if found.why is None else {"why": _why(found.why)}))

    return run


def _why(found: Why) -> dg.MarkdownMetadataValue:
    """What makes the difference of the last two weeks' scores, each part with its interval."""
    parts = [(part.name, part.value, part.low, part.high) for _, part in found.named]
    said = f"{found.metric} from {found.first.side} to {found.second.side}, with 95 % intervals"
    return picture(interval_plot([("difference", found.difference, None, None), *parts]), said)
