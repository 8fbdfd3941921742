"""One lock per catalog around every write transaction and every maintenance call.

The lock is held by something that dies with the process: an flock, or an advisory lock on a PostgreSQL session of its
own. It keeps writers from doing work in vain. Should that session die before the writer, the catalog refuses whoever
commits second: `ducklake_max_retry_count` in `connection`.

Readers hold no lock, except against compaction on a SQLite catalog, where a query that runs while it commits
would find no files and silently answer with no rows.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from gt_platform.lake import postgres
from gt_platform.lake.outages import LakeError
from gt_platform.lake.unwritable import unwritable
from gt_platform.settings import Settings
from gt_platform.waiting import file_lock

GAP = 10  # seconds for which compaction, and with it every writer, waits for running queries to end

# flock does not exclude threads of one process from each other
_MUTEXES: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_HELD = threading.local()


def catalog_lock(settings: Settings) -> AbstractContextManager[None]:
    """Hold the catalog's write lock; waits for whoever has it."""
    kind, _, target = settings.catalog_url.partition(":")
    if kind == "postgres":
        return _alone(target, postgres.advisory_lock(target, settings.patience))
    return _alone(target, file_lock(Path(target).parent / ".lock"))


def refuse_pool(settings: Settings) -> None:
    """Raise LakeError where the lock would not hold: a PostgreSQL behind a pool that deals out transactions."""
    kind, _, target = settings.catalog_url.partition(":")
    if kind == "postgres":
        postgres.refuse_pool(target)


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
    # a copy of a catalog, which is what is read where nothing may be written, is compacted by nobody
    return None if catalog == "postgres" or unwritable(Path(target).parent) else Path(target).parent / ".readers"


@contextmanager
def _alone(name: str, lock: AbstractContextManager[None]) -> Iterator[None]:
    with _mutex(name), lock:
        yield


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
