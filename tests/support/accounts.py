"""A workbench's store with people in it, on either database, and a clock that tests turn."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import parse_dsn
from sqlalchemy import URL, Table, select

from gt_platform.canonical import digest
from gt_platform.labeling.messages import AuditEntry
from gt_platform.workbench.accounts import people
from gt_platform.workbench.accounts.attempts import TooManyAttemptsError
from gt_platform.workbench.accounts.people import Account, Role
from gt_platform.workbench.accounts.sessions import SignInError, sign_in
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.account_tables import sessions
from gt_platform.workbench.store.database import Database
from tests.support import backends

STORES = ("sqlite", "postgres")
PASSWORD = "seven unrelated green words"  # noqa: S105  -- of people who live as long as a test
NEW_PASSWORD = "another five blue words"  # noqa: S105
HERE = "192.0.2.1"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class Clock:
    """What the workbench takes for the time."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **parts: float) -> datetime:
        """Let some time pass."""
        self.at += timedelta(**parts)
        return self.at


@contextmanager
def store(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh store."""
    if kind == "sqlite":
        database = Database.open(f"sqlite:///{folder / 'workbench.sqlite'}")
        yield database
        database.close()
        return
    server = request.getfixturevalue("postgres_server")
    conninfo = backends.new_database(server)
    database = Database.open(postgres_url(conninfo))
    yield database
    database.close()
    backends.drop_database(server, conninfo)


def postgres_url(conninfo: str) -> str:
    """A libpq connection string as a URL."""
    parts: dict[str, Any] = parse_dsn(conninfo)
    query = {"host": parts["host"]}
    port = {"port": str(parts["port"])} if "port" in parts else {}
    made = URL.create(
        "postgresql", parts.get("user"), parts.get("password"), database=parts["dbname"], query=query | port
    )
    return made.render_as_string(hide_password=False)


def add(database: Database, name: str, *roles: Role, password: str | None = PASSWORD, **more: Any) -> Account:
    """Add somebody; an annotator unless told otherwise."""
    with database.write() as connection:
        return people.add_account(connection, name, password=password, roles=roles or ("annotator",), **more)


def attempt(database: Database, password: str, clock: Clock, *, name: str = "Ada", address: str = HERE) -> str:
    """Sign in: whose account it is, or what is said."""
    try:
        return sign_in(database, name, password, address, now=clock()).account.name
    except (SignInError, TooManyAttemptsError) as error:
        return str(error)


def open_session(database: Database, name: str, at: datetime = START) -> str:
    """The token of a session that took no password, which takes a while."""
    token = secrets.token_urlsafe(32)
    with database.write() as connection:
        person = people.find_account(connection, name)
        assert person is not None
        row = {"token": digest(token), "account_id": person.account_id, "started_at": at, "seen_at": at}
        connection.execute(sessions.insert().values(row))
    return token


def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    """Everything in a table."""
    with database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]


def entries(database: Database) -> list[AuditEntry]:
    """The audit of accounts."""
    with database.read() as connection:
        return list(audit.entries(connection, "", 0))
