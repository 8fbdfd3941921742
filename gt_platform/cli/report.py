"""`gt report`: a project on one page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gt_platform.cli.app import app, out, project_named, refuse_target, store_of


@app.command()
def report(
    name: Annotated[str, typer.Argument(metavar="PROJECT")],
    target: Annotated[Path, typer.Option("-o", "--output", help="The page's file.")] = Path("report.html"),
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a project's report: score, candidates, why it changed, where it errs, what truth costs.

    One HTML file without script or outside requests; of people's texts it has only words that at least five say.
    """
    from gt_platform import report as reports

    refuse_target(target, {".html"}, force=force)
    project = project_named(name)
    with store_of(project) as (_, store), store.snapshot():
        found = reports.facts(store, project)
    page = reports.page(project, found, datetime.now(UTC).date())
    target.write_text(page, encoding="utf-8")
    out.print(f"{target}: open it in a browser", markup=False)
