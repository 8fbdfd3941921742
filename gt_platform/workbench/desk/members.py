"""Whom a lead brings into a project, and what these are given to do there.

A lead changes annotators and reviewers only, never another lead, and of these only whoever works in no project but
the lead's own: what somebody is given to do is the same in all of theirs.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from gt_platform.workbench.accounts import invitations, people
from gt_platform.workbench.accounts.people import Account, PeopleError, Role
from gt_platform.workbench.desk import standing
from gt_platform.workbench.desk.closing import end_open
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import batches

LED: frozenset[Role] = frozenset({"annotator", "reviewer"})
"""The roles a lead gives and takes."""
NOT_YOURS = "only whoever runs this workbench changes {name}: `gt users set` and `gt users link`"


@dataclass(frozen=True, kw_only=True)
class Work:
    """What somebody is given to do; `projects` is None for all of them."""

    roles: frozenset[Role]
    abilities: frozenset[str]
    daily_quota: int | None
    projects: frozenset[str] | None


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody of a project: `former` when they only used to work there, `invited` while a link of theirs waits, and
    `paused` by the platform or a lead.
    """

    account: Account
    former: bool
    invited: bool
    paused: bool
    signed_in_at: datetime | None
    yours: bool


def members(database: Database, lead: Account, project: str, *, now: datetime) -> list[Member]:
    """Everybody who works in the project or did, by name; `yours` are those the lead may change."""
    with database.read() as connection:
        seen, waiting = people.last_sign_ins(connection), invitations.waiting(connection, now=now)
        paused = standing.all_paused(connection, project)
        return [
            Member(
                account=one,
                former=not one.belongs_to(project),
                invited=one.account_id in waiting,
                paused=one.code in paused,
                signed_in_at=seen.get(one.account_id),
                yours=may_change(lead, one),
            )
            for one in _of(connection, project)
        ]


def may_change(lead: Account, one: Account) -> bool:
    """Whether this lead may change what somebody is given to do."""
    return one.roles <= LED and _within(lead, one.projects)


def invite(
    database: Database, lead: Account, project: str, name: str, work: Work, *, now: datetime
) -> tuple[Account, str]:
    """A new account for somebody, and the token of the link they choose their password by. Raises WorkError."""
    _check(lead, work)
    if work.projects is not None and project not in work.projects:
        raise WorkError(f"whoever is invited here works in {project}", 422)
    try:
        with database.write() as connection:
            account = people.add_account(
                connection,
                name,
                roles=work.roles,
                abilities=work.abilities,
                daily_quota=work.daily_quota,
                projects=work.projects,
                who=lead.code,
            )
            return account, invitations.invite(connection, account, who=lead.code, now=now)
    except PeopleError as error:
        raise WorkError(str(error), 422) from None


def change(
    database: Database, lead: Account, project: str, code: str, work: Work, *, among: AbstractSet[str], now: datetime
) -> None:
    """Replace what somebody is given to do, from their next click on; projects that were not `among` those to choose
    from stay theirs. In a project they leave, their open batch ends: what they answered is handed in, the rest goes to
    others.

    Raises WorkError.
    """
    _check(lead, work)
    try:
        with database.write() as connection:
            one = _theirs(connection, lead, project, code)
            if work.projects is not None:
                work = replace(work, projects=work.projects | ((one.projects or frozenset()) - among))
            if work.roles != one.roles:
                people.set_roles(connection, one, work.roles, who=lead.code)
            people.set_work(
                connection,
                one,
                abilities=work.abilities,
                daily_quota=work.daily_quota,
                projects=work.projects,
                who=lead.code,
            )
            for left in _left(connection, one, work):
                end_open(connection, left, one.account_id, "left the project", now)
    except PeopleError as error:
        raise WorkError(str(error), 422) from None


def link(database: Database, lead: Account, project: str, code: str, *, now: datetime) -> tuple[Account, str]:
    """Whose link it is, and the token of it, by which they choose a new password. Raises WorkError."""
    try:
        with database.write() as connection:
            one = _theirs(connection, lead, project, code)
            return one, invitations.invite(connection, one, who=lead.code, now=now)
    except PeopleError as error:
        raise WorkError(str(error), 422) from None


def _of(connection: Connection, project: str) -> list[Account]:
    worked = select(batches.c.account_id).where(batches.c.project == project).distinct()
    before = set(connection.execute(worked).scalars())
    everybody = [one for one in people.everybody(connection) if "service" not in one.roles]
    return [one for one in everybody if one.belongs_to(project) or one.account_id in before]


def _theirs(connection: Connection, lead: Account, project: str, code: str) -> Account:
    one = next((each for each in _of(connection, project) if each.code == code), None)
    if one is None:
        raise WorkError("there is nobody like that in this project", 404)
    if not may_change(lead, one):
        raise WorkError(NOT_YOURS.format(name=one.name), 403)
    return one


def _check(lead: Account, work: Work) -> None:
    if not work.roles or not work.roles <= LED:
        raise WorkError("a lead makes annotators and reviewers: choose at least one of the two", 422)
    if not _within(lead, work.projects):
        raise WorkError("you lead not all of these projects", 403)


def _within(lead: Account, projects: AbstractSet[str] | None) -> bool:
    return lead.projects is None or (projects is not None and projects <= lead.projects)


def _left(connection: Connection, one: Account, work: Work) -> list[str]:
    """The projects somebody has a batch in and no longer works in."""
    theirs = select(batches.c.project).where(batches.c.account_id == one.account_id, batches.c.state == "open")
    keeps = "annotator" in work.roles
    held = connection.execute(theirs).scalars().all()
    return [each for each in held if not keeps or (work.projects is not None and each not in work.projects)]
