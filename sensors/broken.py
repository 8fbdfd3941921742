"""The sensor of projects that cannot be used: it says so on each of their checks, and nobody has to ask."""

from collections.abc import Sequence

import dagster as dg

from gt_platform.assets import broken as shown
from gt_platform.canonical import digest
from gt_platform.installation import Broken


def build(projects: Sequence[Broken]) -> list[dg.SensorDefinition]:
    """The sensor, where there is any such project."""

    @dg.sensor(
        name="broken_projects",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reports projects whose declaration cannot be used; `gt check` says the same.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        said = digest("\n".join(f"{one.name} {one.why}" for one in projects), 16)
        names = ", ".join(one.name for one in projects)
        if context.cursor == said:
            return dg.SkipReason(f"still broken: {names}; `gt check` says why")
        return dg.SensorResult(asset_events=[shown.found(one) for one in projects], cursor=said)

    return [tick] if projects else []
