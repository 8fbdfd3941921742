"""`gt check`: whether what is declared can be used, before Dagster or a night finds out."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated

import typer

from gt_platform.cli.app import app, out, projects_named, settings
from gt_platform.declaration import read
from gt_platform.drift import lacking
from gt_platform.feedback import asked_otherwise
from gt_platform.installation import unseen_slices
from gt_platform.labeling.narrowing import misread
from gt_platform.lake import Lake, LakeError
from gt_platform.project import Mistake, Project


@app.command()
def check(
    project: Annotated[list[str] | None, typer.Argument(help="Which projects; all when not given.")] = None,
) -> None:
    """Every mistake of a declaration, with its file and line; exits with 1 where there is any. Nothing is run."""
    found = projects_named(project or [])
    otherwise, doubtful = _by_the_lake(found.projects)
    otherwise |= _said({one.name: [*lacking(one), *misread(one)] for one in found.projects})
    broken = [line for one in found.broken for line in one.why.splitlines()]
    for line in (*broken, *(line for lines in otherwise.values() for line in lines)):
        out.print(f"✗ {line}", style="red", markup=False, highlight=False, soft_wrap=True)
    for line in (line for lines in doubtful.values() for line in lines):
        out.print(f"! {line}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    for usable in found.projects:
        if usable.name not in otherwise:
            out.print(f"✓ {usable.name}", highlight=False)
    if found.broken or otherwise:
        raise typer.Exit(1)


def _by_the_lake(projects: list[Project]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By project what the lake's events make a mistake, and look like one; nothing where there is no lake yet."""
    asked: dict[str, list[Mistake]] = {}
    seen: dict[str, list[Mistake]] = {}
    with suppress(LakeError), Lake.open(settings(), read_only=True) as lake:
        for one in projects:
            with suppress(LakeError):  # it is not in the lake yet
                store = lake.store(one.name)
                asked[one.name] = [wrong for wrong in (asked_otherwise(store, one), *misread(one, store)) if wrong]
                seen[one.name] = unseen_slices(store, one)
    return _said(asked), _said(seen)


def _said(found: Mapping[str, Sequence[Mistake]]) -> dict[str, list[str]]:
    folder = settings().projects
    return {name: read(folder / name).said(mistakes).splitlines() for name, mistakes in found.items() if mistakes}
