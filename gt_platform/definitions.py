"""The one composition root: what Dagster loads, and what `gt` runs. Importing it reads nothing and opens nothing."""

import warnings

import dagster as dg

from gt_platform import assets, sensors
from gt_platform.dagster_runs import held
from gt_platform.installation import Installation, survey
from gt_platform.platform import Platform
from gt_platform.settings import Settings

EXECUTORS = {"in_process": held(dg.in_process_executor), "multiprocess": held(dg.multiprocess_executor)}


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of this installation, made when Dagster asks for them."""
    return build_definitions(Settings())


def build_definitions(
    settings: Settings, platform: Platform | None = None, installation: Installation | None = None
) -> dg.Definitions:
    """The definitions of every project below `settings.projects`; one that cannot be used stands there as broken.

    A `platform` that is given is used as it is, and closed by whoever made it; so is an `installation`.
    """
    found = installation or survey(settings)
    with warnings.catch_warnings():
        # single-run backfills and checks per partition are what the installed version calls beta and preview
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", dg.PreviewWarning)
        automation = sensors.build(found.projects, found.broken)
        unusable = [part for broken in found.broken for part in assets.broken.build(broken)]
        return dg.Definitions(
            assets=[asset for project in found.projects for asset in assets.build(project)]
            + [part for part in unusable if isinstance(part, dg.AssetSpec)],
            asset_checks=[part for part in unusable if not isinstance(part, dg.AssetSpec)],
            jobs=automation.jobs,
            schedules=automation.schedules,
            sensors=automation.sensors,
            resources={"platform": platform or Platform(settings)},
            executor=EXECUTORS[settings.executor],
        )
