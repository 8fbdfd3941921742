"""Texts that lie about below the home and in the lake's own reports: overwritten where they are found.

What is looked through are files of text, and databases of SQLite such as Dagster's history of runs. What is neither is
named where it has any of it to be seen; what is compressed cannot be seen into.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gt_platform.erasure.texts import without
from gt_platform.lake.storage import Storage
from gt_platform.lake.vanishing import WAIT, rewrite
from gt_platform.settings import Settings

SQLITE = b"SQLite format 3\0"
LARGEST = 256 << 20  # bytes
BESIDE = ("-wal", "-shm", "-journal", ".tmp")
SCHEMA = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%VIRTUAL%'"
RELEASES = "/releases/"


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many files had any of it, and a sentence for each that still has."""

    files: int
    left: Sequence[str]


def sweep(settings: Settings, others: Sequence[Path], written: Sequence[str]) -> Swept:
    """Overwrite the texts in all files of the home but the `others`, which forget in ways of their own."""
    home, count, left = settings.home.resolve(), 0, []
    for file in _files(home, {path.resolve() for path in others}):
        try:
            became = _overwrite(file, written)
        except (OSError, sqlite3.Error) as error:
            became = None
            left.append(f"{file} cannot be looked through: {error}")
        if became is False:
            left.append(f"{file} holds some of it, and is no text: remove it, or what it holds")
        count += bool(became)
    return Swept(files=count, left=left)


def sweep_files(files: Storage, written: Sequence[str]) -> Swept:
    """The same of reports beside the lake's tables. Bundles of releases are left to `bundles`."""
    count, left = 0, []
    for one in files.list():
        if RELEASES in one.path or one.size > LARGEST:
            continue
        content = files.read(one.path)
        anew = _text(content, written)
        if anew is None and any(form.encode() in content for form in written):
            left.append(f"{files.url}/{one.path} holds some of it, and is no text: remove it")
        elif anew is not None and anew != content:
            files.write(one.path, anew)
            count += 1
    return Swept(files=count, left=left)


def _files(home: Path, others: set[Path]) -> Iterator[Path]:
    for name, folders, files in os.walk(home):
        folder = Path(name)
        folders[:] = [one for one in sorted(folders) if folder / one not in others]
        for one in sorted(files):
            file = folder / one
            if file not in others and not one.endswith(BESIDE) and file.is_file() and not file.is_symlink():
                yield file


def _overwrite(file: Path, written: Sequence[str]) -> bool | None:
    """Whether anything was overwritten; False where it could not be, None where there was nothing."""
    size = file.stat().st_size
    if size > LARGEST:
        return None
    content = file.read_bytes()
    if content.startswith(SQLITE):
        return _overwrite_database(file, written)
    anew = _text(content, written)
    if anew is None:
        return False if any(form.encode() in content for form in written) else None
    if anew == content:
        return None
    unfinished = file.with_name(f".{file.name}.tmp")
    unfinished.write_bytes(anew)
    unfinished.chmod(file.stat().st_mode & 0o7777)
    unfinished.replace(file)
    return True


def _text(content: bytes, written: Sequence[str]) -> bytes | None:
    """The content without the texts; none where it is no text."""
    try:
        return without(content.decode(), written).encode()
    except UnicodeDecodeError:
        return None


def _overwrite_database(file: Path, written: Sequence[str]) -> bool | None:
    changed = 0
    with closing(sqlite3.connect(file, timeout=WAIT, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        for (table,) in database.execute(SCHEMA).fetchall():
            for _, column, *_ in database.execute(f'PRAGMA table_info("{table}")').fetchall():
                changed += _overwrite_column(database, table, column, written)
        database.execute("COMMIT")
    if changed:
        rewrite(file)
    return True if changed else None


def _overwrite_column(database: sqlite3.Connection, table: str, column: str, written: Sequence[str]) -> int:
    changed = 0
    quoted = f'"{table}"', f'"{column}"'
    asked = f"SELECT rowid, {quoted[1]} FROM {quoted[0]} WHERE typeof({quoted[1]}) = 'text'"  # noqa: S608 - its schema
    for row, text in database.execute(asked).fetchall():
        if (anew := without(text, written)) != text:
            database.execute(f"UPDATE {quoted[0]} SET {quoted[1]} = ? WHERE rowid = ?", [anew, row])  # noqa: S608
            changed += 1
    return changed
