"""Making committed files survive a power cut: DuckLake never syncs the Parquet it writes."""

import ctypes
import os
from pathlib import Path


def sync_to_disk(folder: Path) -> None:
    """Flush the file system that holds `folder`. Raises OSError when the kernel reports a failed write."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:  # outside Linux
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(descriptor)
