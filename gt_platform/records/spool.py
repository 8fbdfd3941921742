"""A local copy of an inbox file and its digest: what is read is what was hashed, whatever happens to the original."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Spooled:
    """The copy, its SHA-256 in hex and its size in bytes."""

    path: Path
    sha256: str
    size: int


def spool(stream: BinaryIO, path: Path) -> Spooled:
    """Copy a stream to `path`."""
    sha256, size = hashlib.sha256(), 0
    with path.open("wb") as copy:
        while block := stream.read(BLOCK):
            sha256.update(block)
            size += len(block)
            copy.write(block)
    return Spooled(path=path, sha256=sha256.hexdigest(), size=size)
