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

    @dg.schedule(
        name=f"{project.name}_nightly",
        job=job,
        cron_schedule=cron(project.nightly),
        execution_timezone=project.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Yesterday's frame of {project.name}, every night at {project.nightly} {project.timezone}.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        day = yesterday(context.scheduled_execution_time)
        if day < project.start:
            return dg.SkipReason(f"{project.name} starts on {project.start}")
        # the run key names the night, so that a tick evaluated twice runs once
        return dg.RunRequest(run_key=f"nightly:{day}", partition_key=day.isoformat())

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
