"""One lock per catalog around every write transaction and every maintenance call.

Unserialised writers beside compaction silently corrupt a DuckLake. The lock is held by something that dies
with the process: an flock, or an advisory lock on a PostgreSQL session of its own.

Readers hold no lock, except against compaction on a SQLite catalog, where a query that runs while it commits
would find no files and silently answer with no rows.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from gt_platform.lake.connection import LakeError
from gt_platform.settings import Settings
from gt_platform.waiting import file_lock

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
    file = _readers(settings)
    return nullcontext() if file is None else file_lock(file, shared=True)


@contextmanager
def unread(settings: Settings) -> Iterator[None]:
    """Keep queries out while compaction runs. Raises LakeError when they leave no gap."""
    file = _readers(settings)
    with ExitStack() as held:
        try:
            held.enter_context(nullcontext() if file is None else file_lock(file, patience=GAP))
        except TimeoutError:
            raise LakeError(f"queries left no gap for compaction in {GAP} s; compact later") from None
        yield


def _readers(settings: Settings) -> Path | None:
    catalog, _, target = settings.catalog_url.partition(":")
    return None if catalog == "postgres" else Path(target).parent / ".readers"


@contextmanager
def _flock(path: Path) -> Iterator[None]:
    with _mutex(str(path)), file_lock(path):
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
