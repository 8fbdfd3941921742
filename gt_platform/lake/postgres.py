"""Sessions with a catalog's PostgreSQL, beside those that DuckDB makes: for its lock, and for copies of it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

from gt_platform.lake.outages import LakeError, UnreachableError, in_words
from gt_platform.waiting import patiently

ADVISORY_KEY = 0x67745F6C616B65  # "gt_lake": one lock per catalog database
FINAL = ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied", "invalid ")
"""Signs of a refusal that waiting does not end."""
DEFAULTS = {
    # a host that fell silent is given up on after half a minute, not after the two hours of TCP
    "connect_timeout": "10", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "4",
}  # fmt: skip
SECRETS = ("password", "sslpassword")
NO_TIMEOUTS = """
    SELECT set_config(name, '0', false) FROM pg_settings
    WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout')
"""
POOLED = (
    "GT_CATALOG leads to PostgreSQL through a pool that gives each transaction another session (PgBouncer's "
    "pool_mode = transaction or statement), where no lock holds; name the server itself, or a pool in session mode"
)


def lasting(conninfo: str) -> str:
    """The connection string, with a server that falls silent given up on, unless it says when itself."""
    return _joined(DEFAULTS | _parts(conninfo))


def without_secrets(conninfo: str) -> str:
    """The connection string as it may be shown."""
    return _joined({name: value for name, value in _parts(conninfo).items() if name not in SECRETS})


def _parts(conninfo: str) -> dict[str, str]:
    from psycopg2 import ProgrammingError  # needed by PostgreSQL catalogs only
    from psycopg2.extensions import parse_dsn

    try:
        return dict(parse_dsn(conninfo))
    except ProgrammingError:  # its words repeat parts of the string, which may hold a password
        raise LakeError("GT_CATALOG is no libpq connection string; write postgres:host=… dbname=… user=…") from None


def _joined(parts: dict[str, str]) -> str:
    from psycopg2.extensions import make_dsn

    return str(make_dsn(**parts))


def open_session(conninfo: str) -> Any:
    """A session in which each statement is a transaction. Raises UnreachableError, or LakeError where it is refused."""
    import psycopg2

    try:
        session = psycopg2.connect(lasting(conninfo))
    except psycopg2.OperationalError as error:
        kind = LakeError if any(sign in str(error) for sign in FINAL) else UnreachableError
        raise kind(f"the catalog's PostgreSQL (GT_CATALOG) cannot be reached: {in_words(error)}") from None
    session.autocommit = True
    return session


@contextmanager
def advisory_lock(conninfo: str, patience: float) -> Iterator[None]:
    """Hold the database's lock for as long as a session of its own lives; waits for whoever has it.

    It brings writers into an order. What refuses a commit when the session has died is the catalog: see `connection`.
    """
    session = patiently(
        partial(_locked, conninfo), passing=lambda error: isinstance(error, UnreachableError), patience=patience
    )
    with closing(session):
        yield


def refuse_pool(conninfo: str) -> None:
    """Raise LakeError where one connection is not one session: a lock would be taken in a session that others have."""
    import psycopg2

    with closing(open_session(conninfo)) as one, closing(open_session(conninfo)) as other:
        try:
            own = _backend(one)
            if _backend(one) != own or _backend(other) == own:
                raise LakeError(POOLED)
            other.autocommit = False  # it holds on to its session from here on, whatever the pool
            if _backend(other) == own or _backend(one) != own:
                raise LakeError(POOLED)
        except psycopg2.OperationalError as error:
            raise UnreachableError(f"the catalog's PostgreSQL (GT_CATALOG) hung up: {in_words(error)}") from None
        except psycopg2.DatabaseError:  # a pool by statements knows no transactions
            raise LakeError(POOLED) from None


def _locked(conninfo: str) -> Any:
    import psycopg2

    session = open_session(conninfo)
    try:
        with session.cursor() as cursor:
            cursor.execute(NO_TIMEOUTS)
            cursor.execute("SELECT pg_advisory_lock(%s)", (ADVISORY_KEY,))
    except psycopg2.OperationalError as error:
        session.close()
        raise UnreachableError(f"PostgreSQL ended the wait for the lake's lock: {in_words(error)}") from None
    except BaseException:
        session.close()
        raise
    return session


def _backend(session: Any) -> int:
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
