"""`gt feedback`: what users said, what became of it, and what waits."""

from typing import Annotated

import polars as pl
import typer

from gt_platform import sampling
from gt_platform.cli.app import Format, app, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.lake import Store
from gt_platform.lake.views.view import wilson

SAID = f"""
    SELECT given_by, signal, value, fate, n, round(estimate, 3) AS estimate,
           CASE WHEN estimate IS NOT NULL THEN round(low, 3) END AS low,
           CASE WHEN estimate IS NOT NULL THEN round(high, 3) END AS high
    FROM (
        SELECT *, {wilson("estimate", "effective")} FROM (
            SELECT given_by, signal, CASE WHEN signal = 'thumb' THEN value ELSE '' END AS value, fate, count(*) AS n,
                   CASE WHEN bool_and(y BETWEEN 0 AND y_of) THEN sum(weight * y) / nullif(sum(weight * y_of), 0) END
                       AS estimate,
                   sum(weight) ** 2 / sum(weight ** 2) AS effective
            FROM signals LEFT JOIN (SELECT event_id, weight FROM labels) USING (event_id) GROUP BY ALL
        )
    ) ORDER BY ALL
"""  # noqa: S608 - of the part that views share
TAKEN = "SELECT step, sum(n)::BIGINT AS n, round(median(p50), 1) AS p50, round(median(p90), 1) AS p90 FROM latency"


@app.command()
def feedback(
    name: Annotated[str, typer.Argument(metavar="PROJECT")],
    layout: Format = "table",
) -> None:
    """What became of every kind of signal, and how right the model was where it was looked at.

    The estimate is the headline metric of production's events with that signal, with its 95 % interval; none where
    the metric is no share, or where nobody looked. `signals` in the lake has each signal with its fate.
    """
    project = project_named(name)
    with store_of(project) as (_, store):
        found = store.read(SAID)
        waits = [one.said for one in sampling.late(store, project)]
        took = _took(store)
    show(found, layout, title=f"what users said of {name}, what became of it, and {project.headline} where looked at")
    if layout == "table":
        for said in waits:
            out.print(f"waits: {said}: `gt refresh {name}` draws them", highlight=False, soft_wrap=True)
        show(took, title="hours that labels take, the middle of all weeks")


def _took(store: Store) -> pl.DataFrame:
    return store.read(f"{TAKEN} GROUP BY step ORDER BY step")
