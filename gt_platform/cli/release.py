"""Commands for releases: what one is, what it is called, and what role it has."""

import getpass
from typing import Annotated

import typer

from gt_platform.cli.app import ProjectOption, UsageError, app, out, project_named, settings, store_of
from gt_platform.project import Project
from gt_platform.signing import Signer
from gt_platform.truth import tags
from gt_platform.truth.changelog import told_of
from gt_platform.truth.restoring import restore_release

RESTORE = "restore"
Actor = Annotated[str | None, typer.Option("--as", help="Whose doing it is; your account's name when not given.")]
NAME = "A release: its number, tag or role, or newest."


@app.command()
def release(
    name: Annotated[str, typer.Argument(help=f"{NAME} Or `restore`, and then one.")],
    restored: Annotated[str | None, typer.Argument(help="The release to restore.", show_default=False)] = None,
    project: ProjectOption = None,
    tag: Annotated[str | None, typer.Option(help="A name for it, which stays.")] = None,
    note: Annotated[str | None, typer.Option(help="Something to know of it; of a restored one, why.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Restore also what is being asked.")] = False,
    actor: Actor = None,
) -> None:
    """What a release changed and what it is called; give it a tag, or a note; or restore it as a new one."""
    declared, who = project_named(project), actor or getpass.getuser()
    if name == RESTORE:
        _restore(declared, restored, note, who, force=force)
    elif restored is not None:
        raise UsageError(f"one release at a time; to go back to one: gt release restore {restored}")
    elif tag is None and note is None:
        with store_of(declared) as (_, store):
            out.print(told_of(store, tags.release_named(store, name)), markup=False, highlight=False)
    else:
        _call(declared, name, tag, note, who)


@app.command()
def promote(
    name: Annotated[str, typer.Argument(help=NAME)],
    role: Annotated[str, typer.Argument(help=f"Its role from now on: {', '.join(tags.ROLES)}.")],
    project: ProjectOption = None,
    note: Annotated[str | None, typer.Option(help="Why.")] = None,
    actor: Actor = None,
) -> None:
    """Make a release the champion, or the candidate: `gt export`, `gt diff` and `gt compare` take it by its role."""
    declared = project_named(project)
    with store_of(declared, read_only=False) as (_, store):
        made = tags.promote(store, name, role, note=note, who=actor or getpass.getuser())
    before = "" if made.before in {None, made.release} else f", in place of release {made.before}"
    out.print(f"{declared.name}: release {made.release} is the {made.role}{before}", markup=False, highlight=False)


def _call(project: Project, name: str, tag: str | None, note: str | None, who: str) -> None:
    with store_of(project, read_only=False) as (_, store):
        if tag is None:
            number = tags.note(store, name, note or "", who=who)
        else:
            number = tags.tag(store, name, tag, note=note, who=who)
    called = "noted" if tag is None else f"is called {tag}"
    out.print(f"{project.name}: release {number} {called}", markup=False, highlight=False)


def _restore(project: Project, name: str | None, why: str | None, who: str, *, force: bool) -> None:
    if name is None:
        raise UsageError("say which release to restore: gt release restore v1.1")
    with store_of(project, read_only=False) as (lake, store):
        found = restore_release(
            store, project, name,
            bundles=lake.files, signer=Signer(settings()), why=why or "", actor=who, force=force,
        )  # fmt: skip
    now = f"release {found.made.release}{'' if found.made.new else ', as it was'}"
    out.print(
        f"{project.name}: the truth is that of release {found.restored} again, proven by digest; of {found.items} "
        f"item{'' if found.items == 1 else 's'} it was another; {now}",
        soft_wrap=True, markup=False, highlight=False,
    )  # fmt: skip
