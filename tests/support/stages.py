"""The stages called one after another, without Dagster: what a notebook would do, and a tenth of the start-up time.

As a program it refreshes the days of a world: `python -m tests.support.stages 5`. Settings come from the environment.
"""

import sys
from collections.abc import Iterable
from datetime import date

from gt_platform import benchmark, drift, feedback, held_out, labeling, likeness, sampling, truth, watch
from gt_platform.declaration import load_project
from gt_platform.lake import Lake
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.support.world import NAME, days_of, storage_of

TODAY = date(2026, 3, 1)


def refresh_days(lake: Lake, project: Project, days: Iterable[date]) -> None:
    """What depends on a frame day, for each of these days."""
    store, settings = lake.store(project.name), lake.settings
    backend = labeling.open_backend(project, settings)
    for day in days:
        feedback.ingest(store, project, day, inbox=storage_of(project, settings), today=TODAY)
        drift.measure(store, project, day, reports=lake.files)
        sampling.draw(store, project, day)
        labeling.assign(store, project, day, backend=backend)


def refresh_rest(lake: Lake, project: Project) -> None:
    """What follows from all days together."""
    store = lake.store(project.name)
    labeling.collect(store, project, backend=labeling.open_backend(project, lake.settings))
    truth.settle(store, project)
    likeness.find_duplicates(store, project)
    held_out.draw_splits(store, project)
    truth.fold(store, project)
    labeling.draw_checks(store, project)
    truth.release(store, project, bundles=lake.files)
    benchmark.score(store, project)
    watch.watch(store, project, TODAY)


def main() -> None:
    """Refresh each day as the nightly job does."""
    settings = Settings()
    project = load_project(settings.projects / NAME)
    with Lake.open(settings) as lake:
        for day in days_of(int(sys.argv[1])):
            refresh_days(lake, project, [day])
            refresh_rest(lake, project)


if __name__ == "__main__":
    main()
