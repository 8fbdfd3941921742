"""Files of the platform: inboxes, reports and bundles, in a folder or below an S3 prefix, behind one set of methods.

Tables do not belong here: DuckDB reads and writes their Parquet itself.
"""

import os
import stat
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from gt_platform.errors import GroundTruthError


class StorageError(GroundTruthError, OSError):
    """A storage that cannot be used; the message names it and says what to do."""


class UnavailableError(StorageError):
    """A storage that does not answer, and may the next time."""


HALF = ".tmp"
"""How the hidden name of a file ends while it is written."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One file of a listing: `path` below the storage, `size` in bytes, `version` changing with the content."""

    path: str
    size: int
    version: str


class Storage(Protocol):
    """A place for files. Paths are relative and '/'-separated; a missing one raises FileNotFoundError."""

    url: str

    def list(self, prefix: str = "") -> list[Stored]:
        """Every file whose path starts with `prefix`, sorted by path; hidden and temporary names are left out."""

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


def visible(path: str) -> bool:
    """Whether a listing shows this path: neither hidden, nor temporary, nor the marker of a folder."""
    return not path.endswith((".tmp", "/")) and not any(part.startswith((".", "_")) for part in path.split("/"))


def refuse_escape(url: str, path: str) -> None:
    """Raise StorageError unless the path stays below the storage."""
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\0" in path:
        raise StorageError(f"{path!r} is not a path inside {url}; give a relative one without '..'")


class Folder:
    """A folder on this machine. It need not exist: it then lists as empty and is made by the first write."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.url = str(self.root)

    def list(self, prefix: str = "") -> list[Stored]:
        """As in Storage. Left out besides: what is no regular file, and links leading out of the folder."""
        if self.root.exists() and not self.root.is_dir():
            raise StorageError(f"{self.root} is a file; a folder is needed here")
        return sorted(self._walk(prefix), key=lambda stored: stored.path)

    def _walk(self, prefix: str) -> Iterator[Stored]:
        above = prefix.rpartition("/")[0]
        top = self._inside(above) if above else self.root
        for folder, _, names in os.walk(top, onerror=_unless_gone):
            for name in names:
                file = Path(folder, name)
                path = file.relative_to(self.root).as_posix()
                if path.startswith(prefix) and visible(path) and (found := self._stored(file, path)):
                    yield found

    def _stored(self, file: Path, path: str) -> Stored | None:
        try:
            status = file.stat()
        except FileNotFoundError:  # moved away since it was listed, or a link to nothing
            return None
        if not stat.S_ISREG(status.st_mode) or not file.resolve().is_relative_to(self.root):
            return None
        return Stored(path=path, size=status.st_size, version=f"{status.st_size}-{status.st_mtime_ns}")

    def open(self, path: str) -> BinaryIO:
        """As in Storage."""
        return self._inside(path).open("rb")

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
        if not full.resolve().is_relative_to(self.root):
            raise StorageError(f"{full} is a link out of {self.root}; put the file itself there")
        return full


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
