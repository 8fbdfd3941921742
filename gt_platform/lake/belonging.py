"""Whether catalog and data belong together: an empty catalog over a lake's files loses what was written, and so does a
catalog whose files each of two homes looks for in a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Protocol

import duckdb

from gt_platform.lake.connection import METADATA, connect
from gt_platform.lake.entries import ABSENT
from gt_platform.lake.outages import LakeError, NoLakeError
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings

WRITTEN_TO = f"SELECT value FROM {METADATA}.ducklake_metadata WHERE key = 'data_path' AND scope IS NULL"  # noqa: S608
A_FILE = f"""
    SELECT s.path || t.path || f.path FROM {METADATA}.ducklake_data_file f
    JOIN {METADATA}.ducklake_table t USING (table_id) JOIN {METADATA}.ducklake_schema s USING (schema_id)
    WHERE f.end_snapshot IS NULL AND f.path_is_relative AND t.path_is_relative AND s.path_is_relative
    ORDER BY f.data_file_id DESC LIMIT 1
"""  # noqa: S608 - constants
MADE_BY_TABLES = "ducklake-"
"""What the names of the tables' own files begin with."""


class Closable(Protocol):
    """What can be let go of."""

    def close(self) -> None:
        """Let go of it."""


def open_together(settings: Settings, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection to the lake, made where there is none of it. Raises LakeError where there is half of one."""
    try:
        connection = connect(settings, read_only=read_only)
    except NoLakeError:
        if read_only:
            raise
        if not (left := _left(settings)):
            return connect(settings, read_only=False, create=True)
        connection = _made_meanwhile(settings, left)
    with closed_on_error(connection):
        _refuse_apart(connection, settings)
    return connection


@contextmanager
def closed_on_error(opened: Closable) -> Iterator[None]:
    """Close what was opened where what follows goes wrong."""
    try:
        yield
    except BaseException:
        opened.close()
        raise


def _left(settings: Settings) -> int:
    """How many of a lake's files there are, or may be: what cannot be looked into counts as one."""
    found = open_storage(settings.data_url, settings).look()
    stored = sum(PurePosixPath(one.path).name.startswith(MADE_BY_TABLES) for one in found.files)
    return stored + sum(one.version != ABSENT for one in found.odd)


def _made_meanwhile(settings: Settings, left: int) -> duckdb.DuckDBPyConnection:
    """The lake that another process made while this one had lost its lock. Raises LakeError where none has."""
    try:
        return connect(settings, read_only=False)
    except NoLakeError:
        raise LakeError(
            f"the catalog is empty or gone, but {settings.data_url} holds {left} files of a lake's tables: bring the "
            "catalog back from a copy, correct GT_CATALOG, or give the new lake a place of its own (GT_DATA, GT_HOME)"
        ) from None


def _refuse_apart(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """A lake may be moved, with its files: one of them must be where this installation looks for them."""
    (written_to,) = connection.execute(WRITTEN_TO).fetchone() or ("",)
    if written_to.rstrip("/") == settings.data_url:
        return
    file = connection.execute(A_FILE).fetchone()
    if file is None or not open_storage(settings.data_url, settings).exists(file[0]):
        raise LakeError(
            f"the lake of this catalog keeps its data in {written_to}, and not in {settings.data_url}: "
            "set GT_DATA to where they are, the same for every home that shares the catalog"
        )
