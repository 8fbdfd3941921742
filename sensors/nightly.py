"""The schedules: yesterday's frame of every project each night, the lake's upkeep once a week."""

from datetime import UTC, date, datetime, timedelta

import dagster as dg

from gt_platform.project import Project
from gt_platform.sensors import jobs


def yesterday(fires_at: datetime) -> date:
    """The frame that closed last when a schedule fires; frames are UTC days, wherever the project lives."""
    return fires_at.astimezone(UTC).date() - timedelta(days=1)


def cron(time: str) -> str:
    """Cron for once a day at `HH:MM`."""
    hour, minute = time.split(":")
    return f"{int(minute)} {int(hour)} * * *"


def refresh(project: Project, job: jobs.AssetJob) -> dg.ScheduleDefinition:
    """Refresh yesterday's frame at the hour the project names, in the project's time zone."""
    said = f"Yesterday's frame of {project.name}, every night at {project.nightly} {project.timezone}."
    return _of_yesterday(project, job, "nightly", cron(project.nightly), project.timezone, said)


def structure(project: Project, job: jobs.AssetJob) -> dg.ScheduleDefinition:
    """Once a week, before the files that were just checked are merged."""
    said = f"Whether every table of {project.name} is as it is defined, Sundays at 12:00 UTC."
    return _of_yesterday(project, job, "weekly_structure", "0 12 * * 0", "UTC", said)


def _of_yesterday(
    project: Project, job: jobs.AssetJob, name: str, cron_schedule: str, timezone: str, description: str
) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{project.name}_{name}",
        job=job,
        cron_schedule=cron_schedule,
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        day = yesterday(context.scheduled_execution_time)
        if day < project.start:
            return dg.SkipReason(f"{project.name} starts on {project.start}")
        # the run key names the night, so that a tick evaluated twice runs once
        return dg.RunRequest(run_key=f"{name}:{day}", partition_key=day.isoformat())

    return tick


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
