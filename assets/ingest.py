"""Files of the inbox become events, feedback and quarantine, with a ledger of every file."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import feedback
from gt_platform.assets import showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import days, single_run, spec
from gt_platform.lake.tables import EVENTS, FEEDBACK, FILES, QUARANTINE
from gt_platform.project import Project

ROWS = (EVENTS, FEEDBACK, QUARANTINE)  # of the files
TABLES = (FILES, *ROWS)


def build(project: Project) -> dg.AssetsDefinition:
    """The four tables that one pass over the inbox fills."""

    @dg.multi_asset(
        name=f"{project.name}_ingest",
        specs=[
            spec(project, FILES, kinds=["json"], per_day=True),
            *(spec(project, table, after=[FILES], kinds=["json"], per_day=True) for table in ROWS),
        ],
        backfill_policy=single_run(),
    )
    def ingest(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        """Take in every file of a day, and of days before it, that the ledger does not know."""
        store, inbox, today = platform.store(project), platform.inbox(project), platform.today()
        taken = {day: feedback.ingest(store, project, day, inbox=inbox, today=today) for day in days(context)}
        yield from showing.of_days(context, project, store, TABLES, taken)

    return ingest
