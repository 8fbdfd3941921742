"""`gt export`: a release for other tools."""

import getpass
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from gt_platform.cli.app import Force, ProjectOption, UsageError, app, out, project_named, settings, store_of
from gt_platform.exports import LAYOUTS, Handed, handed, write_files
from gt_platform.exports.databases import to_mongodb, to_postgres
from gt_platform.exports.repositories import to_dvc, to_git
from gt_platform.truth.by_hand import record

KEPT = {"git": to_git, "dvc": to_dvc, "postgres": to_postgres, "mongodb": to_mongodb}
"""What holds a release, and is no file."""
BY_NAME = {layout.name: layout for layout in LAYOUTS}
BY_ENDING = {layout.ending: layout.name for layout in reversed(LAYOUTS) if layout.ending}


@app.command()
def export(
    target: Annotated[
        str,
        typer.Argument(
            help="A file, a folder, a repository, s3://…, gs://… or any other URL that fsspec knows, "
            "postgresql://… or mongodb://…"
        ),
    ],
    project: ProjectOption = None,
    to: Annotated[
        str | None, typer.Option(help=f"{', '.join([*BY_NAME, *KEPT])}; left out, the file's name decides.")
    ] = None,
    release: Annotated[str, typer.Option(help="Which release: its number, tag or role.")] = "newest",
    events: Annotated[
        bool, typer.Option("--events", help="With each item's drawn events: model, attributes, stratum, probability.")
    ] = False,
    split: Annotated[list[str] | None, typer.Option(help="Only of this split; may be given several times.")] = None,
    benchmark: Annotated[
        bool, typer.Option("--benchmark", help="Also what is held out, to measure by and never to train on; recorded.")
    ] = False,
    force: Force = False,
) -> None:
    """Write a release's ground truth for another tool to read."""
    wanted, declared = _wanted(target, to), project_named(project)
    if wanted in BY_NAME and BY_NAME[wanted].ending and Path(target).exists() and not force:
        raise UsageError(f"{target} exists; choose another name or add --force")
    with store_of(declared, read_only=not benchmark) as (lake, store):
        found = handed(
            store, declared, release, bundles=lake.files, events=events, splits=split or (), benchmark=benchmark
        )
        said = _handed_to(found, wanted, target, force=force)
        if benchmark:
            record(store, {"release": found.release, "items": found.rows.height, "to": wanted}, actor=getpass.getuser())
    out.print(said, soft_wrap=True, highlight=False, markup=False)
    if not split and (left := found.items - found.rows.height):
        out.print(f"{left} more stay here: {_why_left(benchmark=benchmark)}", soft_wrap=True, highlight=False)


def _why_left(*, benchmark: bool) -> str:
    unfrozen = "in no split for good yet (`gt splits freeze`)"
    return unfrozen if benchmark else f"held out, like something held out, or {unfrozen}"


def _handed_to(found: Handed, wanted: str, target: str, *, force: bool) -> str:
    if wanted in KEPT:
        return KEPT[wanted](found, target)
    written = write_files(BY_NAME[wanted].files(found), target, settings(), force=force)
    return f"release {found.release}: {found.rows.height} items in {', '.join(written)}"


def _wanted(target: str, to: str | None) -> str:
    if to is not None and to not in BY_NAME | KEPT:
        raise UsageError(f"--to is {to!r}; known: {', '.join([*BY_NAME, *KEPT])}")
    by_name = BY_ENDING.get(PurePosixPath(target).suffix)
    by_scheme = {"postgresql": "postgres", "postgres": "postgres", "mongodb": "mongodb", "mongodb+srv": "mongodb"}
    found = to or by_scheme.get(target.partition("://")[0]) or by_name
    if found is None:
        raise UsageError(f"{target}: name it {', '.join(BY_ENDING)}, which decides the format, or say --to")
    return found
