"""The sensor of late flags: frames of which people flagged enough after they were drawn get a further phase."""

from datetime import UTC, datetime

import dagster as dg

from gt_platform import sampling
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.sensors import jobs
from gt_platform.sensors.arrivals import AT_ONCE, YIELDS, free_days
from gt_platform.sensors.runs import WORK_TAG, busy_days, in_progress, with_history, work_digest

EVERY = 3600  # seconds; it joins feedback with all events of the frames it is about
NOTHING = "no frame has enough late flags for a further phase"
PHASE_TAG = "gt/phase"  # what the run is for, where the list of runs shows it


def build(project: Project, job: jobs.AssetJob) -> dg.SensorDefinition:
    """Ask for the partitions of the frames for which enough late flags wait, oldest first."""

    @dg.sensor(
        name=f"{project.name}_late_flags",
        job=job,
        minimum_interval_seconds=EVERY,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Looks for frames with {project.sampling.flagged.later} events or more that people flagged after "
        "their sample was drawn, and opens a further phase of each.",
    )
    def tick(context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]) -> dg.SensorResult:
        found = {one.day: one for one in sampling.late(platform.store(project), project)}
        running = [busy_days(tags) for tags in in_progress(context.instance, project.name)]
        now, requests = datetime.now(UTC), []
        for day in free_days(found, running)[:AT_ONCE]:
            events = found[day].sample["event_id"]
            work = with_history(context.instance, work_digest([project.name, f"late flags of {day}", *events]))
            if work.due(now):
                tags = {WORK_TAG: work.digest, PHASE_TAG: found[day].said, "dagster/priority": YIELDS}
                requests.append(dg.RunRequest(run_key=work.run_key, partition_key=day.isoformat(), tags=tags))
        none = f"{len(found)} frames have late flags; their runs are queued, running, or failed before and wait"
        return dg.SensorResult(requests, skip_reason=None if requests else dg.SkipReason(none if found else NOTHING))

    return tick
