"""What a listing finds: files, and odd entries that are none; and how a folder of this machine is walked.

Nothing is waited for: no pipe is opened, and no link is followed but to a file below the same folder.
"""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gt_platform.records import named_as_records

ROOT = "."
"""The path of an odd entry that is the place itself."""
ABSENT = "absent"
"""The version of a place that is not there."""
SPARSE = 250
"""A file that takes less than this part of its size on the disk holds next to nothing, or is still being written."""
SPARSE_FROM = 64 << 20  # bytes: holes in smaller ones harm nobody

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One file of a listing: `path` below the storage, `size` in bytes, `version` changing with the content."""

    path: str
    size: int
    version: str


@dataclass(frozen=True, kw_only=True)
class Odd:
    """An entry that is no file one can read, and `why`, in a sentence without its path.

    Its `version` changes when it is changed, in its rights too.
    """

    path: str
    version: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Files and odd entries, each sorted by path."""

    files: list[Stored]
    odd: list[Odd]


def visible(path: str) -> bool:
    """Whether a listing shows this path: neither hidden, nor temporary, nor the marker of a folder."""
    return not path.endswith((".tmp", "/")) and not any(map(_hidden, path.split("/")))


def absent(why: str) -> Listing:
    """The listing of a place that is not there."""
    return Listing(files=[], odd=[Odd(path=ROOT, version=ABSENT, why=why)])


def look_into(root: Path, prefix: str) -> Listing:
    """Every visible entry below a folder whose path starts with `prefix`."""
    if not os.path.lexists(root):
        return absent("it does not exist; make it, or correct where it is declared")
    found = list(_Walk(str(root), prefix))
    return Listing(
        files=sorted((one for one in found if isinstance(one, Stored)), key=lambda one: one.path),
        odd=sorted((one for one in found if isinstance(one, Odd)), key=lambda one: one.path),
    )


def not_to_be_read(status: os.stat_result) -> str | None:
    """Why what has this status is not read, if it is not, in a sentence without its path."""
    if stat.S_ISREG(status.st_mode):
        return None
    return f"it is {_KINDS.get(stat.S_IFMT(status.st_mode), 'no file')}; only files are read"


def hollow(descriptor: int, status: os.stat_result) -> bool:
    """Whether next to nothing of a large file was ever written; a file system that knows no holes says that all was."""
    few = status.st_blocks * 512 * SPARSE < status.st_size
    return few and status.st_size > SPARSE_FROM and os.lseek(descriptor, 0, os.SEEK_HOLE) < status.st_size


class _Walk:
    """The entries below a folder. However deep they lie: folders wait in a list."""

    def __init__(self, root: str, prefix: str) -> None:
        self._root = f"{root.rstrip('/')}/"
        self._prefix = prefix

    def __iter__(self) -> Iterator[Stored | Odd]:
        waiting = [self._root + self._prefix.rpartition("/")[0]]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = list(listing)
            except FileNotFoundError:  # moved away since its parent was listed
                continue
            except OSError as error:
                yield self._odd(folder, in_words(error))
                continue
            if not entries and named_as_records(folder):
                yield self._odd(folder, "it is an empty folder; a file is needed here")
            for entry in (entry for entry in entries if not _hidden(entry.name)):
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif self._asked(entry.path) and (found := self._found(entry)):
                    yield found

    def _asked(self, full: str) -> bool:
        path = full[len(self._root) :]
        return path.startswith(self._prefix) and visible(path)

    def _found(self, entry: "os.DirEntry[str]") -> Stored | Odd | None:
        try:
            if entry.is_symlink() and (astray := self._astray(entry.path)):
                return self._odd(entry.path, astray)
            status = entry.stat()
            why = not_to_be_read(status) or (None if _readable(entry.path) else in_words(PermissionError()))
        except FileNotFoundError:  # moved away since it was listed
            return None
        except OSError as error:
            why = in_words(error)
        if why:
            return self._odd(entry.path, why)
        return Stored(
            path=entry.path[len(self._root) :], size=status.st_size, version=f"{status.st_size}-{status.st_mtime_ns}"
        )

    def _astray(self, link: str) -> str | None:
        """What is wrong with a link, if anything."""
        try:
            target = os.path.realpath(link, strict=True)
        except FileNotFoundError:
            return "it is a link to nothing; put the file itself there" if os.path.lexists(link) else None
        if not target.startswith(self._root):
            return f"it is a link out of {self._root}; put the file itself there"
        return "it is a link to a folder; put the folder itself there" if Path(target).is_dir() else None

    def _odd(self, full: str, why: str) -> Odd:
        try:
            version = f"changed {os.lstat(full).st_ctime_ns}"
        except OSError:
            version = "unknown"
        return Odd(path=full[len(self._root) :] or ROOT, version=version, why=why)


def _readable(full: str) -> bool:
    return os.access(full, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def _hidden(name: str) -> bool:
    return name.startswith((".", "_"))


def in_words(error: OSError) -> str:
    """What is wrong with an entry, in a sentence without its path."""
    if isinstance(error, PermissionError):
        return "it may not be read by who runs this; give the right to"
    if isinstance(error, NotADirectoryError):
        return "it is a file; a folder is needed here"
    if error.errno == errno.ELOOP:
        return "it is a link that leads back to itself; put the file itself there"
    return f"it cannot be read ({error.strerror or error})"
