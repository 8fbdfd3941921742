"""`gt erase`: a user or an item is erased, everywhere that the platform knows of."""

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from gt_platform import feedback
from gt_platform.cli.app import ProjectOption, UsageError, app, errors, out, project_named, settings
from gt_platform.erasure import Places, Subject, Told, erase, look
from gt_platform.labeling import open_backend
from gt_platform.lake.urls import open_storage
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.workbench.store.place import Place

BEYOND = (
    "backups and exports made before now hold it as they did, and so do old versions of objects in a bucket, and "
    "files of candidates that lie outside of the home: destroy them, and make a new backup"
)


@app.command("erase")
def erase_content(
    user: Annotated[str | None, typer.Option(help="Whose content: a user_id as events have it.")] = None,
    item: Annotated[str | None, typer.Option(help="Which item: its id, or the first eight characters or more.")] = None,
    why: Annotated[str, typer.Option(help="The reason, which is kept: without the person's name.")] = "",
    project: ProjectOption = None,
    check: Annotated[bool, typer.Option("--check", help="Say what would go, and do nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    actor: Annotated[str | None, typer.Option("--as", help="Whose doing it is; else your account's.")] = None,
) -> None:
    """Erase a person's content, or an item's: from all versions of all tables, releases, the workbench, reports.

    What it was known by is kept as keyed digests, so that it does not come in again and releases still verify. It
    cannot be taken back. The same again finishes what was cut off. Ends with 1 where something is left to do by hand.
    """
    if (user is None) == (item is None):
        raise UsageError("name whose content is to go: --user ID or --item ID")
    subject = Subject(what="user", id=user) if user is not None else Subject(what="item", id=item or "")
    declared = project_named(project)
    places = _places(declared, settings())
    if not (check or why.strip()):
        raise UsageError("say why, for those who ask later: --why; without the person's name")
    if check or not yes:
        _tell(look(places, declared, subject), would=True)
    if check:
        out.print("nothing was erased: that was --check")
        return
    if not yes:
        typer.confirm("erase all of this, in every version of it?", abort=True, err=True)
    told = erase(places, declared, subject, why=why, actor=(actor or "").strip() or getpass.getuser())
    _tell(told, would=False)
    errors.print(BEYOND, markup=False, highlight=False, soft_wrap=True)
    if told.left:
        raise typer.Exit(1)


def _places(project: Project, installed: Settings) -> Places:
    return Places(
        settings=installed,
        inbox=open_storage(feedback.inbox_root(project.inbox), installed),
        backend=open_backend(project, installed),
        others=tuple(_others(project, installed)),
    )


def _others(project: Project, installed: Settings) -> Iterator[Path]:
    """Files below the home that forget in ways of their own, or hold nothing of anybody."""
    kind, _, catalog = installed.catalog_url.partition(":")
    stores = [catalog] if kind == "sqlite" else []
    store = Place(home=installed.home).url
    stores += [store.removeprefix("sqlite:///")] if store.startswith("sqlite:") else []
    for name in stores:
        yield from (Path(f"{name}{ending}") for ending in ("", "-wal", "-shm"))
    yield installed.home.resolve() / "keys"
    if "://" not in installed.data_url:
        yield Path(installed.data_url)
    if "://" not in project.inbox:
        yield installed.home.resolve() / feedback.inbox_root(project.inbox)


def _tell(told: Told, *, would: bool) -> None:
    if told.before:
        out.print("it was erased before; what is listed came since, or is left of a run that was cut off")
    shown = ", ".join(f"{name} {rows:,}" for name, rows in sorted(told.rows.items()))
    verb = "would be emptied" if would else "emptied"
    lines = [
        f"{len(told.found.ids['event']):,} events, {len(told.found.ids['item']):,} items, "
        f"{len(told.found.ids['feedback']):,} feedback",
        f"rows {verb}, in all versions of the tables: {shown or 'none'}",
        f"releases that hold any: {told.releases:,}; files of the inbox: {told.inbox:,}",
    ]
    if not would:
        lines.append(f"tasks and cases of the labeling backend: {told.tasks:,}; other files: {told.files:,}")
    if told.found.shared:
        lines.append(f"{len(told.found.shared):,} items stay, which others wrote too or which were imported")
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    for sentence in told.left:
        out.print(f"✗ {sentence}", style="red", markup=False, soft_wrap=True)
