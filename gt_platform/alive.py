"""Who is alive: a file per piece of work, locked by the process that does it. What the work is does not belong here.

The system lets go of a lock when its process dies, however it dies. A lock has no number that a later process could
get, and needs neither /proc nor the name of a machine, which a container loses when it starts again.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gt_platform.waiting import file_lock

_for_life = ExitStack()  # never closed: the system closes it with the process


@contextmanager
def holding(folder: Path, work: str) -> Iterator[None]:
    """Be alive for a piece of work while this runs; afterwards nothing is left of it."""
    file = folder / work
    with file_lock(file):
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def hold_for_life(folder: Path, work: str) -> None:
    """Be alive for a piece of work until this process ends; the file is left for `forget`. Raises OSError."""
    _for_life.enter_context(file_lock(folder / work))


def is_known(folder: Path, work: str) -> bool:
    """Whether anybody ever held it here, and nobody has forgotten it."""
    return (folder / work).exists()


def is_held(folder: Path, work: str) -> bool:
    """Whether a process that lives holds it."""
    if not is_known(folder, work):
        return False
    try:
        with file_lock(folder / work, shared=True, patience=0):  # shared, so that two who look do not see each other
            return False
    except TimeoutError:
        return True


def known(folder: Path) -> list[str]:
    """All that is or was held here."""
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def forget(folder: Path, work: str) -> None:
    """Remove what nobody holds any more."""
    (folder / work).unlink(missing_ok=True)
