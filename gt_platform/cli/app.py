"""The command line's common ground: the app, its errors, its projects and its lake."""

import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperGroup

from gt_platform.declaration import load_project
from gt_platform.errors import GroundTruthError
from gt_platform.installation import Installation, survey
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings

out = Console()
errors = Console(stderr=True)


FAILED, UNDECIDED, UNUSABLE = 1, 2, 3
"""Exit codes beside 0: a verdict is fail, or needs more evidence; what was given cannot be used."""
CODES = {"pass": 0, "fail": FAILED, "insufficient_evidence": UNDECIDED}
MISTYPED: Any = typer.BadParameter.__base__
"""What Typer raises for every mistyped option; it has no name of its own for it."""
JUDGES = frozenset({"agreement", "compare", "contamination", "gate", "plan", "settle"})
"""Commands of which a pipeline asks for a verdict: whatever keeps them from one is UNUSABLE, never FAILED."""
SOMETIMES = frozenset({"refresh"})
"""Commands that are asked for one by an option, and then note JUDGING in their context."""
JUDGING = "gt.judging"


class Plainly(TyperGroup):
    """Commands that all end in a sentence and, where they failed, another exit code than 0; GT_DEBUG shows tracebacks.

    Typer itself sees to mistyped options, and ends quietly when what reads the output is gone.
    """

    code = FAILED

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run one command line."""
        try:
            return super().main(*args, **extra)
        except Exception as error:
            if os.environ.get("GT_DEBUG"):
                raise
            say(error)
            sys.exit(self.code)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Ctrl-C is a way to end it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say("stopped; what was finished is kept")
            raise typer.Exit(130) from None
        except Exception as error:
            if ctx.invoked_subcommand in JUDGES or ctx.meta.get(JUDGING):
                self.code = UNUSABLE
            if ctx.invoked_subcommand in JUDGES | SOMETIMES and isinstance(error, MISTYPED):
                error.exit_code = UNUSABLE
            raise


app = typer.Typer(
    name="gt",
    cls=Plainly,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Keeps the answer keys of machine-learning teams true, and their scores honest.\n\n"
    "Start with `gt demo`, or `gt init NAME` and `gt refresh`. Settings are GT_* environment variables: "
    "GT_HOME (default .gt), GT_PROJECTS (projects), GT_CATALOG, GT_DATA, GT_S3_ENDPOINT, GT_SIGNING_KEY, GT_PATIENCE, "
    "GT_ERASURE_KEY, GT_WORKBENCH, GT_WORKBENCH_WEBHOOK_SECRET, GT_WORKBENCH_WEBHOOK_ALLOW, GT_LABEL_STUDIO_URL, "
    "GT_LABEL_STUDIO_TOKEN; "
    "GT_DEBUG=1 shows where an error arose.",
)

ProjectName = Annotated[str | None, typer.Argument(help="Which project; not needed where there is one.")]
ProjectOption = Annotated[str | None, typer.Option("--project", "-p", help="Which project.")]
Host = Annotated[str, typer.Option(help="Address to listen on; anything but loopback is open to others.")]
Port = Annotated[int, typer.Option(min=1, max=65535)]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that exists.")]
Format = Annotated[str, typer.Option("--format", "-f", help="table, csv, json or jsonl")]


def _told_version(asked: bool) -> None:
    if asked:
        out.print(f"gt_platform {version('gt-platform')}", highlight=False)
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_told_version, is_eager=True, help="Say which version this is, and exit.")
]


@app.callback()
def _before_any_command(version: Version = False) -> None:
    pass


class UsageError(GroundTruthError):
    """Something the user asked for that cannot be done as asked."""


def settings() -> Settings:
    """The settings of this process. Raises UsageError naming the variables that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = (f"GT_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors())
        raise UsageError("; ".join(wrong)) from None


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


def projects_named(names: list[str]) -> Installation:
    """The named projects, or all of them, with those that cannot be used. Raises UsageError for unknown names."""
    found, folder = survey(settings()), settings().projects
    known = {*(one.name for one in found.projects), *(one.name for one in found.broken)}
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"no project {unknown[0]!r} in {folder}; {_known(folder)}")
    if not known:
        raise UsageError(f"no projects in {folder}; `gt init NAME` writes one")
    wanted = set(names) or known
    return Installation(
        projects=[one for one in found.projects if one.name in wanted],
        broken=[one for one in found.broken if one.name in wanted],
    )


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


def refuse_target(target: Path, endings: Collection[str], *, force: bool = False) -> None:
    """Raises UsageError for a file that cannot be written in a known format, or must not be."""
    if target.suffix not in endings:
        raise UsageError(f"{target}: name it {', '.join(endings)}, which decides the format")
    if target.exists() and not force:
        raise UsageError(f"{target} exists; choose another name or add --force")


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Where to write a file that comes to be whole or not at all. Raises UsageError."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        yield partial
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from None


def use_home(folder: Path) -> Settings:
    """Make a folder the home of this process and of the processes it starts."""
    os.environ["GT_HOME"] = str(folder.resolve())
    return settings()


def _known(folder: Path) -> str:
    names = sorted(file.parent.name for file in folder.glob("*/project.yaml"))
    return f"there are {', '.join(names)}" if names else "there are none yet: `gt init NAME` writes one"


def say(error: Exception) -> None:
    """What was wrong, in a sentence on the terminal's error side."""
    _say(_plain(error))


def _plain(error: Exception) -> str:
    if isinstance(error, GroundTruthError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    known = "this is a mistake of gt_platform; please report it with the traceback that GT_DEBUG=1 shows"
    return f"{known}: {type(error).__name__}: {error}"


def _say(sentence: str) -> None:
    errors.print(f"[bold red]gt:[/] {escape(sentence)}", soft_wrap=True, highlight=False)
