"""The review of a month in Dagster: the asset of tags, with a partition a month. What a review is, is in `monthly`."""

from typing import Any

import dagster as dg

from gt_platform import monthly
from gt_platform.assets.showing import counts
from gt_platform.assets.tables import key, spec
from gt_platform.lake.tables import RELEASES, TAGS
from gt_platform.monthly import Month
from gt_platform.platform import Platform
from gt_platform.project import Project


def months(project: Project) -> dg.MonthlyPartitionsDefinition:
    """A partition for each month that is over; months are UTC, as frames are."""
    return dg.MonthlyPartitionsDefinition(Month.of(project.start).first.isoformat(), timezone="UTC")


def build(project: Project) -> dg.AssetsDefinition:
    """What tags the releases of a project that reviews its months."""
    described = spec(project, TAGS, after=(RELEASES,)).replace_attributes(partitions_def=months(project))

    @dg.multi_asset(name=f"{project.name}_{TAGS.name}", description=monthly.__doc__, specs=[described])
    def run(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
        """Review the month of the run, and show its note."""
        month = Month.named(context.partition_key[:7])
        found = monthly.review(platform, project, month, platform.today())
        context.log.info(found.note)
        return dg.MaterializeResult(key(project, TAGS), metadata=counts(found))

    return run
