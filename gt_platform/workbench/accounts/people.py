"""Who may sign in to the workbench, and as what. Signing in itself is in sessions.py."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gt_platform.canonical import digest
from gt_platform.errors import GroundTruthError
from gt_platform.workbench.accounts import attempts, passwords
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.account_tables import accounts, invitations, sessions

Role = Literal["annotator", "reviewer", "lead", "service"]
ROLES: tuple[Role, ...] = get_args(Role)
ABILITY = re.compile(r"(language|skill):[A-Za-z0-9_-]{1,40}")
NAME = re.compile(r"\S(.{0,62}\S)?")


class PeopleError(GroundTruthError):
    """An account that cannot be made or changed like this; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody with an account. The lake knows them by `code` alone; `projects` is None for all of them."""

    account_id: int
    name: str
    code: str
    roles: frozenset[Role]
    abilities: frozenset[str]
    daily_quota: int | None
    active: bool
    projects: frozenset[str] | None

    def may(self, roles: Iterable[Role]) -> bool:
        """Whether one of these roles is theirs."""
        return not self.roles.isdisjoint(roles)

    def belongs_to(self, project: str) -> bool:
        """Whether they work in the project."""
        return self.projects is None or project in self.projects


def add_account(
    connection: Connection,
    name: str,
    *,
    password: str | None = None,
    roles: Iterable[Role],
    abilities: Iterable[str] = (),
    daily_quota: int | None = None,
    projects: Iterable[str] | None = None,
    who: str = "operator",
) -> Account:
    """Make an account. One without a password cannot sign in until it is given one. Raises PeopleError."""
    name = _name(name)
    values = {
        "name": name,
        "name_key": attempts.name_key(name),
        "code": f"ann-{secrets.token_hex(4)}",
        "password": None if password is None else hash_password(password, name),
        "roles": sorted(checked_roles(roles)),
        "abilities": sorted(_abilities(abilities)),
        "daily_quota": _quota(daily_quota),
        "projects": _projects(projects),
        "active": True,
        "created_at": datetime.now(UTC),
    }
    if find_account(connection, name) is not None:
        raise PeopleError(f"there is somebody named {name!r} already; names differ in more than case")
    try:
        number = connection.execute(insert(accounts).values(values)).inserted_primary_key
    except IntegrityError:
        raise PeopleError(f"{name!r} was just added by somebody else") from None
    added = account(connection, int(number[0])) if number else None
    if added is None:
        raise PeopleError(f"{name!r} could not be added; try again")
    audit.record(connection, who, "added", added.code, **_facts(added))
    return added


def account(connection: Connection, account_id: int) -> Account | None:
    """The account with this number."""
    return _one(connection, accounts.c.account_id == account_id)


def account_by_code(connection: Connection, code: str) -> Account | None:
    """The account the lake knows by this code."""
    return _one(connection, accounts.c.code == code)


def account_by_token(connection: Connection, token: str) -> Account | None:
    """The active service this bearer token belongs to."""
    found = _one(connection, accounts.c.token == digest(token))
    return found if found is not None and found.active else None


def find_account(connection: Connection, name: str) -> Account | None:
    """The account somebody signs in to with this name, whatever its case."""
    return _one(connection, accounts.c.name_key == attempts.name_key(name))


def everybody(connection: Connection) -> list[Account]:
    """All of them, by name."""
    return [account_of(row) for row in connection.execute(select(accounts).order_by(accounts.c.name_key))]


def last_sign_ins(connection: Connection) -> dict[int, datetime]:
    """When people signed in last, by their number."""
    query = select(accounts.c.account_id, accounts.c.signed_in_at).where(accounts.c.signed_in_at.is_not(None))
    return {row.account_id: row.signed_in_at for row in connection.execute(query)}


def check_password(password: str, name: str) -> None:
    """Refuse a password that is guessed first. Raises PeopleError."""
    try:
        passwords.check_strength(password, name)
    except passwords.PasswordError as error:
        raise PeopleError(str(error)) from None


def hash_password(password: str, name: str) -> str:
    """What is kept of a password. It takes a while: not for inside a transaction. Raises PeopleError."""
    check_password(password, name)
    return passwords.hashed(password)


def set_hash(connection: Connection, account: Account, kept: str, *, who: str = "operator") -> None:
    """Replace the password by what is kept of the new one, end every session and link, and forget failed sign-ins.

    Raises PeopleError.
    """
    if "service" in account.roles:
        raise PeopleError(f"{account.name!r} is a service and has a token instead of a password")
    _change(connection, account, who, "changed the password of", password=kept)
    end_sessions(connection, account)
    attempts.forget(connection, account.name)


def issue_token(connection: Connection, account: Account) -> str:
    """A new bearer token for a service, in place of the one before; only its hash is kept. Raises PeopleError."""
    if "service" not in account.roles:
        raise PeopleError(f"{account.name!r} is no service and signs in with a password")
    token = f"gt_{secrets.token_urlsafe(32)}"
    _change(connection, account, "operator", "issued a token to", token=digest(token))
    return token


def set_work(
    connection: Connection,
    account: Account,
    *,
    abilities: Iterable[str],
    daily_quota: int | None,
    projects: Iterable[str] | None,
    who: str = "operator",
) -> None:
    """Replace what somebody is given to do: `projects` is None for all of them. Raises PeopleError."""
    values: dict[str, Any] = {
        "abilities": sorted(_abilities(abilities)),
        "daily_quota": _quota(daily_quota),
        "projects": _projects(projects),
    }
    _change(connection, account, who, "changed the work of", **values)


def set_roles(connection: Connection, account: Account, roles: Iterable[Role], *, who: str = "operator") -> None:
    """Replace the roles. Raises PeopleError."""
    roles = checked_roles(roles)
    if ("service" in roles) != ("service" in account.roles):
        raise PeopleError("a service stays one, and a person never becomes one; add another account")
    _change(connection, account, who, "set the roles of", roles=sorted(roles))


def set_active(connection: Connection, account: Account, active: bool) -> None:
    """Let somebody in again, or nowhere any more from this moment on."""
    _change(connection, account, "operator", "enabled" if active else "disabled", active=active)
    if not active:
        end_sessions(connection, account)


def end_sessions(connection: Connection, account: Account) -> None:
    """Sign them out wherever they are signed in; a link by which they might come back is over, too."""
    for table in (sessions, invitations):
        connection.execute(delete(table).where(table.c.account_id == account.account_id))


def checked_roles(roles: Iterable[Role]) -> frozenset[Role]:
    """The roles, if they exist and go together. Raises PeopleError."""
    given = frozenset(roles)
    if unknown := sorted(given - set(ROLES)):
        raise PeopleError(f"there is no role {unknown[0]!r}; there are {', '.join(ROLES)}")
    if not given:
        raise PeopleError(f"give at least one role: {', '.join(ROLES)}")
    if "service" in given and len(given) > 1:
        raise PeopleError("a service has no other role")
    return given


def _change(connection: Connection, account: Account, who: str, did: str, **values: Any) -> None:
    connection.execute(update(accounts).where(accounts.c.account_id == account.account_id).values(values))
    shown = {name: value for name, value in values.items() if name not in {"password", "token"}}
    audit.record(connection, who, did, account.code, **shown)


def _one(connection: Connection, condition: Any) -> Account | None:
    row = connection.execute(select(accounts).where(condition)).one_or_none()
    return None if row is None else account_of(row)


def account_of(row: Row[Any]) -> Account:
    """The account in a row of `accounts`, whatever else the row holds."""
    return Account(
        account_id=row.account_id,
        name=row.name,
        code=row.code,
        roles=frozenset(row.roles),
        abilities=frozenset(row.abilities),
        daily_quota=row.daily_quota,
        active=row.active,
        projects=None if row.projects is None else frozenset(row.projects),
    )


def _name(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).strip()
    if not NAME.fullmatch(name) or not name.isprintable():
        raise PeopleError("a name has 1 to 64 characters that can be seen")
    return name


def _abilities(abilities: Iterable[str]) -> frozenset[str]:
    given = frozenset(abilities)
    if wrong := sorted(one for one in given if not ABILITY.fullmatch(one)):
        raise PeopleError(f"{wrong[0]!r} is no ability; write language:de or skill:tax")
    return given


def _quota(quota: int | None) -> int | None:
    if quota is not None and quota < 1:
        raise PeopleError(f"a daily quota is at least 1, not {quota}; disable somebody who is to get no work")
    return quota


def _projects(projects: Iterable[str] | None) -> list[str] | None:
    return None if projects is None else sorted(projects)


def _facts(account: Account) -> dict[str, Any]:
    return {
        "roles": sorted(account.roles),
        "abilities": sorted(account.abilities),
        "daily_quota": account.daily_quota,
        "projects": None if account.projects is None else sorted(account.projects),
    }
