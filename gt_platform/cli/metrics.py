"""`gt metrics`: what can be measured, and how."""

from collections.abc import Iterator

import polars as pl

from gt_platform.cli.app import Format, ProjectName, app, project_named
from gt_platform.cli.show import show
from gt_platform.metrics import Measuring, fitting, lacking
from gt_platform.project import Project

COLUMNS = ("metric", "between", "better", "about", "values of")


@app.command(name="metrics")
def list_metrics(project: ProjectName = None, layout: Format = "table") -> None:
    """Every metric that a project may name under `benchmark: metrics`; see docs/metrics.md.

    Where a metric needs a library that is not installed, it says what to install.
    """
    declared = project_named(project)
    rows = [*_own(declared), *_registered(declared)]
    title = f"{declared.name}: what `benchmark: metrics` may name"
    show(pl.DataFrame(rows, schema=list(COLUMNS), orient="row"), layout, title=title)


def _own(declared: Project) -> Iterator[tuple[str, ...]]:
    measuring = Measuring(kind=declared.answer_kind, names=())
    of = f"a judgement by {declared.answer['kind']}" if declared.judges_outputs else declared.answer["kind"]
    for name, limits in measuring.bounds.items():
        yield name, _between(limits), _better(lower=name in measuring.lower_is_better), f"every {of} has it", "the kind"


def _registered(declared: Project) -> Iterator[tuple[str, ...]]:
    for name, metric in fitting(declared.answer_kind).items():
        limits = metric.limits(declared.answer_kind)
        about = lacking(metric) or metric.about
        yield name, _between(limits), _better(lower=metric.lower_is_better), about, metric.library


def _between(limits: tuple[float, float]) -> str:
    return " to ".join(f"{bound:g}" for bound in limits)


def _better(*, lower: bool) -> str:
    return "lower" if lower else "higher"
