"""The schedules: every frame of every project once, the night after it closed; the lake's upkeep once a week."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from gt_platform.assets.tables import IN_TIME
from gt_platform.monthly import Month
from gt_platform.project import Project
from gt_platform.sensors import jobs

ONE_DAY = timedelta(days=1)


def yesterday(fires_at: datetime) -> date:
    """The frame that closed last when a schedule fires; frames are UTC days, wherever the project lives."""
    return fires_at.astimezone(UTC).date() - ONE_DAY


def closed_since(fires_at: datetime, at: time, zone: ZoneInfo) -> list[date]:
    """The frames that closed after the night before, up to this one; `at` is the schedule's time on the wall.

    One a night, but where a clock change moves the night over midnight UTC: 01:30 in Berlin is 23:30 UTC in summer and
    00:30 in winter, so that in autumn two frames have closed, and in spring none.
    """
    tonight = fires_at.astimezone(UTC).astimezone(zone).date()  # Dagster may give a wall time that never was
    last, now = (_closed_by(night, at, zone) for night in (tonight - ONE_DAY, tonight))
    return [last + ONE_DAY * number for number in range(1, (now - last).days + 1)]


def _closed_by(night: date, at: time, zone: ZoneInfo) -> date:
    """The frame that closed last when Dagster fires in a night.

    Where the clock leaves that time out, or an island the whole day, it fires as early as the full hour in the new
    time, which may still be the day before; what closes after that belongs to the next night.
    """
    moment = datetime.combine(night, at, zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        moment = moment.replace(minute=0, fold=1)
    return yesterday(moment)


def cron(time: str) -> str:
    """Cron for once a day at `HH:MM`."""
    hour, minute = time.split(":")
    return f"{int(minute)} {int(hour)} * * *"


def refresh(project: Project, job: jobs.AssetJob) -> dg.ScheduleDefinition:
    """Refresh what closed since the night before, at the hour the project names, in the project's time zone."""
    said = f"The frame of {project.name} that closed last, every night at {project.nightly} {project.timezone}."
    at, zone = time.fromisoformat(project.nightly), project.zone
    when = (cron(project.nightly), project.timezone)
    return _of_frames(project, job, "nightly", when, said, lambda fires_at: closed_since(fires_at, at, zone))


def structure(project: Project, job: jobs.AssetJob) -> dg.ScheduleDefinition:
    """Once a week, before the files that were just checked are merged."""
    said = f"Whether every table of {project.name} is as it is defined, Sundays at 12:00 UTC."
    when = ("0 12 * * 0", "UTC")
    return _of_frames(project, job, "weekly_structure", when, said, lambda fires_at: [yesterday(fires_at)])


def _of_frames(
    project: Project,
    job: jobs.AssetJob,
    name: str,
    when: tuple[str, str],
    description: str,
    frames: Callable[[datetime], list[date]],
) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{project.name}_{name}",
        job=job,
        cron_schedule=when[0],
        execution_timezone=when[1],
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        closed = frames(context.scheduled_execution_time)
        days = [day for day in closed if day >= project.start]
        if not closed:
            return dg.SkipReason("no frame closed since the last night: the clock was put forward")
        if not days:
            return dg.SkipReason(f"{project.name} starts on {project.start}")
        # the run key names the night, so that a tick evaluated twice runs once
        return [dg.RunRequest(run_key=f"{name}:{day}", partition_key=day.isoformat()) for day in days]

    return tick


def monthly(project: Project, job: jobs.AssetJob) -> dg.ScheduleDefinition:
    """On the second of a month, so that the night of its last frame, wherever that begins, is done."""
    at = _after_the_night(project)

    @dg.schedule(
        name=f"{project.name}_month",
        job=job,
        cron_schedule=f"{at.minute} {at.hour} 2 * *",
        execution_timezone=project.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"The review of the month before, on the 2nd at {at:%H:%M} {project.timezone}.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        month = Month.of(month_before(context.scheduled_execution_time))
        if month < Month.of(project.start):
            return dg.SkipReason(f"{project.name} starts on {project.start}")
        return dg.RunRequest(run_key=f"month:{month}", partition_key=month.first.isoformat())

    return tick


def report(project: Project, job: jobs.AssetJob) -> dg.ScheduleDefinition:
    """Once a week, when the night that ended the week is done: nights themselves are as quick as without it."""
    at = _after_the_night(project)
    return dg.ScheduleDefinition(
        name=f"{project.name}_weekly_report",
        job=job,
        cron_schedule=f"{at.minute} {at.hour} * * 1",
        execution_timezone=project.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"The report of {project.name} on one page, Mondays at {at:%H:%M} {project.timezone}.",
    )


def flagged(project: Project, job: jobs.AssetJob) -> dg.ScheduleDefinition:
    """On the second of a month, when the night of the last frame of the month before is done."""
    at = _after_the_night(project)
    return dg.ScheduleDefinition(
        name=f"{project.name}_monthly_flagged",
        job=job,
        cron_schedule=f"{at.minute} {at.hour} 2 * *",
        execution_timezone=project.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"What of the month before is worth an expert's eye, on the 2nd at {at:%H:%M} {project.timezone}.",
    )


def _after_the_night(project: Project) -> time:
    return (datetime.combine(date.min, time.fromisoformat(project.nightly)) + IN_TIME).time()


def month_before(fires_at: datetime) -> date:
    """A day of the month that ended last before a schedule fires."""
    return fires_at.astimezone(UTC).date().replace(day=1) - ONE_DAY


def compact() -> dg.ScheduleDefinition:
    """Once a week, away from the usual hours of nightly runs: it holds the lake's write lock."""
    return dg.ScheduleDefinition(
        name="weekly_compact",
        job=jobs.compact,
        cron_schedule="30 12 * * 0",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Merge the lake's small files, Sundays at 12:30 UTC.",
    )
