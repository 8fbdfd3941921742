"""The labels sensor: answers that nobody collected yet start the settling of truth."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from gt_platform import labeling
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.sensors import jobs
from gt_platform.sensors.runs import WORK_TAG, Work, in_progress, with_history

EVERY = 60  # seconds


def decide(work: Work | None, busy: Sequence[object], now: datetime) -> Work | str:
    """The work to ask a run for, or why there is none to ask for."""
    if work is None:
        return "no answers are waiting"
    if busy:
        return f"answers are waiting; {len(busy)} runs of the project are queued or running"
    if not work.due(now):
        return f"attempt {work.attempts} on these answers did not take them in; waiting before the next"
    return work


def build(project: Project, job: jobs.AssetJob) -> dg.SensorDefinition:
    """Ask the labeling backend, and start `settle` when it holds answers the lake does not."""

    @dg.sensor(
        name=f"{project.name}_labels",
        job=job,
        minimum_interval_seconds=EVERY,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Looks for answers at the {project.labeling.backend} backend and settles what they change.",
    )
    def tick(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.RunRequest | dg.SkipReason:
        digest = labeling.waiting(platform.store(project), project, platform.backend(project))
        work = None if digest is None else with_history(context.instance, f"{project.name}:answers:{digest}")
        decided = decide(work, in_progress(context.instance, project.name), datetime.now(UTC))
        if isinstance(decided, str):
            return dg.SkipReason(decided)
        return dg.RunRequest(run_key=decided.run_key, tags={WORK_TAG: decided.digest})

    return tick
