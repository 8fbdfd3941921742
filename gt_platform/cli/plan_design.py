"""`gt plan --project`: what the design that a project declares asks of the next night, and what it buys."""

from dataclasses import asdict

import polars as pl

from gt_platform.cli.app import UsageError, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.labeling import Costs, costs
from gt_platform.project import Project
from gt_platform.sampling.forecast import Bought, Night, bought, next_night

ROUNDED = ("estimate", "half_width", "week", "month")


def plan_design(name: str, layout: str) -> None:
    """Print both. Raises UsageError where no frame is there to learn from."""
    project = project_named(name)
    with store_of(project) as (_, store), store.snapshot():
        night = next_night(store, project)
        if night is None:
            raise UsageError(f"{project.name} has no frame to learn from; `gt plan --budget` plans without one")
        scores = bought(store, project, night.checks)
        paid = costs(store, project)
    show(_asked(project, night), layout, title="what the next night asks for")
    if layout != "table":
        return
    if scores:
        show(_table(scores), layout, title="95 % half-widths: now, of a week and of four weeks of such nights")
        if night.cost is not None:
            show(_paid(project, paid, scores), layout, title="what labels have cost so far")
    else:
        out.print("There are no scores yet to tell from what its labels buy.", style="dim")


def _asked(project: Project, night: Night) -> pl.DataFrame:
    declared, cost = project.labeling, project.labeling.cost
    priced = night.cost is not None
    share = night.items / night.drawn if night.drawn else 0.0
    labels = night.answers + night.further + night.late + night.training + night.added + night.checks
    rows = [
        ("events", night.events, None, "the mean of the last week's frames"),
        (
            "events drawn",
            night.drawn,
            None,
            "sampling.budget, or what a night's budget buys; all, where there are fewer",
        ),
        ("items asked", night.items, None, f"{share:.0%} of what was drawn in four weeks had to be asked"),
        ("answers", night.answers, night.answers * cost.annotator, f"{declared.overlap} for each item"),
        ("further answers", night.further, night.further * cost.annotator, "to items that stay open"),
        ("for late flags", night.late, night.late * cost.annotator, "as in the last four weeks"),
        ("to train on", night.training, night.training * cost.annotator, "sampling.active_learning"),
        ("for added items", float(night.added), night.added * cost.annotator, "what waits, once: `gt items add`"),
        ("expert checks", float(night.checks), night.checks * cost.expert, "labeling.expert_check, or what is bought"),
        ("labels in all", labels, night.cost, ""),
    ]
    table = pl.DataFrame(rows, schema=["what", "a night", "cost", "how"], orient="row").with_columns(
        pl.col("a night", "cost").cast(pl.Float64).round(1)
    )
    return table if priced else table.drop("cost")


def _table(scores: list[Bought]) -> pl.DataFrame:
    return pl.DataFrame([asdict(one) for one in scores]).with_columns(pl.col(ROUNDED).round(4))


def _paid(project: Project, paid: Costs, scores: list[Bought]) -> pl.DataFrame:
    headline = next((one for one in scores if (one.metric, one.slice) == (project.headline, "*")), None)
    shares = project.measuring.bounds.get(project.headline) == (0.0, 1.0)
    width = headline.half_width if headline and shares else None
    narrower = f"of the 95 % half-width of {project.headline}: by as much again of all that narrows it"
    rows = [
        ("answers and expert checks", paid.paid, f"annotators {paid.annotators:g}, experts {paid.experts:g}"),
        ("of it this month", paid.month, "UTC"),
        ("asked and not answered", paid.waiting, ""),
        ("a label", paid.per_label, f"{paid.labels} answers that count, of all that were paid"),
        ("a truth", paid.per_truth, f"{paid.truths} items with truth"),
        ("the next point", paid.next_point(width), narrower),
        ("left of the budget", paid.left, "labeling.cost: month, total"),
    ]
    told = [(what, None if cost is None else round(cost, 2), how) for what, cost, how in rows]
    return pl.DataFrame(told, schema={"what": pl.String, "cost": pl.Float64, "how": pl.String}, orient="row")
