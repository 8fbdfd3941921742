"""Signing in and out of the workbench. What a browser holds is a random token, what the store holds is its hash."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, insert, select, update

from gt_platform.canonical import digest
from gt_platform.errors import GroundTruthError
from gt_platform.workbench.accounts import attempts, passwords
from gt_platform.workbench.accounts.people import Account, account_of, check_password, set_hash
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.account_tables import accounts, invitations, sessions
from gt_platform.workbench.store.database import Database

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
TOUCH = timedelta(minutes=5)  # being seen is written down this often, or each page would be a write


class SignInError(GroundTruthError):
    """The name or the password is wrong; the message tells neither which, nor whether the account exists."""


@dataclass(frozen=True)
class Session:
    """Somebody signed in. `token` is for their cookie alone."""

    token: str
    account: Account

    @property
    def csrf(self) -> str:
        """What their forms must carry."""
        return csrf_token(self.token)


def new_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def csrf_token(token: str) -> str:
    """The token for forms that goes with a cookie; who cannot read the cookie cannot make it."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()


def csrf_matches(token: str, given: str) -> bool:
    """Whether a form carried what goes with the cookie."""
    return hmac.compare_digest(csrf_token(token).encode(), given.encode("utf-8", "surrogatepass"))


def sign_in(database: Database, name: str, password: str, address: str, *, now: datetime) -> Session:
    """A new session. Raises SignInError, TooManyAttemptsError or BusyError."""
    account_id, kept = _verified(database, name, password, address, now)
    fresh = passwords.hashed(password) if passwords.outdated(kept) else kept
    with database.write() as connection:
        condition = (accounts.c.account_id == account_id) & (accounts.c.password == kept) & accounts.c.active
        row = connection.execute(select(accounts).where(condition)).one_or_none()
        if row is None:  # disabled, or given another password, while this one was checked
            raise SignInError("name or password is wrong")
        attempts.forgive(connection, name, address)
        values = {"password": fresh, "signed_in_at": now}
        connection.execute(update(accounts).where(accounts.c.account_id == account_id).values(values))
        prune(connection, now=now)
        return open_session(connection, account_of(row), now)


def look_up(database: Database, token: str, *, now: datetime) -> Session | None:
    """The session of a cookie, unless it ended, expired, or the account was disabled."""
    kept = digest(token)
    query = select(accounts, sessions.c.seen_at).join(sessions, sessions.c.account_id == accounts.c.account_id)
    alive = (sessions.c.seen_at > now - IDLE) & (sessions.c.started_at > now - ABSOLUTE) & accounts.c.active
    with database.read() as connection:
        row = connection.execute(query.where(sessions.c.token == kept, alive)).one_or_none()
    if row is None:
        return None
    if now - row.seen_at > TOUCH:
        with database.write() as connection:
            connection.execute(update(sessions).where(sessions.c.token == kept).values(seen_at=now))
    return Session(token, account_of(row))


def sign_out(database: Database, session: Session) -> None:
    """End this session; others of the account go on."""
    with database.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.token == digest(session.token)))
        audit.record(connection, session.account.code, "signed out", session.account.code)


def change_password(
    database: Database, account: Account, current: str, new: str, address: str, *, now: datetime
) -> Session:
    """Set another password and end every session but the one returned.

    Raises SignInError when the current one is wrong, PeopleError when the new one is refused, TooManyAttemptsError
    and BusyError.
    """
    check_password(new, account.name)
    _verified(database, account.name, current, address, now)
    kept = passwords.hashed(new)
    with database.write() as connection:
        attempts.forgive(connection, account.name, address)
        set_hash(connection, account, kept, who=account.code)
        return open_session(connection, account, now)


def open_session(connection: Connection, account: Account, now: datetime) -> Session:
    """A new session of somebody who is known to be who they are."""
    session = Session(new_token(), account)
    row = {"token": digest(session.token), "account_id": account.account_id, "started_at": now, "seen_at": now}
    connection.execute(insert(sessions).values(row))
    audit.record(connection, account.code, "signed in", account.code, at=now)
    return session


def prune(connection: Connection, *, now: datetime) -> None:
    """Drop sessions, links and counted attempts that are over."""
    over = (sessions.c.seen_at <= now - IDLE) | (sessions.c.started_at <= now - ABSOLUTE)
    connection.execute(delete(sessions).where(over))
    connection.execute(delete(invitations).where(invitations.c.expires_at <= now))
    attempts.prune(connection, now)


def _verified(database: Database, name: str, password: str, address: str, now: datetime) -> tuple[int, str]:
    attempts.check(database, name, address, now)
    query = select(accounts).where(accounts.c.name_key == attempts.name_key(name))
    with database.read() as connection:
        row = connection.execute(query).one_or_none()
    kept = row.password if row is not None and row.active else None
    counted = partial(attempts.count, database, name, address, now)
    if passwords.matches(kept, password, first=counted) and row is not None:
        return row.account_id, row.password
    code = "nobody" if row is None else row.code
    with database.write() as connection:
        audit.record(connection, code, "failed to sign in", code, at=now)
    raise SignInError("name or password is wrong")
