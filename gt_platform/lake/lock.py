"""One lock per catalog around every write transaction and every maintenance call.

Unserialised writers beside compaction silently corrupt a DuckLake. The lock is held by something that dies
with the process: an flock, or an advisory lock on a PostgreSQL session of its own.

Readers hold no lock, except against compaction on a SQLite catalog, where a query that runs while it commits
would find no files and silently answer with no rows.
"""

import fcntl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from gt_platform.lake.connection import LakeError
from gt_platform.settings import Settings

GAP = 10  # seconds for which compaction, and with it every writer, waits for running queries to end
ADVISORY_KEY = 0x67745F6C616B65  # "gt_lake": one lock per catalog database

# flock does not exclude threads of one process from each other
_MUTEXES: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_HELD = threading.local()


def catalog_lock(settings: Settings) -> AbstractContextManager[None]:
    """Hold the catalog's write lock; waits for whoever has it."""
    kind, _, target = settings.catalog_url.partition(":")
    return _advisory(target) if kind == "postgres" else _flock(Path(target).parent / ".lock")


def reading(settings: Settings) -> AbstractContextManager[None]:
    """Keep compaction out while a query runs; a PostgreSQL catalog does that by itself."""
    return _readers(settings, fcntl.LOCK_SH)


def unread(settings: Settings) -> AbstractContextManager[None]:
    """Keep queries out while compaction runs. Raises LakeError when they leave no gap."""
    return _readers(settings, fcntl.LOCK_EX)


def _readers(settings: Settings, kind: int) -> AbstractContextManager[None]:
    catalog, _, target = settings.catalog_url.partition(":")
    return nullcontext() if catalog == "postgres" else _shared(Path(target).parent / ".readers", kind)


@contextmanager
def _shared(path: Path, kind: int) -> Iterator[None]:
    with path.open("a") as file:
        if kind == fcntl.LOCK_SH:
            fcntl.flock(file, kind)
        else:
            _wait_for_gap(file)
        yield


def _wait_for_gap(file: IO[str]) -> None:
    end = time.monotonic() + GAP
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise LakeError(f"queries left no gap for compaction in {GAP} s; compact later") from None
            time.sleep(0.005)


@contextmanager
def _flock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _mutex(str(path)), path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _advisory(conninfo: str) -> Iterator[None]:
    import psycopg2  # needed by PostgreSQL catalogs only

    with _mutex(conninfo):
        try:
            session: Any = psycopg2.connect(conninfo)
        except psycopg2.OperationalError as error:
            raise LakeError(f"the catalog's PostgreSQL (GT_CATALOG) cannot be reached: {error}") from None
        try:
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", (ADVISORY_KEY,))
            yield
        finally:
            session.close()


@contextmanager
def _mutex(name: str) -> Iterator[None]:
    held: set[str] = _HELD.__dict__.setdefault("names", set())
    if name in held:
        raise LakeError("this thread holds the lake's lock already and would wait for itself; commit one by one")
    with _MUTEXES[name]:
        held.add(name)
        try:
            yield
        finally:
            held.discard(name)
