"""The labels sensor: answers that nobody collected yet, and truth that a run left half settled, start the settling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from gt_platform import labeling
from gt_platform.canonical import digest
from gt_platform.lake import Store
from gt_platform.lake.tables import ADJUDICATIONS, ANNOTATIONS, DECISIONS, RELEASES
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.sensors import jobs
from gt_platform.sensors.runs import WORK_TAG, Work, in_progress, with_history, work_digest
from gt_platform.unsettled import unsettled

EVERY = 60  # seconds
APPENDED = (ADJUDICATIONS, ANNOTATIONS, DECISIONS, RELEASES)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Why truth has to be settled, and a digest of what there is to do."""

    why: str
    digest: str


def decide(found: Found | None, work: Work | None, busy: Sequence[object], now: datetime) -> Work | str:
    """The work to ask a run for, or why there is none to ask for."""
    if found is None or work is None:
        return "no answers are waiting, and all truth is settled, released and scored"
    if busy:
        return f"{found.why}; {len(busy)} runs of the project are queued or running"
    if not work.due(now):
        return f"{found.why}; attempt {work.attempts} at it was in vain; waiting before the next"
    return work


def half_settled(store: Store, project: Project) -> Found | None:
    """What a run that died behind its frames left to do."""
    table = unsettled(store, project)
    if table is None:
        return None
    rows = store.row_counts(APPENDED)  # other work than before once anything was appended
    done = work_digest([project.name, f"unsettled {table}", *(f"{name} {count}" for name, count in rows.items())])
    return Found(why=f"`{table}` does not follow from the tables before it", digest=done)


def build(project: Project, job: jobs.AssetJob) -> dg.SensorDefinition:
    """Ask the labeling backend and the lake, and start `settle` when either has something to settle."""

    @dg.sensor(
        name=f"{project.name}_labels",
        job=job,
        minimum_interval_seconds=EVERY,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Looks for answers at the {project.labeling.backend} backend, and for truth that a run which died "
        "left unsettled, unreleased or unscored; settles what they change.",
    )
    def tick(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.RunRequest | dg.SkipReason:
        store, busy = platform.store(project), in_progress(context.instance, project.name)
        waiting = labeling.waiting(store, project, platform.backend(project))
        found = (
            None if waiting is None else Found(why="answers are waiting", digest=f"{project.name}:answers:{waiting}")
        )
        looked = _place(store, project)
        if found is None and not busy and context.cursor != looked:
            found = half_settled(store, project)
            context.update_cursor("" if found else looked)  # it only saves looking again where nothing has changed
        work = None if found is None else with_history(context.instance, found.digest)
        decided = decide(found, work, busy, datetime.now(UTC))
        if isinstance(decided, str):
            return dg.SkipReason(decided)
        return dg.RunRequest(run_key=decided.run_key, tags={WORK_TAG: decided.digest})

    return tick


def _place(store: Store, project: Project) -> str:
    """The lake's latest snapshot, beside what is declared."""
    return f"{store.snapshot_id} {digest(project.model_dump_json(), 16)}"
