"""The production model's scores, each with its interval."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from gt_platform import benchmark
from gt_platform.assets import plots, showing
from gt_platform.assets.platform import Platform
from gt_platform.assets.tables import spec
from gt_platform.lake.tables import EVENTS, RELEASES, SAMPLE, SCORES
from gt_platform.project import Project

TABLES = (SCORES,)


def build(project: Project) -> dg.AssetsDefinition:
    """The scores on the latest release."""

    @dg.multi_asset(
        name=f"{project.name}_scores",
        specs=[spec(project, SCORES, after=[RELEASES, SAMPLE, EVENTS], kinds=["numpy"])],
    )
    def score(platform: dg.ResourceParam[Platform]) -> Iterator[dg.MaterializeResult[Any]]:
        """Score the model on the latest release: as production sees it, by design, and on the labeled items alone."""
        store = platform.store(project)
        scored = benchmark.score(store, project)
        headline = {name: scored.headline[name] for name in ("estimate", "low", "high")} if scored.headline else {}
        weekly = plots.weekly_score(store, project)
        yield from showing.of_all(project, store, TABLES, scored, weekly=weekly, **headline)

    return score
