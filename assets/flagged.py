"""The month's list in Dagster: an asset of its own, made each month. What is on it is in `monthly.proposed`."""

from typing import Any

import dagster as dg

from gt_platform import monthly
from gt_platform.assets.showing import markdown
from gt_platform.assets.tables import key
from gt_platform.lake.tables import FEEDBACK, GROUND_TRUTH
from gt_platform.platform import Platform
from gt_platform.project import Project

NAME = "flagged"


def key_of(project: Project) -> dg.AssetKey:
    """Beside the project's tables, of which it is none."""
    return dg.AssetKey([project.name, NAME])


def build(project: Project) -> dg.AssetsDefinition:
    """What writes the list of the month that ended last."""

    @dg.asset(
        key=key_of(project),
        deps=[key(project, FEEDBACK), key(project, GROUND_TRUTH)],
        group_name=project.name,
        owners=list(project.owners),
        kinds={"csv"},
        description=monthly.publish.__doc__,
    )
    def run(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
        """Write the list, and show it."""
        listed = monthly.publish(platform, project, platform.today())
        at = dg.MetadataValue.url(listed.url) if "://" in listed.url else dg.MetadataValue.path(listed.url)
        told = {"list": at, "month": listed.month, "next": listed.said, "summary": markdown(listed.rows)}
        return dg.MaterializeResult(metadata={"dagster/row_count": listed.rows.height, **told})

    return run
