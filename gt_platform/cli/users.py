"""`gt users`: who may sign in to the workbench, and as what."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

import typer
from rich.markup import escape
from rich.table import Table

from gt_platform.cli.app import UsageError, app, out, project_named
from gt_platform.cli.workbench import store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gt_platform.workbench.accounts.people import Account, Role

users = typer.Typer(no_args_is_help=True, help="Who may sign in to the workbench, and as what.")
app.add_typer(users, name="users")

T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="What they sign in with.")]
Roles = Annotated[list[str], typer.Option("--role", help="annotator, reviewer, lead or service; may be repeated.")]
Of = Annotated[str, typer.Option("--project", help="In which project.")]
Why = Annotated[str, typer.Option("--why", help="The reason; it is kept with the decision.")]
At = Annotated[str, typer.Option("--public-url", help="Where people reach the workbench.")]
HERE = "http://127.0.0.1:8080"
OPERATOR = "operator"
"""Who does in the audit what is done by the command line."""
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@users.command("add")
def add(
    name: Name,
    role: Roles,
    language: Annotated[list[str] | None, typer.Option(help="A language they label in, such as de.")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="A skill they have, such as tax.")] = None,
    quota: Annotated[int | None, typer.Option(min=1, help="How many answers a day at most.")] = None,
    project: Annotated[list[str] | None, typer.Option(help="Which projects; all when not given.")] = None,
    password_stdin: Stdin = False,
    link: Annotated[bool, typer.Option("--link", help="Let them choose their password, by a link.")] = False,
    public_url: At = HERE,
) -> None:
    """Add somebody. A service gets a token, shown this once; everybody else a password, or a link to choose one by."""
    with store() as database:
        from gt_platform.workbench.accounts import people

        roles = people.checked_roles(_roles(role))
        abilities = [f"language:{one}" for one in language or []] + [f"skill:{one}" for one in skill or []]
        projects = _projects(project) if project else None
        given = None if "service" in roles or link else _password(name, from_stdin=password_stdin)
        kept = None if given is None else people.hash_password(given, name)
        with database.write() as connection:
            added = people.add_account(
                connection, name, roles=roles, abilities=abilities, daily_quota=quota, projects=projects
            )
            token = people.issue_token(connection, added) if "service" in roles else None
            if kept is not None:
                people.set_hash(connection, added, kept)
            invitation = _invite(connection, added) if link and token is None else None
    out.print(f"{added.name} was added as {added.code}", markup=False, highlight=False)
    if token is not None:
        _show(token)
    if invitation is not None:
        _show_link(added.name, invitation, public_url)


@users.command("list")
def list_users() -> None:
    """Everybody who has an account."""
    with store() as database, database.read() as connection:
        from gt_platform.workbench.accounts import people

        everybody, seen = people.everybody(connection), people.last_sign_ins(connection)
    if not everybody:
        out.print("Nobody yet: [bold]gt users add NAME --role annotator[/]")
        return
    table = Table("name", "code", "roles", "abilities", "quota", "projects", "state", "last sign-in")
    for one in everybody:
        last = seen.get(one.account_id)
        table.add_row(
            escape(one.name),
            one.code,
            _listed(one.roles),
            _listed(one.abilities) or "–",
            str(one.daily_quota or "–"),
            "all" if one.projects is None else _listed(one.projects),
            "active" if one.active else "disabled",
            f"{last:%Y-%m-%d %H:%M}" if last else "never",
        )
    out.print(table)


@users.command("password")
def password(name: Name, password_stdin: Stdin = False) -> None:
    """Set another password and sign them out everywhere; a service gets another token."""
    with store() as database:
        from gt_platform.workbench.accounts import people

        with database.read() as connection:
            account = _named(connection, name)
        if "service" in account.roles:
            with database.write() as connection:
                return _show(people.issue_token(connection, account))
        kept = people.hash_password(_password(account.name, from_stdin=password_stdin), account.name)
        with database.write() as connection:
            people.set_hash(connection, account, kept)
    return out.print(
        f"{account.name} has another password, and is signed out everywhere", markup=False, highlight=False
    )


@users.command("link")
def link(name: Name, public_url: At = HERE) -> None:
    """Make a link by which somebody chooses a password: to come in, or when theirs is lost."""
    with store() as database, database.write() as connection:
        account = _named(connection, name)
        token = _invite(connection, account)
    _show_link(account.name, token, public_url)


@users.command("set")
def set_(
    name: Name,
    role: Annotated[list[str] | None, typer.Option(help="Their roles from now on.")] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="The languages they label in; none takes them all.")
    ] = None,
    skill: Annotated[list[str] | None, typer.Option(help="The skills they have; none takes them all.")] = None,
    quota: Annotated[int | None, typer.Option(min=0, help="How many answers a day at most; 0 for no limit.")] = None,
    project: Annotated[list[str] | None, typer.Option(help="The projects they work in; all for every one.")] = None,
) -> None:
    """Replace what is said of somebody; it takes effect with their next click. What is not given stays."""
    from gt_platform.workbench.accounts import people

    if all(one is None for one in (role, language, skill, quota, project)):
        raise UsageError("nothing to change: give --role, --language, --skill, --quota or --project")
    with store() as database, database.write() as connection:
        account = _named(connection, name)
        if role:
            people.set_roles(connection, account, _roles(role))
        people.set_work(
            connection,
            account,
            abilities=_abilities(account, language, skill),
            daily_quota=account.daily_quota if quota is None else quota or None,
            projects=_projects(project) if project else account.projects,
        )
    out.print(f"{account.name} was changed; `gt users list` shows it", markup=False, highlight=False)


@users.command("pause")
def pause(name: Name, project: Of, why: Why) -> None:
    """Give somebody no work in a project for now; what they answered is handed in and counts."""
    from gt_platform.workbench.desk import leading

    of = _decide(leading.pause, name, project, why)[0]
    out.print(f"{name} gets no work in {of} until `gt users reinstate`", markup=False, highlight=False)


@users.command("reinstate")
def reinstate(name: Name, project: Of, why: Why) -> None:
    """Give work again to somebody who was paused: answers they were paused for no longer speak against them."""
    from gt_platform.workbench.desk import leading

    of = _decide(leading.reinstate, name, project, why)[0]
    out.print(f"{name} gets work in {of} again", markup=False, highlight=False)


@users.command("void")
def void(name: Name, project: Of, why: Why) -> None:
    """Let no answer somebody gave so far count: the next refresh asks others."""
    from gt_platform.workbench.desk import leading

    of, count = _decide(leading.void, name, project, why)
    out.print(f"{count:,} answers of {name} in {of} no longer count from the next refresh on", markup=False)


@users.command("disable")
def disable(name: Name) -> None:
    """Sign somebody out for good. What they handed in stays; what they hold goes to others when its lease ends."""
    account = _switch(name, active=False)
    out.print(f"{account.name} can no longer sign in", markup=False, highlight=False)


@users.command("enable")
def enable(name: Name) -> None:
    """Let somebody sign in again."""
    account = _switch(name, active=True)
    out.print(f"{account.name} can sign in again", markup=False, highlight=False)


def _abilities(account: "Account", language: list[str] | None, skill: list[str] | None) -> list[str]:
    """Abilities as they are to be: those of a sort of which nothing is said stay."""
    said = {"language": language, "skill": skill}
    kept = [one for one in account.abilities if said[one.partition(":")[0]] is None]
    new = [f"{sort}:{one}" for sort, given in said.items() if given and given != ["none"] for one in given]
    return [*kept, *new]


def _projects(names: list[str]) -> list[str] | None:
    return None if names == ["all"] else [project_named(name).name for name in names]


def _decide(decide: Callable[..., T], name: str, project: str, why: str) -> tuple[str, T]:
    """Decide something about somebody in a project; the project's name, and what came of it."""
    with store() as database:
        with database.read() as connection:
            code = _named(connection, name).code
        of = project_named(project).name
        return of, decide(database, OPERATOR, of, code, why, now=datetime.now(UTC))


