"""The demo from start to report: five weeks of history in three backfills; then a day's files into the inbox, the
nightly job, the next day; on Sundays an expert goes through what users propose; at last three candidates at the gate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from rich.console import RenderableType
from rich.progress import Progress

from gt_platform.declaration import load_project
from gt_platform.demo.candidates import tried
from gt_platform.demo.grade import grade
from gt_platform.demo.report import write_report
from gt_platform.demo.reviewer import review
from gt_platform.demo.terminal import terminal_table
from gt_platform.demo.traffic import DATES
from gt_platform.demo.world import World, build
from gt_platform.frames import unfinished
from gt_platform.lake import Lake
from gt_platform.refresh import Refresher, refresher
from gt_platform.settings import Settings

PROJECT = "sentiment"
CARRIED = Path(__file__).with_name("projects")  # what an installed package brings along
SUNDAY = 7
HISTORY = (21, 28, 35)
"""The days up to which each backfill goes: what later days are compared with, and two weeks of other texts."""
REFRESHED = "SELECT DISTINCT frame_day FROM sample"


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What the demo ends with."""

    html: Path
    json: Path
    table: RenderableType


def projects_folder(declared: Path) -> Path:
    """The folder that declares the demo's project: the one you are in, or else the one that came with the package."""
    return declared if (declared / PROJECT / "project.yaml").exists() else CARRIED


def run_demo(settings: Settings, progress: Progress, *, days: int = len(DATES)) -> Finished:
    """Run the first of the 42 days, going on from what is there, and grade the scores with the hidden gold.

    Raises DatasetError without the data, RefreshError when the nightly job fails.
    """
    preparing = progress.add_task("real texts, outputs and ratings", total=None)
    world = build(settings.home, lambda _what, done, total: progress.update(preparing, completed=done, total=total))
    progress.update(preparing, completed=1, total=1)
    _nights(settings, world, world.days[:days], progress)
    project = load_project(projects_folder(settings.projects) / PROJECT)
    with Lake.open(settings) as lake:
        store = lake.store(PROJECT)
        asked = progress.add_task("candidates", total=None)
        report = grade(store, project, settings.home, tried(store, project))
        progress.update(asked, completed=1, total=1)
        html, json = write_report(report, store, project, settings.home)
    return Finished(html=html, json=json, table=terminal_table(report))


def _nights(settings: Settings, world: World, days: Sequence[date], progress: Progress) -> None:
    done = _refreshed(settings)
    # the last day is run again: what a stopped run left unsettled over all time is settled by it
    due = [day for day in days if day not in done or day == days[-1]]
    nights = progress.add_task("nights", total=len(days), completed=len(days) - len(due))
    with refresher(settings) as nightly:
        for first, last in pairwise((0, *HISTORY)):
            if span := [day for day in due if day in world.days[first:last]]:
                for day in span:
                    world.write_day(day)
                nightly.backfill(PROJECT, span[0], span[-1])
                _end_week(settings, world, nightly, span[-1])
                progress.advance(nights, len(span))
        for day in (day for day in due if day not in world.days[: HISTORY[-1]]):
            world.write_day(day)
            nightly.refresh(PROJECT, day)
            _end_week(settings, world, nightly, day)
            progress.advance(nights)


def _end_week(settings: Settings, world: World, nightly: Refresher, day: date) -> None:
    """On Sundays: the expert's verdicts, and the schedule's upkeep, without which a night costs half as much again."""
    if day.isoweekday() == SUNDAY:
        with Lake.open(settings) as lake:
            review(lake.store(PROJECT), load_project(projects_folder(settings.projects) / PROJECT), world)
        nightly.compact()


def _refreshed(settings: Settings) -> set[date]:
    project = load_project(projects_folder(settings.projects) / PROJECT)
    with Lake.open(settings) as lake:
        store = lake.store(PROJECT)
        return set(store.read(REFRESHED)["frame_day"]) - set(unfinished(store, project))
