"""What runs there are and were, as far as deciding about new ones needs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from gt_platform.canonical import digest
from gt_platform.waiting import pause

WORK_TAG = "gt/work"  # on every run a sensor asks for: the digest of what there was to do
FIRST_DELAY = timedelta(minutes=2)
LONGEST_DELAY = timedelta(hours=6)

IN_PROGRESS = (
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)

PARTITION = "dagster/partition"
RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")


@dataclass(frozen=True, kw_only=True)
class Work:
    """Something to do: `digest` changes when there is more or other work."""

    digest: str
    attempts: int = 0
    last_ended: datetime | None = None

    @property
    def run_key(self) -> str:
        """A key that Dagster has not seen. It refuses a known one even when that run failed."""
        return f"{self.digest}:{self.attempts + 1}"

    def due(self, now: datetime) -> bool:
        """Whether to try (again): at once, then after 2, 4, 8 … minutes, and every 6 hours for ever after."""
        if self.last_ended is None:
            return True
        return now >= self.last_ended + pause(FIRST_DELAY, self.attempts, LONGEST_DELAY)


def work_digest(parts: Iterable[str]) -> str:
    """A digest of what there is to do, whatever its order."""
    return digest("\n".join(sorted(parts)), 16)


def busy_days(tags: Mapping[str, str]) -> tuple[date, date] | None:
    """First and last day a run is about, from its tags; None for a run that is not about days."""
    first, last = (tags.get(RANGE[0]), tags.get(RANGE[1])) if RANGE[0] in tags else (tags.get(PARTITION),) * 2
    try:
        return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None
    except ValueError:  # the partition of some other job
        return None


def with_history(instance: dg.DagsterInstance, digest: str) -> Work:
    """The work, with how often and when it was tried before."""
    records = instance.get_run_records(dg.RunsFilter(tags={WORK_TAG: digest}), limit=100)
    ended = [datetime.fromtimestamp(record.end_time, UTC) for record in records if record.end_time]
    return Work(digest=digest, attempts=len(records), last_ended=max(ended, default=None))


def in_progress(instance: dg.DagsterInstance, project: str) -> list[Mapping[str, str]]:
    """The tags of a project's runs that are queued or running, whoever started them."""
    runs = instance.get_runs(dg.RunsFilter(statuses=list(IN_PROGRESS)))
    return [run.tags for run in runs if run.job_name.startswith(f"{project}_") or _selects(run, project)]


def _selects(run: dg.DagsterRun, project: str) -> bool:
    return any(key.path[0] == project for key in run.asset_selection or ())
