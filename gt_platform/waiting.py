"""Waiting for others: a lock on a file, pauses that double, outages sat out, and an end when one is asked for."""

import fcntl
import logging
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import IO, TypeVar

LOG = logging.getLogger(__name__)
LOOK_AGAIN = 0.005  # seconds
LONGEST = 5.0  # seconds between two looks at what is out of reach: it is seldom gone for less, and found soon after
Span = TypeVar("Span", float, timedelta)
T = TypeVar("T")


@contextmanager
def file_lock(path: Path, *, shared: bool = False, patience: float | None = None) -> Iterator[None]:
    """Hold a lock on a file, made where there is none; the system lets go of it when the process dies.

    `shared` holders keep out only those who want it alone. Waits for ever, or raises TimeoutError after `patience`
    seconds. An flock: threads of one process that open the file each for themselves exclude each other as well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        _take(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, patience)
        yield


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM ends what runs here as gracefully as Ctrl-C does: both are a KeyboardInterrupt."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def pause(first: Span, failures: int, longest: Span) -> Span:
    """How long to wait after so many failures: `first` after one, doubled after every other, up to `longest`."""
    return min(first * 2.0 ** min(failures - 1, 30), longest)  # a float is not asked for more


def patiently(work: Callable[[], T], *, passing: Callable[[Exception], bool], patience: float) -> T:
    """Do `work`, again and again while what it raises is `passing`, up to `patience` seconds after the first failure.

    The first failure is told, and that it went well in the end; the last one is raised.
    """
    failures, end = 0, 0.0
    while True:
        try:
            result = work()
        except Exception as error:
            failures, end = failures + 1, end or time.monotonic() + patience
            if not passing(error) or time.monotonic() > end:
                raise
            if failures == 1:
                LOG.warning("%s; trying again for up to %.0f s", _first_line(error), patience)
            time.sleep(random.uniform(0.5, 1) * pause(0.1, failures, LONGEST))  # noqa: S311 - jitter
        else:
            if failures:
                LOG.warning("it went well after %s failed attempts", failures)
            return result


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _take(file: IO[str], kind: int, patience: float | None) -> None:
    if patience is None:
        return fcntl.flock(file, kind)
    end = time.monotonic() + patience
    while True:
        try:
            return fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise TimeoutError(f"{file.name}: others hold it") from None
            time.sleep(LOOK_AGAIN)
