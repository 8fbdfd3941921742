"""The candidates sensor: files of theirs that the ledger does not know start taking them in.

Every candidate that is known becomes a partition, also one that was taken in or asked from the command line; so does
every release, that candidates can be scored on again.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import dagster as dg

from gt_platform import candidates
from gt_platform.assets.candidates import partitions, released
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.sensors import jobs
from gt_platform.sensors.runs import PARTITION, WORK_TAG, Work, in_progress, with_history, work_digest
from gt_platform.truth.tags import releases

EVERY = 60  # seconds


def to_do(project: Project, files: candidates.Waiting) -> dict[str, str]:
    """A digest of the work of each candidate that has some."""
    return {
        name: work_digest([project.name, name, *(f"{one.path} {one.version}" for one in found)])
        for name, found in files.items()
    }


def decide(work: Mapping[str, Work], running: Iterable[Mapping[str, str]], now: datetime) -> list[tuple[str, Work]]:
    """The candidates to take in now: work that is due, of those that no run is about."""
    busy = {tags.get(PARTITION) for tags in running}
    return [(name, one) for name, one in sorted(work.items()) if name not in busy and one.due(now)]


def build(project: Project, job: jobs.AssetJob) -> dg.SensorDefinition:
    """Look into the folder, where there is one, and into the ledger where the lake has changed."""

    @dg.sensor(
        name=f"{project.name}_candidates",
        job=job,
        minimum_interval_seconds=EVERY,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Looks for files of candidates beside the inbox of {project.name} that the ledger does not know.",
    )
    def tick(context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]) -> dg.SensorResult:
        files = platform.waiting_candidates(project)
        found = {name: with_history(context.instance, digest) for name, digest in to_do(project, files).items()}
        running = in_progress(context.instance, project.name) if found else []
        asked = [_run_request(name, work) for name, work in decide(found, running, datetime.now(UTC))]
        place = str(platform.store(project).snapshot_id)
        changed = place != context.cursor
        known = candidates.known(platform.store(project)) if changed else []
        numbers = releases(platform.store(project)) if changed else []
        new = [
            *_unregistered(context.instance, partitions(project), sorted({*files, *known})),
            *_unregistered(context.instance, released(project), map(str, numbers)),
        ]
        return dg.SensorResult(
            asked,
            dynamic_partitions_requests=new or None,
            skip_reason=None if asked else dg.SkipReason("the ledger knows every file, or a run is about it"),
            cursor=place,
        )

    return tick


def _unregistered(
    instance: dg.DagsterInstance, partitioned: dg.DynamicPartitionsDefinition, names: Iterable[str]
) -> list[dg.AddDynamicPartitionsRequest]:
    asked = list(names)
    known = set(instance.get_dynamic_partitions(str(partitioned.name))) if asked else set()
    new = [name for name in asked if name not in known]
    return [partitioned.build_add_request(new)] if new else []


def _run_request(candidate: str, work: Work) -> dg.RunRequest:
    return dg.RunRequest(run_key=work.run_key, partition_key=candidate, tags={WORK_TAG: work.digest})
