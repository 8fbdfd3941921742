"""The lake of this installation: one connection per process, one write lock per catalog."""

import threading
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Self

import polars as pl

from gt_platform.lake import orphans, schema, vanishing, versions
from gt_platform.lake.belonging import closed_on_error
from gt_platform.lake.connection import CATALOG
from gt_platform.lake.emptiness import count_empty
from gt_platform.lake.lock import catalog_lock, refuse_pool, unread
from gt_platform.lake.orphans import Orphan
from gt_platform.lake.outages import LakeError, passing
from gt_platform.lake.pseudonyms import Key
from gt_platform.lake.redaction import Redacted, Redaction
from gt_platform.lake.session import Session
from gt_platform.lake.storage import Storage
from gt_platform.lake.store import Store
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from gt_platform.waiting import patiently

A_DAY_AGO = "now() - INTERVAL 1 DAY"
OPENING = 60.0  # seconds for which a catalog that was never reached is tried: its address may be wrong
MOSTLY = 0.5
"""Share of a file's rows that are deleted from which the others are better kept in another: after 42 nights of the demo
`measurements` lay in 39 files with 38 lists of deleted rows, and reading it took five times as long."""


class Lake:
    """Hands out each project's tables. Close it, or use it as a context manager."""

    def __init__(self, session: Session) -> None:
        self.settings = session.settings
        self._session = session
        self._stores: dict[str, Store] = {}
        self._opening = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, *, read_only: bool = False) -> Self:
        """Open the lake, making an empty one where there is none, and migrating an older one.

        Raises LakeError, also where a newer gt_platform wrote it, and where an older one did and it is only read.
        """
        opened = partial(_opened_to_read if read_only else _opened_to_write, settings)
        return cls(patiently(opened, passing=passing, patience=min(settings.patience, OPENING)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    @cached_property
    def files(self) -> Storage:
        """Storage for reports and bundles, beside the tables' own files."""
        return open_storage(f"{self.settings.data_url}/files", self.settings)

    def store(self, project: str) -> Store:
        """The tables of one project, made on first use. Raises LakeError where a read-only lake lacks them."""
        with self._opening:
            if project not in self._stores:
                if not self._session.read_only:
                    self._session.patiently(partial(self._make, project))
                elif project not in schema.projects(self._session.cursor()):
                    raise LakeError(f"the lake holds no project {project!r}; run `gt refresh {project}` first")
                self._stores[project] = Store(self._session, project)
            return self._stores[project]

    def compact(self) -> list[Orphan]:
        """Merge small files, and those of which most is deleted, and remove orphans; every snapshot stays readable.

        Returns the orphans there were. Raises LakeError when running queries leave no gap.
        """
        return self._session.patiently(self._compact)

    def orphans(self) -> list[Orphan]:
        """The files of killed runs that the next `compact` removes."""
        return self._session.patiently(partial(orphans.find, self._session))

    def redaction(self, project: str, key: Key, new: pl.DataFrame | None = None) -> Redaction:
        """What looks for rows to empty; `new` as there."""
        return Redaction(self._session, project, key, new)

    def redact(self, project: str, key: Key, since: Mapping[str, int], message: str) -> Redacted:
        """Empty what `erased` names in every version of a project's tables, and let nothing of it lie about.

        Raises LakeError when running queries leave no gap.
        """
        return self._session.patiently(partial(self._redact, project, key, since, message))

    def _redact(self, project: str, key: Key, since: Mapping[str, int], message: str) -> Redacted:
        with self._session.lock(), unread(self.settings):
            done = Redaction(self._session, project, key).run(since, message)
            vanishing.remove_files(self._session, done.replaced)
        return done

    def _compact(self) -> list[Orphan]:
        with self._session.lock(), unread(self.settings):
            cursor = self._session.cursor()
            cursor.execute(f"CALL ducklake_rewrite_data_files('{CATALOG}', delete_threshold => {MOSTLY})").fetchall()
            cursor.execute(f"CALL ducklake_merge_adjacent_files('{CATALOG}')").fetchall()
            # not at once: a query that began before the merge still opens the files it was told of
            cursor.execute(f"CALL ducklake_cleanup_old_files('{CATALOG}', older_than => {A_DAY_AGO})").fetchall()
            return orphans.remove(self._session)

    def _make(self, project: str) -> None:
        """Tables and views of a project, in this order; nothing where they stand as they are defined."""
        cursor = self._session.cursor()
        if not schema.lacking(schema.committed(cursor, project)):
            return
        with self._session.lock():
            with self._session.transaction(versions.MAIN, f"schema of {project}") as cursor:
                cursor.execute(f'CREATE SCHEMA IF NOT EXISTS {CATALOG}."{project}"')
                cursor.execute(f'USE {CATALOG}."{project}"')
                for statement in schema.lacking(schema.present(cursor, project)):
                    cursor.execute(statement)
            count_empty(self._session)


def _opened_to_read(settings: Settings) -> Session:
    session = Session(settings, read_only=True)
    with closed_on_error(session):
        versions.refuse_other(session)
    return session


def _opened_to_write(settings: Settings) -> Session:
    refuse_pool(settings)
    with catalog_lock(settings):
        session = Session(settings, read_only=False)
        with closed_on_error(session):
            _set_options(session)
            versions.bring_up(session)
            count_empty(session)
    return session


def _set_options(session: Session) -> None:
    cursor = session.cursor()
    options = dict(cursor.execute(f"FROM {CATALOG}.options() SELECT option_name, value").fetchall())
    # inlining small writes into the catalog is where DuckLake has lost and doubled rows
    wanted = {"data_inlining_row_limit": "0", "parquet_compression": "zstd"}
    for name, value in wanted.items():
        if options.get(name) != value:
            cursor.execute(f"CALL {CATALOG}.set_option('{name}', '{value}')")
