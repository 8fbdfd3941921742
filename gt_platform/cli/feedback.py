"""`gt feedback`: what users said, what became of it, and what waits."""

from collections import Counter
from typing import Annotated

import typer

from gt_platform import sampling
from gt_platform.cli.app import Format, app, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.truth.proposals import STATES, proposals

# corrections and outcomes are people's words, of which there may be as many as there is feedback
FATES = """
    SELECT given_by, signal, CASE WHEN signal = 'thumb' THEN value END AS value, fate, count(*) AS n
    FROM signals GROUP BY ALL ORDER BY ALL
"""
RIGHT = """
    SELECT given_by, signal, value, n, round(estimate, 3) AS estimate, round(low, 3) AS low, round(high, 3) AS high
    FROM feedback_vs_truth WHERE signal IN ('thumb', 'rating') ORDER BY ALL
"""
TOOK = """
    SELECT step, sum(n)::BIGINT AS n, round(median(p50), 1) AS p50, round(median(p90), 1) AS p90
    FROM latency GROUP BY step ORDER BY step
"""


@app.command()
def feedback(
    name: Annotated[str, typer.Argument(metavar="PROJECT")],
    layout: Format = "table",
) -> None:
    """What became of every kind of signal; as a table, also how right the model was there, and how long labels take.

    `signals` in the lake has each signal with its fate; `feedback_vs_truth` and `latency` what else is told.
    """
    project = project_named(name)
    with store_of(project) as (_, store):
        fates, right, took = (store.read(query) for query in (FATES, RIGHT, TOOK))
        became = Counter(one.state for one in proposals(store, project))
        waits = [one.said for one in sampling.late(store, project)]
    show(fates, layout, title=f"what users said of {name}, and what became of it")
    if layout != "table":
        return
    for said in waits:
        out.print(f"waits: {said}: `gt refresh {name}` draws them", highlight=False, soft_wrap=True)
    if became:
        told = ", ".join(f"{became[state]} {state}" for state in STATES if became[state])
        out.print(f"corrections as proposals for truth: {told}", highlight=False, soft_wrap=True)
    if became["open"]:
        out.print(f"waits for a reviewer: `gt truth proposals -p {name}` lists them", highlight=False, soft_wrap=True)
    show(right, title=f"{project.headline} of production's events with that signal, with its 95 % interval")
    show(took, title="hours that labels take, the middle of all weeks")
