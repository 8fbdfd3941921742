"""Commands for drift: what stands, and accepting it."""

import getpass
from datetime import date, timedelta
from typing import Annotated

import polars as pl
import typer

from gt_platform.cli.app import Format, ProjectName, a_date, app, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.drift import accept, tell

LATEST = "SELECT max(frame_day) FROM drift"
ACCEPTED = "SELECT frame_day, since, applies_after, why, accepted_by FROM acceptances ORDER BY applies_after, frame_day"
drift = typer.Typer(no_args_is_help=True, help="Drift: since when, of what kind, and accepting it.")
app.add_typer(drift, name="drift")


@drift.command("list")
def list_drift(
    project: ProjectName = None,
    days: Annotated[int, typer.Option(help="How many of the latest frame days.", min=1)] = 14,
    layout: Format = "table",
) -> None:
    """What drifted in the latest frames, since when, and how; and what was accepted."""
    declared = project_named(project)
    with store_of(declared) as (_, store):
        last: date | None = store.read(LATEST).item()
        told = [] if last is None else tell(store, declared, last - timedelta(days=days - 1), last)
        accepted = store.read(ACCEPTED)
    rows = [(one.frame_day, one.column_name, one.since, one.said) for one in reversed(told)]
    show(pl.DataFrame(rows, schema=["frame_day", "column", "since", "what"], orient="row"), layout, title="drift")
    if layout == "table" and not accepted.is_empty():
        show(accepted, layout, title="accepted: later frames are compared with days since")


@drift.command("accept")
def accept_drift(
    day: Annotated[str, typer.Argument(help="A frame day whose drift is how things are now.")],
    project: ProjectName = None,
    why: Annotated[str, typer.Option(help="The reason, which is kept.")] = "",
) -> None:
    """Compare frames that come from now on with days since that drift began; verdicts that were given stay."""
    declared = project_named(project)
    with store_of(declared, read_only=False) as (_, store):
        found = accept(store, declared, a_date(day), why=why, who=getpass.getuser())
    out.print(
        f"accepted: frames after {found.applies_after} are compared with days from {found.since} on",
        markup=False,
        highlight=False,
    )
