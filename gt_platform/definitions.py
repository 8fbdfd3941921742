"""The one composition root: what Dagster loads, and what `gt` runs. Importing it reads nothing and opens nothing."""

import warnings

import dagster as dg

from gt_platform import assets, sensors
from gt_platform.dagster_runs import held
from gt_platform.declaration import load_projects
from gt_platform.platform import Platform
from gt_platform.settings import Settings

EXECUTORS = {"in_process": held(dg.in_process_executor), "multiprocess": held(dg.multiprocess_executor)}


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of this installation, made when Dagster asks for them."""
    return build_definitions(Settings())


def build_definitions(settings: Settings, platform: Platform | None = None) -> dg.Definitions:
    """The definitions of every project below `settings.projects`. Raises ProjectError for a wrong declaration.

    A `platform` that is given is used as it is, and closed by whoever made it.
    """
    projects = load_projects(settings.projects)
    with warnings.catch_warnings():
        # single-run backfills and checks per partition are what the installed version calls beta and preview
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", dg.PreviewWarning)
        automation = sensors.build(projects)
        return dg.Definitions(
            assets=[asset for project in projects for asset in assets.build(project)],
            jobs=automation.jobs,
            schedules=automation.schedules,
            sensors=automation.sensors,
            resources={"platform": platform or Platform(settings)},
            executor=EXECUTORS[settings.executor],
        )
