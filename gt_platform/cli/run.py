"""Commands that run the platform: refresh, demo, ui."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gt_platform.cli.app import (
    UsageError,
    a_date,
    app,
    errors,
    out,
    project_named,
    projects_named,
    settings,
    told_plainly,
    use_home,
)
from gt_platform.project import Project


@app.command()
@told_plainly
def refresh(
    project: Annotated[list[str] | None, typer.Argument(help="Which projects; all when not given.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First frame day; yesterday when not given.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last frame day; the first when not given.")] = None,
) -> None:
    """Run the nightly job now, for yesterday or for a range of frame days. Running it again changes nothing."""
    from gt_platform.refresh import RefreshError, refresher

    due = {declared.name: _days(declared, first, last) for declared in projects_named(project or [])}
    remarks: dict[str, None] = {}
    try:
        with refresher(settings()) as nightly, _progress() as bar:
            for name, days in due.items():
                for day in bar.track(days, description=name):
                    remarks |= dict.fromkeys(f"{name}: {remark}" for remark in nightly.refresh(name, day).remarks)
    except RefreshError as error:
        raise UsageError(str(error)) from None
    for remark in remarks:
        out.print(f"! {remark}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    for name, days in due.items():
        out.print(f"{name}: {len(days)} frame days refreshed; `gt status {name}` shows them", highlight=False)


@app.command()
@told_plainly
def demo(
    folder: Annotated[Path, typer.Argument(help="Where the demo keeps its lake and its report.")] = Path(".demo"),
) -> None:
    """42 days of real texts, a real model and real human ratings through the nightly job; ends with a report."""
    from gt_platform.demo.dataset import DatasetError
    from gt_platform.demo.run import run_demo
    from gt_platform.refresh import RefreshError

    home = use_home(folder)
    project_named("sentiment")
    try:
        with _progress() as bar:
            finished = run_demo(home, bar)
    except (DatasetError, RefreshError) as error:
        raise UsageError(str(error)) from None
    out.print(finished.table)
    out.print(f"\nOpen [bold]{finished.html}[/] in a browser. The Dagster UI on the same data: "
              f"[bold]GT_HOME={folder} make ui[/]", soft_wrap=True)  # fmt: skip


@app.command()
@told_plainly
def ui(
    host: Annotated[
        str, typer.Option(help="Address to listen on; anything but loopback is open to others.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 3000,
) -> None:
    """Dagster's web page and daemon: the graph, the nightly schedule, the sensors, backfills."""
    from gt_platform.dagster_home import ServeError, serve

    if host not in {"127.0.0.1", "localhost", "::1"}:
        errors.print(f"[yellow]Dagster has no sign-in of its own: whoever reaches {host}:{port} can run and delete.[/]")
    try:
        serve(settings(), host=host, port=port)
    except ServeError as error:
        raise UsageError(str(error)) from None


def _days(project: Project, first: str | None, last: str | None) -> list[date]:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)  # frames are UTC days
    start = a_date(first) if first else yesterday
    end = a_date(last) if last else (start if first else yesterday)
    if start < project.start:
        raise UsageError(f"{project.name} starts on {project.start}; --from {start} is before that")
    if end < start or end > yesterday:
        raise UsageError(f"--to {end} must lie between {start} and yesterday, {yesterday} (UTC)")
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=errors
    )
