"""How runs are launched and executed, so that it is known which are alive. Who is buried is in `sensors/lost.py`."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, WorkerStatus

from gt_platform import alive
from gt_platform.sensors.lost import LAUNCHING, held_in, is_lost


class RunLauncher(dg.DefaultRunLauncher):
    """Dagster's own, which also knows whether the process of a run it launched is still there."""

    def __init__(self, inst_data: Any = None) -> None:
        super().__init__(inst_data)
        self._launching: dict[str, ExitStack] = {}
        self._changing = threading.Lock()

    def launch_run(self, context: LaunchRunContext) -> None:
        """Launch it, held by this process until the run's own holds it."""
        run_id = context.dagster_run.run_id
        with self._changing:
            self._let_go()
            held = self._launching.setdefault(run_id, ExitStack())
            held.enter_context(alive.holding(held_in(self._instance), run_id + LAUNCHING))
        try:
            super().launch_run(context)
        except BaseException:
            with self._changing:
                self._launching.pop(run_id).close()
            raise

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It does."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """What Dagster's run monitoring asks of every run that has started."""
        record = self._instance.get_run_record_by_id(run.run_id)
        if record is not None and is_lost(self._instance, record):
            return CheckRunHealthResult(WorkerStatus.FAILED, "the process that ran it is gone")
        return CheckRunHealthResult(WorkerStatus.RUNNING)

    def _let_go(self) -> None:
        for run_id in list(self._launching):
            run = self._instance.get_run_by_id(run_id)
            if run is None or run.status is not dg.DagsterRunStatus.STARTING:
                self._launching.pop(run_id).close()


class Held(dg.Executor):
    """An executor whose process holds the run, until it ends: a run's last event comes after its last step."""

    def __init__(self, executor: dg.Executor) -> None:
        self._executor = executor

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[Any]:
        """Hold the run, and have its steps executed."""
        with suppress(OSError):  # a folder that cannot be written to: the run is not watched, as it is without us
            alive.hold_for_life(held_in(plan_context.instance), plan_context.run_id)
        yield from self._executor.execute(plan_context, execution_plan)

    @property
    def retries(self) -> Any:
        """The executor's own."""
        return self._executor.retries

    @property
    def step_dependency_config(self) -> Any:
        """The executor's own."""
        return self._executor.step_dependency_config


def held(of: dg.ExecutorDefinition) -> dg.ExecutorDefinition:
    """An executor that holds its runs."""

    def make(context: dg.InitExecutorContext) -> Held:
        made = of.executor_creation_fn
        assert made is not None  # noqa: S101 - those of Dagster have one
        return Held(made(context))

    schema: Any = of.config_schema
    return dg.ExecutorDefinition(of.name, schema, of.get_requirements, make, of.description)
