"""Files of the platform: inboxes, reports and bundles, in a folder or below an S3 prefix, behind one set of methods.

Tables do not belong here: DuckDB reads and writes their Parquet itself.
"""

import os
import uuid
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from gt_platform.errors import GroundTruthError
from gt_platform.lake.entries import Listing, Stored, hollow, look_into, not_to_be_read

HOLLOW = "next to nothing of it was ever written; write under a name that ends in .tmp, and rename when it is whole"


class StorageError(GroundTruthError, OSError):
    """A storage that cannot be used; the message names it and says what to do."""


class AbsentError(StorageError):
    """A storage that is not there."""


class UnavailableError(StorageError):
    """A storage that does not answer, and may the next time."""


HALF = ".tmp"
"""How the hidden name of a file ends while it is written."""


class Storage(Protocol):
    """A place for files. Paths are relative and '/'-separated; a missing one raises FileNotFoundError."""

    url: str

    def look(self, prefix: str = "") -> Listing:
        """Every file whose path starts with `prefix`, sorted by path, and what is no file that can be read.

        Hidden and temporary names are left out. One odd entry hides no other; a place that is not there is one itself.
        """

    def list(self, prefix: str = "") -> list[Stored]:
        """The files of such a look; none where the place is not there. Raises StorageError where it is no place."""

    def open(self, path: str) -> BinaryIO:
        """Read a file as a stream; the caller closes it."""

    def read(self, path: str) -> bytes:
        """Read a whole file."""

    def write(self, path: str, content: bytes | Iterable[bytes]) -> str:
        """Write a file in one step, so that no reader ever sees half of it; returns its full URL."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there is as good as removed."""


def refuse_escape(url: str, path: str) -> None:
    """Raise StorageError unless the path stays below the storage."""
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\0" in path:
        raise StorageError(f"{path!r} is not a path inside {url}; give a relative one without '..'")


class Folder:
    """A folder on this machine. It need not exist: it then lists as empty and is made by the first write."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))  # unlike Path.resolve, it takes links that lead to themselves
        self.url = str(self.root)

    def look(self, prefix: str = "") -> Listing:
        """As in Storage. Odd is besides: what is no regular file, a link out of the folder or to another folder."""
        return look_into(self.root, prefix)

    def list(self, prefix: str = "") -> list[Stored]:
        """As in Storage."""
        if self.root.exists() and not self.root.is_dir():
            raise StorageError(f"{self.root} is a file; a folder is needed here")
        return self.look(prefix).files

    def open(self, path: str) -> BinaryIO:
        """As in Storage. Raises StorageError for what is no regular file, whatever stood there when it was listed."""
        full = self._inside(path)
        descriptor = os.open(full, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # or a pipe would be waited for
        try:
            status = os.fstat(descriptor)
            why = not_to_be_read(status) or (HOLLOW if hollow(descriptor, status) else None)
            if why:
                raise StorageError(f"{full}: {why}")
            return os.fdopen(descriptor, "rb")
        except BaseException:
            os.close(descriptor)
            raise

    def read(self, path: str) -> bytes:
        """As in Storage."""
        return self._inside(path).read_bytes()

    def write(self, path: str, content: bytes | Iterable[bytes]) -> str:
        """As in Storage; on disk before it returns, also through a loss of power."""
        target = self._inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{uuid.uuid4().hex}{HALF}")
        try:
            with temporary.open("xb") as file:
                file.writelines([content] if isinstance(content, bytes) else content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        for folder in target.parents:  # up to the root: any of them may be new
            _sync(folder)
            if folder == self.root:
                break
        return str(target)

    def exists(self, path: str) -> bool:
        """As in Storage."""
        return self._inside(path).is_file()

    def remove(self, path: str) -> None:
        """As in Storage."""
        self._inside(path).unlink(missing_ok=True)

    def _inside(self, path: str) -> Path:
        refuse_escape(self.url, path)
        full = self.root / path
        if not Path(os.path.realpath(full)).is_relative_to(self.root):
            raise StorageError(f"{full} is a link out of {self.root}; put the file itself there")
        return full


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
