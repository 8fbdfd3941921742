"""`gt errors`: where a system errs."""

import json
from typing import Annotated

import polars as pl
import typer

from gt_platform import benchmark, labeling
from gt_platform.benchmark import Calibrated, Weaknesses
from gt_platform.cli.app import Format, app, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.project import Project
from gt_platform.stats.intervals import Interval
from gt_platform.stats.reliability import CalibrationError

SHOWN = 10


@app.command()
def errors(
    name: Annotated[str, typer.Argument(metavar="PROJECT")],
    candidate: Annotated[str, typer.Option(help="Whose errors; production's, if left out.")] = "production",
    hard: Annotated[bool, typer.Option("--hard", help="Only the items that every system gets wrong.")] = False,
    review: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Give experts up to N of those, to be answered blind.")
    ] = None,
    layout: Format = "table",
) -> None:
    """What a system confuses, where it is surely worse, whether its confidence is honest, and what nobody gets right.

    Parts are found on one half of the items and measured on the other, so that none is found in noise.
    """
    project = project_named(name)
    if review is not None:
        _give(project, candidate, review)
        return
    with store_of(project) as (_, store):
        found = benchmark.weaknesses(store, project, candidate)
        sure = None if hard or layout != "table" else benchmark.reliability(store, project, candidate)
    if layout != "table":
        show(_hard(found) if hard else _weak(found), layout)
        return
    if sure is not None:
        _tell(found)
        _tell_confidence(sure)
    given = sum(one.given for one in found.hard)
    title = f"wrong by every system: {len(found.hard)}, {given} of them ruled by somebody who knows"
    show(_hard(found) if hard else _hard(found).head(SHOWN), title=title)


def _give(project: Project, candidate: str, most: int) -> None:
    """What every system gets wrong and nobody ruled on goes to experts, each item once."""
    with store_of(project, read_only=False) as (_, store):
        hard = [one.item_id for one in benchmark.weaknesses(store, project, candidate).hard if not one.given]
        given = labeling.ask_experts(store, project, hard, most)
    out.print(
        f"{given.asked} of {len(hard)} items that every system gets wrong go to experts, who find them after the next "
        f"refresh; {given.before} were given before, {given.not_settled} have no settled answers to check",
        markup=False,
        soft_wrap=True,
    )


def _tell(found: Weaknesses) -> None:
    confused = [
        {"true": one.truth, "said": one.output, "share": one.share, "n": one.n, "such as": one.event_id}
        for one in found.confused
    ]
    show(pl.DataFrame(confused), title=f"{found.system}: wrong answers, by their share of all traffic")
    if found.weak:
        show(_weak(found), title=f"surely worse than the rest in {found.metric}, of {found.looked_at} parts looked at")
    else:
        out.print(f"{found.looked_at} parts looked at, none surely worse in {found.metric} than the rest", markup=False)


def _tell_confidence(sure: Calibrated) -> None:
    """The bins, and in a line how far off they are."""
    if not sure.n:
        out.print("no confidence is stored of what was labeled: nothing is known of its calibration", markup=False)
        return
    bins = [
        {"confidence": f"{one.low:.3g} to {one.high:.3g}", "mean": one.confidence, "right": one.right.estimate}
        | {"low": one.right.low, "high": one.right.high, "share": one.share, "n": one.n}
        for one in sure.bins
    ]
    if bins:
        show(pl.DataFrame(bins), title=f"how often it is right where it says how sure it is, against {sure.against}")
    if sure.error is None:
        out.print(f"calibration: insufficient evidence, {sure.n} labels with a confidence", markup=False)
        return
    brier = "" if sure.brier is None else f"; Brier score {_span(sure.brier)}"
    out.print(f"expected calibration error {_span(sure.error)}, as seen {sure.error.seen:.3f}{brier}", markup=False)


def _span(found: CalibrationError | Interval) -> str:
    return f"{found.estimate:.3f} ({found.low:.3f} to {found.high:.3f})"


def _weak(found: Weaknesses) -> pl.DataFrame:
    schema = {"where": pl.String, "share": pl.Float64, found.metric: pl.Float64, "low": pl.Float64, "high": pl.Float64}
    rows = [
        {"where": one.where, "share": one.share, found.metric: one.here.estimate, "low": one.here.low}
        | {"high": one.here.high, "elsewhere": one.elsewhere.estimate, "n": one.n, "p_value": one.p_value}
        for one in found.weak
    ]
    return pl.DataFrame(rows, schema=schema | {"elsewhere": pl.Float64, "n": pl.Int64, "p_value": pl.Float64})


def _hard(found: Weaknesses) -> pl.DataFrame:
    schema = {"item": pl.String, "event": pl.String, "truth": pl.String, "ruled": pl.Boolean, "said": pl.String}
    rows = [
        {"item": one.item_id[:12], "event": one.event_id, "truth": one.truth, "ruled": one.given}
        | {"said": json.dumps({name: json.loads(output) for name, output in one.outputs.items()}, ensure_ascii=False)}
        for one in found.hard
    ]
    return pl.DataFrame(rows, schema=schema)
