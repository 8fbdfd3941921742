"""Running the nightly job from Python: what `gt refresh` and `gt demo` do, one frame day after another.

The job is the one the schedule runs, on the same Dagster home, so its runs show in the UI like any other.
"""

import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

import dagster as dg

from gt_platform import alive, sampling
from gt_platform.dagster_home import open_instance
from gt_platform.definitions import build_definitions
from gt_platform.errors import GroundTruthError
from gt_platform.installation import Installation, survey
from gt_platform.monthly import Month
from gt_platform.platform import Platform
from gt_platform.project import Project, ProjectError
from gt_platform.sensors.jobs import compact, monthly_name, refresh_name, settle_name
from gt_platform.sensors.late import PHASE_TAG
from gt_platform.sensors.lost import bury_the_dead, held_in
from gt_platform.sensors.runs import RANGE
from gt_platform.settings import Settings


class RefreshError(GroundTruthError):
    """A refresh that failed; the message names the step, the reason and what to do."""


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """One refreshed frame day: Dagster's run, how long it took, and what checks have to say (not of passes)."""

    project: str
    day: date
    run_id: str
    seconds: float
    remarks: tuple[str, ...]


class Refresher:
    """Definitions, lake and Dagster instance, loaded once for any number of days."""

    def __init__(
        self,
        definitions: dg.Definitions,
        platform: Platform,
        instance: dg.DagsterInstance,
        installation: Installation | None = None,
    ) -> None:
        self._definitions = definitions
        self._platform = platform
        self._instance = instance
        self._installation = installation

    def refresh(self, project: str, day: date, tags: dict[str, str] | None = None) -> Refreshed:
        """Run the refresh job for one frame day, in this process. Raises RefreshError, or ProjectError."""
        self._refuse(project)
        started = time.monotonic()
        result = self._run(refresh_name(project), partition_key=day.isoformat(), tags=tags)
        if not result.success:
            raise RefreshError(_explain(f"{project} {day}", f"gt refresh {project} --from {day}", result))
        remarks = tuple(_remark(found) for found in result.get_asset_check_evaluations() if not found.passed)
        seconds = time.monotonic() - started
        return Refreshed(project=project, day=day, run_id=result.run_id, seconds=seconds, remarks=remarks)

    def late(self, project: Project) -> list[Refreshed]:
        """Refresh the frames for which enough late flags wait, as a sensor has it done. Raises as `refresh` does."""
        found = sampling.late(self._platform.store(project), project)
        return [self.refresh(project.name, one.day, {PHASE_TAG: one.said}) for one in found]

    def backfill(self, project: str, first: date, last: date) -> None:
        """Run the refresh job once for a range of frame days, as a backfill in the UI does.

        Raises RefreshError, or ProjectError.
        """
        self._refuse(project)
        result = self._run(refresh_name(project), tags=dict(zip(RANGE, (str(first), str(last)), strict=True)))
        if not result.success:
            raise RefreshError(
                _explain(f"{project} {first} to {last}", f"gt refresh {project} --from {first} --to {last}", result)
            )

    def review(self, project: str, month: Month) -> None:
        """Review a month, as the schedule has it done once it is over. Raises RefreshError, or ProjectError."""
        self._refuse(project)
        result = self._run(monthly_name(project), partition_key=month.first.isoformat())
        if not result.success:
            raise RefreshError(_explain(f"{project} {month}", f"gt refresh {project} --month {month}", result))

    def settle(self, project: str) -> None:
        """Collect answers and settle what they change, as the labels sensor has it done.

        Raises RefreshError, or ProjectError.
        """
        self._refuse(project)
        result = self._run(settle_name(project))
        if not result.success:
            raise RefreshError(_explain(project, f"gt refresh {project}", result))

    def compact(self) -> None:
        """Merge the lake's small files, as the schedule has it done once a week. Raises RefreshError."""
        result = self._run(compact.name)
        if not result.success:
            raise RefreshError(_explain("upkeep of the lake", "compact", result))

    def _refuse(self, project: str) -> None:
        if self._installation and (why := self._installation.why(project)):
            raise ProjectError(why)

    def _run(
        self, job: str, *, partition_key: str | None = None, tags: dict[str, str] | None = None
    ) -> dg.ExecuteInProcessResult:
        run_id = str(uuid.uuid4())
        with alive.holding(held_in(self._instance), run_id):  # before there is a run, so that it is never without
            return self._definitions.resolve_job_def(job).execute_in_process(
                instance=self._instance,
                partition_key=partition_key,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                run_id=run_id,
                tags=tags,
                raise_on_error=False,
            )


@contextmanager
def refresher(settings: Settings, *, instance: dg.DagsterInstance | None = None) -> Iterator[Refresher]:
    """A Refresher on the Dagster home below `settings.home`, or on another instance."""
    platform = Platform(settings)
    with ExitStack() as stack:
        stack.callback(platform.close)
        if instance is None:
            instance = stack.enter_context(open_instance(settings.home))
        bury_the_dead(instance)
        found = survey(settings)
        yield Refresher(build_definitions(settings, platform, found), platform, instance, found)


def refresh(
    project: str, days: Iterable[date], *, settings: Settings, instance: dg.DagsterInstance | None = None
) -> list[Refreshed]:
    """Refresh frame days one after another. Raises RefreshError at the first that fails."""
    with refresher(settings, instance=instance) as nightly:
        return [nightly.refresh(project, day) for day in days]


def _explain(what: str, again: str, result: dg.ExecuteInProcessResult) -> str:
    checks = [found for found in result.get_asset_check_evaluations() if _stops(found)]
    reasons = [f"check {_remark(found)}" for found in checks] or [
        f"{event.step_key}: {_reason(event)}" for event in result.all_events if event.is_step_failure
    ]
    return (
        f"{what}: {'; '.join(reasons) or 'the run failed before its first step'}. "
        f"What was committed before stands; mend the cause and run `{again}` again "
        f"(run {result.run_id} in `gt ui` has the whole story)"
    )


def _stops(found: dg.AssetCheckEvaluation) -> bool:
    return bool(found.blocking and not found.passed and found.severity is dg.AssetCheckSeverity.ERROR)


def _reason(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:  # the innermost: what the stage raised
        error = error.cause
    if error is None:
        return "unknown"
    name, _, said = error.message.partition(": ")
    return f"{name.rpartition('.')[2]}: {' '.join(said.split())}"


def _remark(found: dg.AssetCheckEvaluation) -> str:
    check, table = found.check_name, found.asset_key.path[-1]
    return f"{check if check == table else f'{check} of {table}'}: {found.description}"
