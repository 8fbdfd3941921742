"""One connection to the lake, and what every use of it keeps to: the lock, reading beside compaction, files on disk."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from gt_platform.canonical import digest
from gt_platform.lake.belonging import closed_on_error, open_together
from gt_platform.lake.chain import BEGINNING, Contents, Link, parsed
from gt_platform.lake.connection import CATALOG, SNAPSHOT_ID, only
from gt_platform.lake.credentials import Secret
from gt_platform.lake.lock import catalog_lock, reading
from gt_platform.lake.outages import LakeError, denied, passing
from gt_platform.lake.sync import sync_to_disk
from gt_platform.settings import Settings
from gt_platform.waiting import patiently

T = TypeVar("T")
NEWEST_LINK = f"""
    SELECT commit_extra_info FROM {CATALOG}.snapshots() WHERE snapshot_id <= ? AND commit_extra_info LIKE '{{%'
    ORDER BY snapshot_id DESC LIMIT 1
"""  # noqa: S608 - a constant


class Session:
    """The connection that a process has to its lake. Which tables there are does not belong here."""

    def __init__(self, settings: Settings, *, read_only: bool) -> None:
        """Open the connection. Raises LakeError."""
        self.settings = settings
        self.read_only = read_only
        self._newest: Link | None = None
        self._connection = open_together(settings, read_only=read_only)
        with closed_on_error(self._connection):
            self._secret = Secret(self._connection, settings)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def cursor(self, schema: str | None = None) -> duckdb.DuckDBPyConnection:
        """A connection for one thread; its unqualified names are those of a schema, a project's, if one is given."""
        cursor = self._connection.cursor()
        if schema is not None:
            cursor.execute(f'USE {CATALOG}."{schema}"')
        return cursor

    def lock(self) -> AbstractContextManager[None]:
        """The catalog's write lock."""
        if self.read_only:
            raise LakeError("this lake was opened for reading only")
        return catalog_lock(self.settings)

    def reading(self) -> AbstractContextManager[None]:
        """What every query runs under."""
        return reading(self.settings)

    def patiently(self, work: Callable[[], T]) -> T:
        """Do `work`, again and again through an outage: what it does must be whole, or nothing.

        Its keys to S3 are those of now, and where they are refused, those that are found then.
        """

        def with_fresh_keys() -> T:
            self._secret.keep_fresh()
            try:
                return work()
            except duckdb.Error as error:
                if not denied(error) or not self._secret.renew():
                    raise
                return work()

        return patiently(with_fresh_keys, passing=passing, patience=self.settings.patience)

    @contextmanager
    def transaction(
        self, schema: str, message: str, *, beginning: Callable[[duckdb.DuckDBPyConnection], Contents] | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction under a lock that the caller holds: committed, or rolled back where anything is raised.

        `beginning` says what tables hold in the end that are changed by other means than a Writer.
        """
        cursor = self.cursor(schema)
        cursor.execute("BEGIN")
        try:
            yield cursor
            began = beginning(cursor) if beginning else {}
            link = self.seal(cursor, message, uuid.uuid4().hex, began=began)
            self.sync()
        except BaseException:
            with suppress(duckdb.Error):  # where the connection is gone, so is the transaction
                cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
        self.sealed(link)

    def seal(self, cursor: duckdb.DuckDBPyConnection, message: str, token: str, **contents: Contents) -> Link:
        """Link the transaction of a cursor to the commit before it, and have its commit say so."""
        link = self.link(cursor, int(only(cursor.execute(SNAPSHOT_ID))), message, token, **contents)
        said = ["gt_platform", message, link.text]
        cursor.execute(f"CALL {CATALOG}.set_commit_message(?, ?, extra_info => ?)", said)
        return link

    def link(self, cursor: duckdb.DuckDBPyConnection, base: int, message: str, token: str, **contents: Any) -> Link:
        """The link of a commit after snapshot `base`: it makes the one after that, or fails (see `connection`)."""
        previous, at = self._head(cursor, base), int(time.time())
        return Link(snapshot=base + 1, message=message, at=at, token=token, previous=previous, **contents)

    def sealed(self, link: Link) -> None:
        """Remember the link that was committed, so that the next one need not look for it among all there are."""
        self._newest = link

    def _head(self, cursor: duckdb.DuckDBPyConnection, base: int) -> str:
        if self._newest is not None and self._newest.snapshot == base:
            return self._newest.head
        text = only(cursor.execute(NEWEST_LINK, [base]))
        if text is None:
            return BEGINNING
        link = parsed(text)
        return link.head if link else digest(text)  # which fits nothing: the next commit mends no tampering

    def sync(self) -> None:
        """Bring files written by the running transaction to disk, before its commit names them."""
        if not self.settings.data_url.startswith("s3://"):
            sync_to_disk(Path(self.settings.data_url))
