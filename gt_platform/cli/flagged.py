"""`gt flagged`: what of a month is worth an expert's eye."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from gt_platform import monthly
from gt_platform.cli.app import Format, app, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.monthly import Month


@app.command()
def flagged(
    name: Annotated[str, typer.Argument(metavar="PROJECT")],
    month: Annotated[str | None, typer.Option(help="Such as 2026-11; the one that ended last, if left out.")] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask the labelers all of it.")] = False,
    layout: Format = "table",
) -> None:
    """What users flagged in a month and nobody asked about, and other events where truth has little.

    As many as `truth: {review: 100, add: 50}` declares. Nothing becomes truth by standing here: labelers answer.
    """
    project = project_named(name)
    of = Month.named(month) if month else Month.before(datetime.now(UTC).date())
    with store_of(project) as (_, store):
        found = monthly.proposed(store, project, of)
    show(found, layout, title=f"worth an expert's eye of {of}")
    if ask:
        with store_of(project, read_only=False) as (_, store):
            made = monthly.ask(store, project, found["item_id"].to_list())
        out.print(f"{made} assignments were made of {found.height} items: `gt refresh {name}` hands them over")
    elif layout == "table" and found.height:
        out.print(f"`gt flagged {name} --month {of} --ask` asks the labelers all of it")
