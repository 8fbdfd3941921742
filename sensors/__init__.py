"""When things run: jobs, schedules and sensors. Pure functions decide; nothing is computed here."""

from dataclasses import dataclass

import dagster as dg

from gt_platform.installation import Broken
from gt_platform.project import Project
from gt_platform.sensors import answers, arrivals, broken, candidates, jobs, late, lost, nightly


@dataclass(frozen=True)
class Automation:
    """Everything that starts runs."""

    jobs: list[jobs.AssetJob]
    schedules: list[dg.ScheduleDefinition]
    sensors: list[dg.SensorDefinition]


def build(projects: list[Project], unusable: list[Broken]) -> Automation:
    """Jobs, schedules and sensors of all projects that can be used, and the upkeep of the lake they share."""
    refresh = {project.name: jobs.refresh(project) for project in projects}
    settle = {project.name: jobs.settle(project) for project in projects}
    month = {project.name: jobs.monthly(project) for project in projects if project.upkeep.cadence}
    taken = {project.name: jobs.candidates(project) for project in projects}
    page = {project.name: jobs.report(project) for project in projects}
    lists = {project.name: jobs.flagged(project) for project in projects}
    structure = {project.name: jobs.structure(project) for project in projects}
    return Automation(
        jobs=[
            *refresh.values(),
            *settle.values(),
            *structure.values(),
            *month.values(),
            *taken.values(),
            *page.values(),
            *lists.values(),
            jobs.compact,
        ],
        schedules=[
            *(nightly.refresh(project, refresh[project.name]) for project in projects),
            *(nightly.structure(project, structure[project.name]) for project in projects),
            *(nightly.monthly(project, month[project.name]) for project in projects if project.name in month),
            *(nightly.report(project, page[project.name]) for project in projects),
            *(nightly.flagged(project, lists[project.name]) for project in projects),
            nightly.compact(),
        ],
        sensors=[
            lost.lost_runs,
            *broken.build(unusable),
            *(arrivals.build(project, refresh[project.name]) for project in projects),
            *(late.build(project, refresh[project.name]) for project in projects),
            *(answers.build(project, settle[project.name]) for project in projects),
            *(candidates.build(project, taken[project.name]) for project in projects),
        ],
    )
