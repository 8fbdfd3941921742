"""Commands that keep an installation: backup, restore, leftovers."""

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from gt_platform import scratch
from gt_platform.cli.app import Format, app, out, settings
from gt_platform.cli.show import show
from gt_platform.lake import Lake
from gt_platform.platform import Platform, Upkeep

LEFT: dict[str, Any] = {"what": pl.String, "path": pl.String, "bytes": pl.Int64, "since": pl.Datetime("us", "UTC")}


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="A new folder; it will hold password hashes and private keys.")],
    copy_s3: Annotated[bool, typer.Option("--copy-s3", help="Copy the lake's files from S3, too.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Copy Dagster's history of runs, too.")] = False,
) -> None:
    """Copy the lake, the workbench's store and the home into a folder, while nights and annotators go on."""
    from gt_platform.backup import take  # it knows the workbench, which takes a while to load

    done = take(settings(), target, copy_s3=copy_s3, history=history)
    size = sum(one.size for one in done.objects) / 1e6
    held = "copied" if done.copied else f"listed at {done.data}, where they must stay"
    out.print(
        f"{target}: {len(done.objects)} files of the lake ({size:.1f} MB, {held}), {len(done.home)} of the home"
        f"{', the workbench' if done.store else ''}",
        soft_wrap=True, highlight=False,
    )  # fmt: skip


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="A folder that `gt backup` made.")]) -> None:
    """Bring a backup back into an empty home (GT_HOME), and empty places for catalog and data where these are set."""
    from gt_platform.backup import restore as bring_back

    done = bring_back(settings(), source)
    out.print(
        f"the lake of {done.made_at:%Y-%m-%d %H:%M} UTC is back, with {len(done.objects)} files; "
        "`gt verify` proves each project, and `gt refresh` goes on",
        soft_wrap=True, highlight=False,
    )  # fmt: skip


@app.command()
def leftovers(
    remove: Annotated[bool, typer.Option("--remove", help="Remove them now; the weekly upkeep does.")] = False,
    layout: Format = "table",
) -> None:
    """Files that killed runs left: of tables, which no commit came to name within a day, and scratch folders."""
    if remove:
        with closing(Platform(settings())) as platform:
            found = platform.keep_up()
    else:
        with Lake.open(settings(), read_only=True) as lake:
            found = Upkeep(orphans=lake.orphans(), scratch=scratch.abandoned())
    rows = [{"what": "orphan", "path": one.path, "bytes": one.size, "since": one.made_at} for one in found.orphans]
    rows += [{"what": "scratch folder", "path": str(one), "bytes": None, "since": None} for one in found.scratch]
    show(pl.DataFrame(rows, schema=LEFT), layout, title="removed" if remove else "left by killed runs")
