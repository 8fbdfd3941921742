"""Commands that read: status, sql, releases, diff, snapshot."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from gt_platform.cli.app import (
    Force,
    Format,
    ProjectName,
    ProjectOption,
    UsageError,
    app,
    out,
    project_named,
    refuse_target,
    settings,
    store_of,
)
from gt_platform.cli.show import show
from gt_platform.lake.analyst import query
from gt_platform.lake.attach import attach_script
from gt_platform.lake.plain import take
from gt_platform.truth import published

STATUS = """
    SELECT f.frame_day, f.events, f.quarantined, d.verdict AS drift, s.drawn, s.labeled, s.settled
    FROM (SELECT frame_day, sum(events)::BIGINT AS events, sum(quarantined)::BIGINT AS quarantined
          FROM files GROUP BY frame_day) f
    LEFT JOIN (FROM drift WHERE column_name = '*') d USING (frame_day)
    LEFT JOIN (
        SELECT frame_day, count(*) AS drawn,
               count(*) FILTER (item_id IN (SELECT item_id FROM live_annotations)) AS labeled,
               count(*) FILTER (item_id IN (SELECT item_id FROM ground_truth)) AS settled
        FROM sample GROUP BY frame_day
    ) s USING (frame_day)
    ORDER BY f.frame_day DESC LIMIT $days
"""
# a change from week to week is marked where the two intervals are apart: this week's alone says little
SCORES = """
    WITH weeks AS (SELECT DISTINCT period FROM current_scores WHERE scope = 'week' ORDER BY period DESC LIMIT 3),
    many AS (SELECT count(DISTINCT model) > 1 AS models FROM current_scores WHERE model <> '*'),
    shown AS (
        SELECT metric, model, scope, period, estimate, low, high, n,
               lag(low) OVER weeks_of AS low_before, lag(high) OVER weeks_of AS high_before,
               estimate - lag(estimate) OVER weeks_of AS change
        FROM current_scores CROSS JOIN many
        WHERE estimand = 'production' AND slice = '*' AND label = '*' AND (model = '*' OR models)
              AND (scope = 'all' OR scope = 'week' AND period IN (FROM weeks))
        WINDOW weeks_of AS (PARTITION BY metric, model, scope ORDER BY period)
    )
    SELECT CASE scope WHEN 'all' THEN 'all' ELSE period END AS week, model, metric, estimate, low, high, n,
           concat(format('{:+.3f}', change), CASE WHEN high < low_before THEN ' ▼' WHEN low > high_before THEN ' ▲' END)
               AS change
    FROM shown
    WHERE scope = 'all' OR period <> (SELECT min(period) FROM weeks) OR (SELECT count(*) FROM weeks) < 3
    ORDER BY metric, model, scope DESC, period DESC
"""
SAID = """
    SELECT concat(metric, ': ', CASE verdict WHEN 'none' THEN 'no gate' ELSE replace(verdict, '_', ' ') END,
                  '; ', n, ' labeled events of ', population, ', ', coalesce(checked, 0), ' checked by experts; ',
                  method)
    FROM current_scores
    WHERE scope = 'all' AND slice = '*' AND model = '*' AND label = '*' AND estimand = 'production' ORDER BY metric
"""
IN_SHORT = ("release", "released", "items", "added", "changed", "retired", "estimate", "low", "high")
CALLED = ("release", "called", "released", "items", "changes", "estimate", "low", "high")
"""What is shown where any release has a name: both fit 80 columns."""


@app.command()
def status(
    project: ProjectName = None,
    days: Annotated[int, typer.Option(help="How many of the latest frame days.", min=1)] = 14,
    layout: Format = "table",
) -> None:
    """Each frame day from events to settled truth, and the production score."""
    declared = project_named(project)
    with store_of(declared) as (_, store):
        frames, scores, said = store.read(STATUS, {"days": days}), store.read(SCORES), store.read(SAID)
    if layout != "table":
        show(frames, layout)
        return
    show(frames, title=f"{declared.name}: the latest frame days")
    if frames.is_empty():
        out.print(f"no frames yet: put files into {declared.inbox} and run `gt refresh {declared.name}`", markup=False)
    elif scores.is_empty():
        out.print("no score yet: it needs settled answers", markup=False)
    else:
        show(scores, title="production score, 95 % interval; ▼ ▲ where it is apart from the week before's")
        for sentence in said.to_series():
            out.print(sentence, style="dim", markup=False, highlight=False)


@app.command()
def sql(
    statement: Annotated[str | None, typer.Argument(help="One SELECT over gt.<project>.<table>.")] = None,
    layout: Format = "table",
    attach: Annotated[bool, typer.Option("--attach", help="Print how to attach the lake in DuckDB itself.")] = False,
    secrets: Annotated[bool, typer.Option("--secrets", help="With --attach: print passwords and keys, too.")] = False,
) -> None:
    """Ask the lake a question: `gt sql "FROM gt.sentiment.scores WHERE scope = 'week'"`.

    The session only reads: nothing it is given can change the lake or reach outside it.
    """
    if attach:
        typer.echo(attach_script(settings(), secrets=secrets))
    elif statement is None:
        raise UsageError('give a statement, such as gt sql "SHOW ALL TABLES", or --attach')
    else:
        show(query(settings(), statement), layout)


@app.command()
def releases(project: ProjectName = None, layout: Format = "table") -> None:
    """Every release of the ground truth, newest first."""
    with store_of(project_named(project)) as (_, store):
        found = published.releases(store)
    if layout == "table":
        changes = pl.format("+{} ~{} -{}", "added", "changed", "retired")
        found = found.with_columns(pl.col("released_at").dt.date().alias("released"), changes.alias("changes"))
        found = found.select(CALLED if (found["called"] != "").any() else IN_SHORT)
    show(found, layout, title="releases; -f csv has their digests, bundles and snapshots, too")


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="The older release: its number, tag or role.")],
    after: Annotated[str, typer.Argument(help="The newer release.")],
    project: ProjectOption = None,
    layout: Format = "table",
) -> None:
    """Items added, changed and retired between two releases."""
    with store_of(project_named(project)) as (_, store):
        show(published.difference(store, before, after), layout, title=f"release {before} to {after}")


@app.command()
def snapshot(
    target: Annotated[Path, typer.Argument(help="A .duckdb file to write.")],
    projects: Annotated[list[str] | None, typer.Argument(help="Which projects; all of them without.")] = None,
    force: Force = False,
) -> None:
    """Write all tables and views, as they are at one moment, to a DuckDB file: for notebooks and BI tools.

    Any DuckDB from 1.2 on opens it; whatever happens to the lake meanwhile, it stays as it is.
    """
    refuse_target(target, (".duckdb",), force=force)
    taken = take(settings(), target, projects or ())
    out.print(
        f"{target}: {', '.join(taken.projects) or 'no project'}, {taken.rows} rows, the lake's snapshot "
        f"{taken.snapshot_id}",
        soft_wrap=True, highlight=False, markup=False,
    )  # fmt: skip
