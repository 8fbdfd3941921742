"""`gt plan`: labels for a wanted half-width, or the half-width a budget buys."""

from typing import Annotated

import polars as pl
import typer

from gt_platform.cli.app import Format, ProjectOption, UsageError, app, out
from gt_platform.cli.plan_checks import plan_checks
from gt_platform.cli.plan_design import plan_design
from gt_platform.cli.show import show
from gt_platform.stats.intervals import MINIMUM_UNITS
from gt_platform.stats.label_error.outlook import Assumed
from gt_platform.stats.planning import Planned, Stratum, Task, labels_for, width_of

USUAL_RATE = 0.85
HalfWidth = Annotated[float | None, typer.Option(help="Wanted half-width of the 95 % interval, such as 0.03.")]
Budget = Annotated[int | None, typer.Option(help="Labels there are means for.")]
Expect = Annotated[float | None, typer.Option(help="The rate you expect: 0.85 when not given, or what strata make.")]
Population = Annotated[int | None, typer.Option(help="Events in all; few need fewer labels, where labels are exact.")]
Judge = Annotated[float | None, typer.Option("--judge-correlation", help="A judge's correlation with the truth.")]
ClusterSize = Annotated[float, typer.Option(help="Events of one session or user that are labeled together.")]
Within = Annotated[float, typer.Option("--icc", help="How alike those are: their intraclass correlation, 0 to 1.")]
Strata = Annotated[str | None, typer.Option(help="SHARE:RATE of parts known in advance, such as 0.15:0.55,0.85:0.9.")]
Floor = Annotated[float, typer.Option(help="Share of the labels spread evenly; the rest goes where answers vary.")]
Overlap = Annotated[int, typer.Option(help="Answers asked for each label.", min=1)]
Right = Annotated[
    float | None, typer.Option("--annotators-right", help="How often an annotator is right: plans expert checks, too.")
]
Hard = Annotated[float, typer.Option(help="Share of items that are hard for annotators and model alike.")]
Cost = Annotated[str, typer.Option(help="ANNOTATOR:EXPERT, what an answer of each costs; the budget is in that unit.")]


@app.command()
def plan(
    half_width: HalfWidth = None,
    budget: Budget = None,
    expect: Expect = None,
    population: Population = None,
    judge: Judge = None,
    cluster_size: ClusterSize = 1.0,
    icc: Within = 0.0,
    strata: Strata = None,
    floor: Floor = 0.5,
    overlap: Overlap = 1,
    annotators: Right = None,
    hard: Hard = 0.1,
    cost: Cost = "1:8",
    project: ProjectOption = None,
    layout: Format = "table",
) -> None:
    """How many labels, and by which design: `gt plan --half-width 0.03` or `gt plan --budget 500`.

    With `--annotators-right` labels may be wrong, and a budget is split between items, further answers and expert
    checks. With `--project` what that project declares is planned: what its next night asks for, and what it buys.
    """
    if project is not None:
        if half_width is not None or budget is not None:
            raise UsageError("--project plans what the project declares: leave --half-width and --budget out")
        plan_design(project, layout)
        return
    if (half_width is None) == (budget is None):
        raise UsageError("give one of --half-width and --budget, or --project for what a project declares")
    if annotators is not None:
        assumed = Assumed(model=expect or USUAL_RATE, annotators=annotators, overlap=overlap, hard=hard)
        plan_checks(assumed, cost, half_width=half_width, budget=budget, layout=layout)
        return
    try:
        parts = _strata(strata)
        rate = expect if expect is not None else sum(part.share * part.rate for part in parts) or USUAL_RATE
        task = Task(
            rate=rate,
            population=population,
            correlation=judge,
            cluster_size=cluster_size,
            within=icc,
            strata=parts,
            floor=floor,
        )
        planned = labels_for(task, half_width) if half_width is not None else width_of(task, budget or 0)
    except ValueError as error:
        raise UsageError(str(error)) from None
    show(_table(planned, overlap), layout, title=f"95 % interval of a rate of {task.rate:g}")
    if layout == "table":
        out.print(_notes(task), style="dim", markup=False, highlight=False, soft_wrap=True)


def _table(planned: list[Planned], overlap: int) -> pl.DataFrame:
    rows = [
        {
            "design": one.design,
            "labels": one.labels,
            "answers": None if one.labels is None else one.labels * overlap,
            "half_width": None if one.half_width is None else round(one.half_width, 4),
            "worth": round(one.worth, 2),
            "how": one.how if one.half_width is not None else f"{one.how}; {_why_not(one)}",
        }
        for one in planned
    ]
    schema = {"labels": pl.Int64, "answers": pl.Int64, "half_width": pl.Float64}
    return pl.DataFrame(rows, schema_overrides=schema)


def _why_not(planned: Planned) -> str:
    if planned.labels is None:
        return "not even all of the population is enough"
    return f"insufficient evidence below {MINIMUM_UNITS} labels"


def _strata(text: str | None) -> tuple[Stratum, ...]:
    if text is None:
        return ()
    parts = [part.split(":") for part in text.split(",")]
    try:
        return tuple(Stratum(float(share), float(rate)) for share, rate in parts)
    except ValueError:
        raise UsageError(f"--strata is {text!r}; write it as SHARE:RATE,SHARE:RATE") from None


def _notes(task: Task) -> str:
    notes = ["worth: how many uniform labels one label is worth."]
    if task.correlation is None and not task.strata:
        notes.append("With --judge-correlation or --strata there are designs that need fewer.")
    if task.population is not None:
        notes.append("A project's production score takes no correction for the population: its answers vary as well.")
    return " ".join(notes)
