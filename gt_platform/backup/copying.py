"""Files in and out of a backup: what is copied is digested on the way."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gt_platform.backup.manifest import BackupError

BLOCK = 1 << 20  # bytes


def copy_out(stream: BinaryIO, target: Path) -> tuple[int, str]:
    """Copy a stream into a new file; returns its size in bytes and its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sha256, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while block := stream.read(BLOCK):
            file.write(block)
            sha256.update(block)
            size += len(block)
    return size, sha256.hexdigest()


def sound_blocks(file: Path, sha256: str | None) -> Iterator[bytes]:
    """The content of a backup's file. Raises BackupError, at its end, where it is not what was copied."""
    found = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            found.update(block)
            yield block
    if found.hexdigest() != sha256:
        raise BackupError(f"{file} is not what was copied; restore from another backup")


def digested(file: Path) -> tuple[int, str]:
    """The size of a file in bytes, and its SHA-256."""
    with file.open("rb") as stream:
        return file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()
