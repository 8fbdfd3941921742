"""`gt why`: what makes the difference of two scores."""

from collections.abc import Mapping
from typing import Annotated

import polars as pl
import typer

from gt_platform import benchmark
from gt_platform.benchmark import Side, Why
from gt_platform.cli.app import Format, ProjectName, UsageError, app, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.lake import Store
from gt_platform.truth.tags import NEWEST, release_named

SCHEMA = {"": pl.String, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64}


@app.command()
def why(
    project: ProjectName = None,
    first: Annotated[
        str | None, typer.Option("--from", help="The earlier score: all, week:DATE or day:DATE, then @RELEASE, /MODEL.")
    ] = None,
    second: Annotated[str | None, typer.Option("--to", help="The later one, written so, too.")] = None,
    metric: Annotated[str | None, typer.Option(help="The project's headline when not given.")] = None,
    label: Annotated[str, typer.Option(help="The class, of a metric of each class.")] = "*",
    layout: Format = "table",
) -> None:
    """Why a production score changed: what revised labels, the traffic's mix, the model and chance make of it.

    The parts add up to the difference, each with its 95 % interval. A score is named by its period, its release and its
    model, such as week:2026-01-05@3/v2; what is left out is all time, the newest release, all models. Without --from
    and --to the last two weeks are compared.
    """
    if (first is None) != (second is None):
        raise UsageError("name both scores, --from and --to, or neither for the last two weeks")
    written = None if first is None or second is None else (benchmark.side_of(first), benchmark.side_of(second))
    declared = project_named(project)
    asked = metric or declared.headline
    with store_of(declared) as (_, store):
        sides = _sides(store, *written) if written else benchmark.latest_weeks(store, asked, label)
        found = benchmark.why(store, declared, *sides, metric=asked, label=label)
    show(_rows(found), layout, title=f"{asked}, {sides[0]} to {sides[1]}" if layout == "table" else "")
    if layout == "table":
        for remark in found.remarks:
            out.print(remark, markup=False, highlight=False, soft_wrap=True)


def _sides(store: Store, *written: tuple[Mapping[str, str], str | None]) -> tuple[Side, Side]:
    first, second = (Side(**told, release=release_named(store, name or NEWEST)) for told, name in written)
    return first, second


def _rows(found: Why) -> pl.DataFrame:
    rows = [(str(one.side), one.estimate, one.low, one.high, one.n) for one in (found.first, found.second)]
    parts = [(words, part.value, part.low, part.high, None) for words, part in found.named]
    between = ("difference", found.difference, None, None, None)
    return pl.DataFrame([*rows, between, *parts], schema=SCHEMA, orient="row")