def _switch(name: str, *, active: bool) -> "Account":
    with store() as database, database.write() as connection:
        from gt_platform.workbench.accounts import people

        account = _named(connection, name)
        people.set_active(connection, account, active)
    return account


def _named(connection: "Connection", name: str) -> "Account":
    from gt_platform.workbench.accounts import people

    account = people.find_account(connection, name)
    if account is None:
        raise UsageError(f"there is nobody named {name!r}; `gt users list` shows everybody")
    return account


def _password(name: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True)
    return given


def _roles(names: Sequence[str]) -> "list[Role]":
    return cast("list[Role]", names)  # checked where they are taken in


def _listed(names: "Sequence[str] | frozenset[str] | frozenset[Role]") -> str:
    return ", ".join(sorted(names))


def _show(token: str) -> None:
    out.print(f"Authorization: Bearer {token}", markup=False, highlight=False, soft_wrap=True)
    out.print("Only its digest is kept: it cannot be shown again. `gt users password` makes another.")


def _invite(connection: "Connection", account: "Account") -> str:
    from gt_platform.workbench.accounts import invitations

    return invitations.invite(connection, account, who=OPERATOR, now=datetime.now(UTC))


def _show_link(name: str, token: str, at: str) -> None:
    out.print(f"{at.rstrip('/')}/join/{token}", markup=False, highlight=False, soft_wrap=True)
    out.print(
        f"Send it to {name} alone: whoever has it chooses the password. It works once, for seven days.",
        markup=False, highlight=False,
    )  # fmt: skip
