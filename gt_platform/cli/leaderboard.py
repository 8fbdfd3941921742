"""`gt leaderboard`: who is best, and how sure that is."""

from dataclasses import asdict
from typing import Annotated, Literal

import polars as pl
import typer

from gt_platform import benchmark
from gt_platform.cli.app import Format, app, project_named, store_of
from gt_platform.cli.show import show


@app.command()
def leaderboard(
    name: Annotated[str, typer.Argument(metavar="PROJECT")],
    by: Annotated[
        Literal["production", "benchmark", "adversarial", "hand_made"] | None,
        typer.Option(help="All sampled traffic, the held-out items, or a set that was added; else as declared."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Ranks of this look alone, where no other is taken.")] = False,
    layout: Format = "table",
) -> None:
    """Every candidate and production by the headline metric, with intervals of scores and of ranks.

    Ranks hold however often one looks, at each new release.
    """
    project = project_named(name)
    with store_of(project) as (_, store):
        places = benchmark.leaderboard(store, project, by, once=once)
    rows = [
        {key: value for key, value in asdict(place).items() if key not in ("first", "last")}
        | {"rank": f"{place.first}" if place.first == place.last else f"{place.first} to {place.last}"}
        for place in places
    ]
    estimand = by or project.candidates.estimand
    show(pl.DataFrame(rows), layout, title=f"{project.headline} of {estimand}, 95 % intervals of scores and of ranks")
