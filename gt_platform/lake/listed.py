"""The bytes of one listed file, and what may be wrong with it alone: that never stops the files after it."""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from gt_platform.errors import GroundTruthError
from gt_platform.lake.entries import Odd, Stored, in_words
from gt_platform.lake.storage import Storage, StorageError, UnavailableError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SPARE = 256 << 20  # bytes: scratch space with less is full, whatever comes
CHANGED = "it changed while it was read; write under a name that ends in .tmp, and rename when it is whole"


class UnreadableError(GroundTruthError):
    """An entry of a listing that cannot be read; the message says why, without its path."""


@contextmanager
def reading(storage: Storage, entry: Stored | Odd, scratch: Path) -> Iterator[BinaryIO]:
    """A file as it was listed, no byte more or less; it is to be copied into `scratch`.

    Raises UnreadableError, here or while it is read, for what is wrong with this entry. Where the storage is out of
    reach as a whole, that is raised as it is.
    """
    if isinstance(entry, Odd):
        raise UnreadableError(entry.why)
    try:
        stream = storage.open(entry.path)
    except OSError as error:
        raise _unreadable(storage, entry, error) from error
    with io.BufferedReader(_AsListed(storage, entry, stream), buffer_size=1 << 20) as whole:
        free = shutil.disk_usage(scratch).free
        if SPARE < free < entry.size:
            raise UnreadableError(
                f"it has {entry.size} bytes, and {scratch.parent} room for {free}; set TMPDIR to more"
            )
        yield cast("BinaryIO", whole)


class _AsListed(io.RawIOBase):
    """A stream that ends where its listing says, or not at all."""

    def __init__(self, storage: Storage, entry: Stored, stream: BinaryIO) -> None:
        self._storage = storage
        self._entry = entry
        self._stream = stream
        self._came = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        try:
            piece = self._stream.read(len(view))
        except OSError as error:
            raise _unreadable(self._storage, self._entry, error) from error
        self._came += len(piece)
        if self._came > self._entry.size or (not piece and self._came < self._entry.size):
            raise UnreadableError(CHANGED)
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _unreadable(storage: Storage, entry: Stored, error: OSError) -> UnreadableError:
    if isinstance(error, UnavailableError):
        storage.look(entry.path)  # raises where it is not this file alone that is out of reach
    if isinstance(error, FileNotFoundError):
        return UnreadableError("it went away before it was read")
    if isinstance(error, StorageError):
        return UnreadableError(str(error).removeprefix(f"{storage.url}/{entry.path}").lstrip(": "))
    return UnreadableError(in_words(error))
