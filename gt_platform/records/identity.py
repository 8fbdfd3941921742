"""The digests by which files, quarantined records and items are known, wherever they are kept."""

from typing import Any

from gt_platform.canonical import canonical, digest


def item_id(value: Any) -> str:
    """The item of what annotators are shown: an input, or `{"input": …, "output": …}` where they judge outputs.

    Events with the same canonical content share it.
    """
    return digest(canonical(value))


def file_id(path: str, sha256: str) -> str:
    """A file by its path below the inbox and its bytes: the same for a folder and for S3."""
    return digest(canonical([path, sha256]))


def quarantine_id(file: str, line: int, byte_offset: int | None) -> str:
    """A quarantined record by the file it came from and where it starts there."""
    return digest(canonical([file, line, byte_offset]))
