"""`gt evidently`: Evidently's own pages on the snapshots of every night."""

from typing import Annotated

import typer

from gt_platform.cli.app import app, out, settings
from gt_platform.lake import Lake


@app.command()
def evidently(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="A free one without.")] = None,
) -> None:
    """Evidently's dashboard of every project: drift over time, and every night's report.

    Only for this machine: its pages ask nobody who they are. Nights that come meanwhile are seen after a restart.
    A lake on S3 is copied first, and changes made in the pages are then not kept.
    """
    from gt_platform.drift.evidently.pages import serve

    with Lake.open(settings(), read_only=True) as lake:
        files = lake.files
    serve(files, port=port, started=_say)


def _say(url: str) -> None:
    out.print(f"Evidently at [bold]{url}[/]; Ctrl-C ends it", highlight=False)
