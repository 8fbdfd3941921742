"""Commands that run the platform: refresh and ui."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from gt_platform.checks import Finding
from gt_platform.cli.app import (
    FAILED,
    JUDGING,
    UNDECIDED,
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
    store_of,
)
from gt_platform.monthly import Month, noted, refuse
from gt_platform.project import Project, ProjectError

STYLES = {"pass": "green", "fail": "bold red", "insufficient_evidence": "yellow"}


@app.command()
def refresh(
    context: typer.Context,
    project: Annotated[list[str] | None, typer.Argument(help="Which projects; all when not given.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First frame day; yesterday when not given.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last frame day; the first when not given.")] = None,
    month: Annotated[str | None, typer.Option(help="Review this month, such as 2026-11, in place of days.")] = None,
    check: Annotated[bool, typer.Option("--check", help="End with what the gates say, as an exit code.")] = False,
) -> None:
    """Run the nightly job now, for yesterday or for a range of frame days. Running it again changes nothing.

    With --month what runs is the review of a month that is over, of projects that declare `truth: {cadence: monthly}`.

    With --check the gates of the declaration are judged on those days: 0 if all pass, 1 if one fails, 2 if one has
    insufficient evidence, 3 where something else kept the job from its end.
    """
    from gt_platform.refresh import refresher

    context.meta[JUDGING] = check
    if month is not None:
        if first or last or check:
            raise UsageError("--month reviews a month; it does not go with --from, --to and --check")
        _review(project or [], Month.named(month))
        return
    found = projects_named(project or [])
    due = {declared.name: _days(declared, first, last) for declared in found.projects}
    remarks: dict[str, None] = {}
    with refresher(settings()) as nightly, progress() as bar:
        for name, days in due.items():
            for day in bar.track(days, description=name):
                remarks |= dict.fromkeys(f"{name}: {remark}" for remark in nightly.refresh(name, day).remarks)
        late = [one for declared in found.projects for one in nightly.late(declared)]
    for remark in remarks:
        out.print(f"! {remark}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    for name, days in due.items():
        out.print(f"{name}: {len(days)} frame days refreshed; `gt status {name}` shows them", highlight=False)
    for one in late:
        out.print(f"{one.project}: a further phase of {one.day} was drawn, for late flags", highlight=False)
    if found.broken:  # the others were not kept waiting for them
        raise ProjectError("\n".join(one.why for one in found.broken))
    if check:
        verdicts = {finding.verdict for declared in found.projects for finding in _gates(declared, due[declared.name])}
        raise typer.Exit(FAILED if "fail" in verdicts else UNDECIDED if "insufficient_evidence" in verdicts else 0)


def _review(names: list[str], month: Month) -> None:
    """Review the month of the projects that are named, or of all that review months."""
    from gt_platform.refresh import refresher

    found = projects_named(names)
    wanted = [one for one in found.projects if names or one.upkeep.cadence]
    if not wanted and not found.broken:
        raise UsageError("no project declares truth: {is: …, cadence: monthly}")
    for one in wanted:
        refuse(one, month, datetime.now(UTC).date())
    with refresher(settings()) as nightly:
        for one in wanted:
            nightly.review(one.name, month)
    for one in wanted:
        with store_of(one) as (_, store):
            said = noted(store, month)
        told = f"release {said.release} is {month.tag}. {said.note}" if said else "nothing is settled yet"
        out.print(f"{one.name}: {told}", markup=False, highlight=False, soft_wrap=True)
    if found.broken:
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


def _gates(project: Project, days: list[date]) -> list[Finding]:
    """What each gate that is declared says of these days, told in a line."""
    from gt_platform.stages import STAGES

    declared = {name for name, gate in project.gates if gate not in (None, ())}
    checks = [check for stage in STAGES for check in stage.checks if check.name in declared]
    with store_of(project) as (_, store):
        found = [(check.name, check.evaluate(store, project, (days[0], days[-1]))) for check in checks]
    for name, finding in found:
        said = f"{project.name}: {name}: {finding.verdict.replace('_', ' ')}: {finding.said}"
        out.print(said, style=STYLES[finding.verdict], markup=False, highlight=False, soft_wrap=True)
    return [finding for _, finding in found]


def _days(project: Project, first: str | None, last: str | None) -> list[date]:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)  # frames are UTC days
    start = a_date(first) if first else yesterday
    end = a_date(last) if last else (start if first else yesterday)
    if start < project.start:
        raise UsageError(f"{project.name} starts on {project.start}; --from {start} is before that")
    if end < start or end > yesterday:
        raise UsageError(f"--to {end} must lie between {start} and yesterday, {yesterday} (UTC)")
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]
