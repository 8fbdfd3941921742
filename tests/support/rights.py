"""Root that obeys the modes of files, as everybody else does: tests may run as root, which reads what it likes."""

import contextlib
import ctypes
import os
from collections.abc import Iterator

VERSION_3 = 0x20080522  # of Linux's capget and capset: two words of each set
READS_ALL = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


@contextlib.contextmanager
def obeyed() -> Iterator[None]:
    """This thread reads and writes only what its user may; what it may later is not changed."""
    if os.geteuid() != 0:
        yield
        return
    header, sets = (ctypes.c_uint32 * 2)(VERSION_3, 0), (ctypes.c_uint32 * 6)()
    _call("capget", header, sets)
    had = sets[0]
    sets[0] = had & ~READS_ALL
    _call("capset", header, sets)
    try:
        yield
    finally:
        sets[0] = had
        _call("capset", header, sets)


def _call(name: str, *given: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*given) != 0:
        raise OSError(ctypes.get_errno(), f"{name} is refused")
