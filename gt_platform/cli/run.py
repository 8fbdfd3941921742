"""Commands that run the platform: refresh and ui."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from gt_platform.cli.app import (
    Host,
    Port,
    UsageError,
    a_date,
    app,
    errors,
    out,
    progress,
    projects_named,
    settings,
)
from gt_platform.project import Project, ProjectError


@app.command()
def refresh(
    project: Annotated[list[str] | None, typer.Argument(help="Which projects; all when not given.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First frame day; yesterday when not given.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last frame day; the first when not given.")] = None,
) -> None:
    """Run the nightly job now, for yesterday or for a range of frame days. Running it again changes nothing."""
    from gt_platform.refresh import refresher

    found = projects_named(project or [])
    due = {declared.name: _days(declared, first, last) for declared in found.projects}
    remarks: dict[str, None] = {}
    with refresher(settings()) as nightly, progress() as bar:
        for name, days in due.items():
            for day in bar.track(days, description=name):
                remarks |= dict.fromkeys(f"{name}: {remark}" for remark in nightly.refresh(name, day).remarks)
    for remark in remarks:
        out.print(f"! {remark}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    for name, days in due.items():
        out.print(f"{name}: {len(days)} frame days refreshed; `gt status {name}` shows them", highlight=False)
    if found.broken:  # the others were not kept waiting for them
        raise ProjectError("\n".join(one.why for one in found.broken))


@app.command()
def ui(
    host: Host = "127.0.0.1",
    port: Port = 3000,
) -> None:
    """Dagster's web page and daemon: the graph, the nightly schedule, the sensors, backfills."""
    from gt_platform.dagster_home import serve

    if host not in {"127.0.0.1", "localhost", "::1"}:
        errors.print(f"[yellow]Dagster has no sign-in of its own: whoever reaches {host}:{port} can run and delete.[/]")
    serve(settings(), host=host, port=port)


def _days(project: Project, first: str | None, last: str | None) -> list[date]:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)  # frames are UTC days
    start = a_date(first) if first else yesterday
    end = a_date(last) if last else (start if first else yesterday)
    if start < project.start:
        raise UsageError(f"{project.name} starts on {project.start}; --from {start} is before that")
    if end < start or end > yesterday:
        raise UsageError(f"--to {end} must lie between {start} and yesterday, {yesterday} (UTC)")
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]
