"""Links by which somebody chooses a password: to join, or when the one they had is lost. The store holds their digest.

A link is used once, within LASTS of being made; another one for the same account takes its place, and so does any
other password the account is given.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from gt_platform.canonical import digest
from gt_platform.errors import GroundTruthError
from gt_platform.workbench.accounts.people import Account, PeopleError, account_of, hash_password, set_hash
from gt_platform.workbench.accounts.sessions import Session, new_token, open_session
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.account_tables import accounts, invitations
from gt_platform.workbench.store.database import Database

LASTS = timedelta(days=7)
OVER = "this link was used, is too old, or another took its place; ask whoever sent it for a new one"


class InvitationError(GroundTruthError):
    """A link that lets nobody in; the message tells what to do, and not whose it was."""


def invite(connection: Connection, account: Account, *, who: str = "operator", now: datetime) -> str:
    """A new link's token for an account, in place of the one before. Raises PeopleError."""
    if "service" in account.roles:
        raise PeopleError(f"{account.name!r} is a service and has a token instead of a password")
    if not account.active:
        raise PeopleError(f"{account.name!r} is disabled; `gt users enable` lets them in again")
    token = new_token()
    connection.execute(delete(invitations).where(invitations.c.account_id == account.account_id))
    connection.execute(
        insert(invitations).values(
            account_id=account.account_id,
            token=digest(token),
            made_at=now,
            expires_at=now + LASTS,
            made_by=who,
        )
    )
    audit.record(connection, who, "made a link for", account.code, at=now)
    return token


def invited(connection: Connection, token: str, *, now: datetime) -> Account:
    """Whose link it is. Raises InvitationError."""
    alive = (invitations.c.token == digest(token)) & (invitations.c.expires_at > now) & accounts.c.active
    row = connection.execute(select(accounts).join(invitations).where(alive)).one_or_none()
    if row is None:
        raise InvitationError(OVER)
    return account_of(row)


def waiting(connection: Connection, *, now: datetime) -> frozenset[int]:
    """The numbers of the accounts that have a link they may still use."""
    alive = select(invitations.c.account_id).where(invitations.c.expires_at > now)
    return frozenset(connection.execute(alive).scalars())


def accept(database: Database, token: str, password: str, *, now: datetime) -> Session:
    """Give an account the password its person chose, end its other sessions, and sign it in.

    Raises InvitationError, PeopleError where the password is refused, BusyError and DatabaseError.
    """
    with database.read() as connection:
        account = invited(connection, token, now=now)
    kept = hash_password(password, account.name)
    with database.write() as connection:
        account = invited(connection, token, now=now)  # by now it may have been used
        set_hash(connection, account, kept, who=account.code)
        return open_session(connection, account, now)
