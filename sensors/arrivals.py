"""The inbox sensor: files the ledger does not know, and frames that a run left unfinished, start a refresh.

The ledger alone says what there is to do, never a cursor or a modification time, so that a lost tick or a failed
run is found again by the next look.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import dagster as dg

from gt_platform import feedback, frames
from gt_platform.assets.tables import key
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.sensors import jobs
from gt_platform.sensors.runs import WORK_TAG, Work, busy_days, in_progress, with_history, work_digest

EVERY = 60  # seconds
AT_ONCE = 5  # requests per tick: a backlog of a year must not flood the queue, and the oldest days come first
YIELDS = "-1"  # the queue's order: a backlog lets nights and what an engineer asked for go first, which have none
GRACE = timedelta(hours=1)  # the nightly run goes first


@dataclass(frozen=True, kw_only=True)
class Request:
    """A run to ask for. A frame that is still open is only taken in: it is measured and sampled once, when whole."""

    day: date
    work: Work
    only_take_in: bool


def is_open(project: Project, day: date, now: datetime) -> bool:
    """Whether a frame may still be left to the nightly run that closes it."""
    at = time.fromisoformat(project.nightly)
    nights = (datetime.combine(day + timedelta(days=n), at, project.zone).astimezone(UTC) for n in range(3))
    return now < next(night for night in nights if night.date() > day) + GRACE


def to_do(
    project: Project, files: Mapping[date, Sequence[str]], unfinished: Iterable[date], now: datetime
) -> dict[date, str]:
    """A digest of the work of each day that has some: its new files, and whether a closed frame is unfinished."""
    today = now.astimezone(UTC).date()
    closed = {day for day in unfinished if not is_open(project, day, now)}
    days = sorted(day for day in {*files, *closed} if project.start <= day <= today)
    return {
        day: work_digest([project.name, str(day), *files.get(day, ()), *(["unfinished"] if day in closed else [])])
        for day in days
    }


def free_days(days: Iterable[date], running: Iterable[tuple[date, date] | None]) -> list[date]:
    """The days no queued or running run is about, oldest first."""
    spans = [span for span in running if span is not None]
    return sorted(day for day in days if not any(first <= day <= last for first, last in spans))


def decide(project: Project, work: Mapping[date, Work], now: datetime) -> list[Request]:
    """The runs to ask for now, oldest day first."""
    due = [(day, work[day]) for day in sorted(work) if work[day].due(now)]
    return [Request(day=day, work=one, only_take_in=is_open(project, day, now)) for day, one in due[:AT_ONCE]]


def build(project: Project, job: jobs.AssetJob) -> dg.SensorDefinition:
    """List the inbox, compare it with the ledger, and refresh the days that have something to do."""

    @dg.sensor(
        name=f"{project.name}_inbox",
        job=job,
        minimum_interval_seconds=EVERY,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Looks for files in {project.inbox} that the ledger does not know, and for unfinished frames.",
    )
    def tick(context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]) -> dg.SensorResult:
        store, now = platform.store(project), datetime.now(UTC)
        files = feedback.unledgered(store, project, inbox=platform.inbox(project), today=now.date())
        found = to_do(project, files, frames.unfinished(store, project), now)
        running = [busy_days(tags) for tags in in_progress(context.instance, project.name)]
        work = {day: with_history(context.instance, found[day]) for day in free_days(found, running)}
        requests = [_run_request(project, request) for request in decide(project, work, now)]
        return dg.SensorResult(requests, skip_reason=None if requests else _why_none(len(found), len(work)))

    return tick


def _run_request(project: Project, request: Request) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=request.work.run_key,
        partition_key=request.day.isoformat(),
        asset_selection=[key(project, table) for table in jobs.INGESTED] if request.only_take_in else None,
        tags={WORK_TAG: request.work.digest, "dagster/priority": YIELDS},
    )


def _why_none(days: int, free: int) -> dg.SkipReason:
    if not days:
        return dg.SkipReason("the ledger knows every file, and every closed frame is finished")
    return dg.SkipReason(f"{days} days have work: {days - free} queued or running, {free} failed before and wait")
