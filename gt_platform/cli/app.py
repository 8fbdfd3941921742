"""The command line's common ground: the app, its errors, its projects and its lake."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gt_platform.declaration import load_project, load_projects
from gt_platform.labeling.base import BackendError
from gt_platform.lake import Lake, LakeError, Store
from gt_platform.project import Project, ProjectError
from gt_platform.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

app = typer.Typer(
    name="gt",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Keeps the answer keys of machine-learning teams true, and their scores honest.\n\n"
    "Start with `gt demo`, or `gt init NAME` and `gt refresh`. Settings are GT_* environment variables: "
    "GT_HOME (default .gt), GT_PROJECTS (projects), GT_CATALOG, GT_DATA, GT_S3_ENDPOINT, GT_WORKBENCH, "
    "GT_WORKBENCH_WEBHOOK_SECRET, GT_LABEL_STUDIO_URL, GT_LABEL_STUDIO_TOKEN.",
)
out = Console()
errors = Console(stderr=True)

ProjectName = Annotated[str | None, typer.Argument(help="Which project; not needed where there is one.")]
Format = Annotated[str, typer.Option("--format", "-f", help="table, csv, json or jsonl")]

KNOWN_ERRORS = (LakeError, ProjectError, BackendError)


class UsageError(Exception):
    """Something the user asked for that cannot be done as asked."""


def told_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Errors the platform knows are told in a sentence, without a traceback; exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (*KNOWN_ERRORS, UsageError) as error:
            errors.print(f"[bold red]gt:[/] {escape(str(error))}", soft_wrap=True)
            raise typer.Exit(1) from None

    return wrapped


def settings() -> Settings:
    """The settings of this process."""
    return Settings()


def project_named(name: str | None) -> Project:
    """The named project, or the only one. Raises ProjectError or UsageError with the names there are."""
    folder = settings().projects
    if name is not None:
        if not (folder / name / "project.yaml").exists():
            raise UsageError(f"no project {name!r} in {folder}; {_known(folder)}")
        return load_project(folder / name)
    found = sorted(file.parent.name for file in folder.glob("*/project.yaml"))
    if len(found) != 1:
        raise UsageError(f"say which project; {_known(folder)}")
    return load_project(folder / found[0])


def projects_named(names: list[str]) -> list[Project]:
    """The named projects, or all of them."""
    found = [project_named(name) for name in names] if names else load_projects(settings().projects)
    if not found:
        raise UsageError(f"no projects in {settings().projects}; `gt init NAME` writes one")
    return found


@contextmanager
def store_of(project: Project, *, read_only: bool = True) -> Iterator[tuple[Lake, Store]]:
    """The lake and the project's tables, for as long as a command runs."""
    with Lake.open(settings(), read_only=read_only) as lake:
        yield lake, lake.store(project.name)


def progress() -> Progress:
    """A bar for long work, on the terminal's error side."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=errors
    )


def a_date(text: str) -> date:
    """An ISO date. Raises UsageError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a date; write it as 2026-01-31") from None


def use_home(folder: Path) -> Settings:
    """Make a folder the home of this process and of the processes it starts."""
    os.environ["GT_HOME"] = str(folder.resolve())
    return settings()


def _known(folder: Path) -> str:
    names = sorted(file.parent.name for file in folder.glob("*/project.yaml"))
    return f"there are {', '.join(names)}" if names else "there are none yet: `gt init NAME` writes one"
