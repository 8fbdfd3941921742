"""The one way to the workbench's store: its tables are made here, and all that writes to it takes turns here.

What is written is decided in the modules of the rules; no statement about work belongs here.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError, SQLAlchemyError

from gt_platform.workbench.store import schema
from gt_platform.workbench.store.errors import DatabaseError
from gt_platform.workbench.store.turns import Turns

PATIENCE = 30.0
"""Seconds a writer waits for its turn: a turn takes milliseconds, so longer means that something hangs."""
ONE_WRITER = 0x67745F776F726B  # the advisory lock's number, "gt_work" in hex: any will do, as long as it is the same
READERS = 32


@dataclass(frozen=True)
class Database:
    """An open store. All writing takes turns, in this process and beyond: what a writer has read, stays so.

    One writer at a time is what SQLite can do anyway; on PostgreSQL it is an advisory lock. It makes the rules as
    simple as they read, and numbers the audit in the order in which it becomes visible. A turn is a few statements,
    so nobody may compute, hash or use the network in one.
    """

    engine: Engine
    _turns: Turns = field(default_factory=Turns)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store; one that is empty is made, an older one migrated. Raises DatabaseError."""
        address = _address(url)
        with _explained(address):
            database = cls(_sqlite(address) if address.get_backend_name() == "sqlite" else _postgres(address))
            try:
                database._make_ready()
            except BaseException:
                database.close()
                raise
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises DatabaseError."""
        with _explained(self.engine.url), self.engine.connect() as connection, connection.begin():
            yield connection

    def write(self) -> AbstractContextManager[Connection]:
        """The one transaction that may write, committed at the end, undone by any error. Raises DatabaseError.

        An IntegrityError passes as it is: whoever wrote knows what it means.
        """
        return self._turn(gt_writes=True)

    def _make_ready(self) -> None:
        with self.read() as connection:
            if schema.is_ready(connection):
                return
        with self._turn(gt_writes=True, gt_rebuilds=True) as connection:
            schema.bring_to_head(connection)

    @contextmanager
    def _turn(self, **options: bool) -> Iterator[Connection]:
        if not self._turns.acquire(timeout=PATIENCE):
            raise DatabaseError(f"somebody else has been writing for {PATIENCE:.0f} s; try again")
        try:
            with _explained(self.engine.url), self.engine.connect() as connection:
                connection.execution_options(**options)
                with connection.begin():
                    if self.engine.dialect.name == "postgresql":
                        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (ONE_WRITER,))
                    yield connection
        finally:
            self._turns.release()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseError(
            "GT_WORKBENCH is no database URL; write sqlite:////folder/workbench.sqlite or postgresql://user@host/name"
        ) from None
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseError(f"the workbench's store is SQLite or PostgreSQL, not {address.get_backend_name()}")
    if address.get_backend_name() == "sqlite" and address.database in {None, "", ":memory:"}:
        raise DatabaseError("the workbench needs a file to keep its work in: sqlite:////folder/workbench.sqlite")
    return address


def _sqlite(address: URL) -> Engine:
    file = Path(str(address.database))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # It holds password hashes; SQLite gives its journal the same permissions. A file that is there must not be
        # opened here: closing it would drop every lock this process holds on it, and with them the store's safety.
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseError(f"{file}: cannot open the workbench's store: {error.strerror}") from None
    engine = create_engine(address, pool_size=READERS, max_overflow=READERS, pool_timeout=PATIENCE)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _patiently(lambda: _write_ahead(engine))
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own transactions begin too late, and never IMMEDIATE
    patience = f"busy_timeout={int(PATIENCE * 1000)}"
    for pragma in (patience, "synchronous=FULL", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    # a table that is rebuilt is dropped for a moment, with rows left that refer to it
    connection.exec_driver_sql(f"PRAGMA foreign_keys={'OFF' if options.get('gt_rebuilds') else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("gt_writes") else "BEGIN")


def _write_ahead(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _patiently(step: Callable[[], None]) -> None:
    """Changing the journal does not wait for others who open the store at the same moment."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return step()
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _postgres(address: URL) -> Engine:
    # SQLAlchemy 2.1 would take another driver for a plain postgresql:// than the one the platform brings along
    options = {"connect_timeout": 10, "options": f"-c lock_timeout={int(PATIENCE * 1000)}"}
    return create_engine(
        address.set(drivername="postgresql+psycopg2"),
        connect_args=options,
        pool_size=READERS,
        max_overflow=READERS,
        pool_timeout=PATIENCE,
        pool_pre_ping=True,
    )


@contextmanager
def _explained(address: URL) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except OperationalError as error:
        raise DatabaseError(f"{_shown(address)}: {_first_line(error.orig)}") from None
    except sqlite3.Error as error:  # while connecting
        raise DatabaseError(f"{_shown(address)}: {_first_line(error)}") from None
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise DatabaseError(f"{_shown(address)}: {type(reason).__name__}: {_first_line(reason)}") from error


def _shown(address: URL) -> str:
    return f"the workbench's store {address.render_as_string(hide_password=True)} cannot be used"


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
