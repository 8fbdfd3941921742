"""Letting nothing lie about of what was emptied: old files, copies of the catalog, and what the catalog had deleted.

Each call finds for itself what is left, so that one that was killed is made good by the next.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from gt_platform.lake import orphans
from gt_platform.lake.connection import CATALOG, catalog_of
from gt_platform.lake.lock import catalog_lock, unread
from gt_platform.lake.outages import LakeError
from gt_platform.lake.postgres import open_session
from gt_platform.lake.session import Session
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings

COPIES = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'gt\\_catalog\\_v%'"
CATALOG_TABLES = """
    SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'ducklake\\_%'
"""
WAIT = 30.0  # seconds for whoever else has a database open


def remove_files(session: Session, replaced: Iterable[str]) -> None:
    """Remove files that were replaced, now or before, and orphans, under the lock that the caller holds.

    Orphans need not be a day old: whoever has lost the lock and means to commit them is refused, since a commit was
    made since.
    """
    data = open_storage(session.settings.data_url, session.settings)
    for path in replaced:
        data.remove(path)
    session.cursor().execute(f"CALL ducklake_cleanup_old_files('{CATALOG}', cleanup_all => true)").fetchall()
    orphans.remove(session, older_than=timedelta(0))


def clean_catalog(settings: Settings) -> None:
    """Remove the catalog's copies from before migrations, and the room of what it has deleted. Raises LakeError.

    Nobody in this process may have the lake open: closing a file drops the locks that another SQLite has on it.
    """
    kind, target = catalog_of(settings)
    with catalog_lock(settings), unread(settings):
        if kind == "sqlite":
            catalog = Path(target)
            for copy in catalog.parent.glob(f"{catalog.stem}_v*{catalog.suffix}*"):
                copy.unlink(missing_ok=True)
            rewrite(catalog)
        else:
            _forget_postgres(target)


def rewrite(file: Path) -> None:
    """Write a SQLite database anew, without pages of what was deleted, and its journal. Raises LakeError."""
    try:
        with closing(sqlite3.connect(file, timeout=WAIT, isolation_level=None)) as database:
            database.execute("VACUUM")
            busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise LakeError(f"{file}: what was deleted is not yet overwritten ({error}); erase again") from None
    if busy:
        raise LakeError(f"{file}: somebody reads it, so what was deleted is not yet overwritten; erase again")


def _forget_postgres(target: str) -> None:
    with closing(open_session(target)) as session, session.cursor() as cursor:
        cursor.execute(COPIES)
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP SCHEMA "{name}" CASCADE')
        cursor.execute(CATALOG_TABLES)
        for (name,) in cursor.fetchall():
            cursor.execute(f"VACUUM FULL {name}")
