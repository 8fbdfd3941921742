"""Files that hold a key of the home: whole or not there, for their owner's eyes."""

import os
from pathlib import Path


def write_once(file: Path, content: bytes) -> bool:
    """Write a file where there is none; False where there is. Whoever comes second finds the first one's."""
    if file.exists():
        return False
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f".{os.getpid()}.{file.name}.tmp")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()  # else there is nothing yet to sync
        os.fsync(opened.fileno())
    try:
        os.link(unfinished, file)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True
