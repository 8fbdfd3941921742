"""`gt check`: whether what is declared can be used, before Dagster or a night finds out."""

from typing import Annotated

import typer

from gt_platform.cli.app import app, out, projects_named, settings
from gt_platform.declaration import read
from gt_platform.installation import unseen_slices
from gt_platform.lake import Lake, LakeError
from gt_platform.project import Project


@app.command()
def check(
    project: Annotated[list[str] | None, typer.Argument(help="Which projects; all when not given.")] = None,
) -> None:
    """Every mistake of a declaration, with its file and line; exits with 1 where there is any. Nothing is run."""
    found = projects_named(project or [])
    for line in (line for one in found.broken for line in one.why.splitlines()):
        out.print(f"✗ {line}", style="red", markup=False, highlight=False, soft_wrap=True)
    for line in _doubtful(found.projects):
        out.print(f"! {line}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    for usable in found.projects:
        out.print(f"✓ {usable.name}", highlight=False)
    if found.broken:
        raise typer.Exit(1)


def _doubtful(projects: list[Project]) -> list[str]:
    """What the lake's events make look like a mistake; nothing where there is no lake yet."""
    try:
        with Lake.open(settings(), read_only=True) as lake:
            seen = {one.name: unseen_slices(lake.store(one.name), one) for one in projects}
    except LakeError:
        return []
    folder = settings().projects
    return [line for name, unseen in seen.items() if unseen for line in read(folder / name).said(unseen).splitlines()]
