"""A project's truth as the lake had it at a snapshot, copied to where an item is found in a millisecond.

A query of the lake costs 10 to 100 ms and a page asks a dozen. The copy is this process's alone and goes with it;
what the lake's commits changed since is all that is copied again (docs/decisions/0016-copied-for-the-pages.md).
"""

import shutil
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from gt_platform.lake import Store, tables
from gt_platform.lake.chain import parsed
from gt_platform.lake.lending import lent
from gt_platform.lake.writer import Parameters
from gt_platform.scratch import scratch_for_life
from gt_platform.workbench.archive.copied import (
    ALL,
    BROWSED,
    BROWSED_FROM,
    CHOICES,
    COPIED,
    SEEN_THROUGH,
    Copied,
)

MEMORY = "512MB"
"""Beyond which the copy lies in a file of this process's scratch folder."""
PATIENCE = 1.0
"""Seconds for which a page waits for what is newer, before it shows what was."""
INDEXED = ("items", "decisions")
"""What an item's page asks three times each; an index of the others would cost more to make than it saves."""
ALL_ITEMS = "SELECT item_id FROM items"


@dataclass(frozen=True)
class Reading:
    """The copy as it is at one moment, however it is renewed meanwhile."""

    cursor: duckdb.DuckDBPyConnection

    def read(self, sql: str, parameters: Parameters = ()) -> pl.DataFrame:
        """Run a query with `?` or `$name` parameters over the tables that are copied, and `browsed`."""
        return self.cursor.execute(sql, parameters).pl()


class Shelf:
    """One project's copy. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        folder = scratch_for_life("truth")
        self._store = store
        self._connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder)})
        self._connection.execute("SET GLOBAL TimeZone = 'UTC'")  # not of this connection alone: cursors are their own
        self._snapshot = -1
        self._asking = threading.Lock()
        self._renewing: Future[None] | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="truth")
        self.close = weakref.finalize(self, _end, self._worker, self._connection, folder)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One moment of it."""
        with self._connection.cursor() as cursor:
            cursor.execute("BEGIN")
            yield Reading(cursor)

    def is_new(self, patience: float = PATIENCE) -> bool:
        """Whether it is as the lake is, having waited so long for it; the first time, until it is. Raises LakeError."""
        wanted, until = self._store.snapshot_id, time.monotonic() + patience
        while self._snapshot < wanted:
            try:
                self._renewal().result(None if self._snapshot < 0 else max(0.0, until - time.monotonic()))
            except TimeoutError:
                return False
        return True

    def _renewal(self) -> Future[None]:
        with self._asking:
            if self._renewing is None or self._renewing.done():
                self._renewing = self._worker.submit(self._renew)
            return self._renewing

    def _renew(self) -> None:
        with self._store.snapshot(), self._connection.cursor() as cursor:
            now, changed = self._store.snapshot_id, self._changed()
            cursor.execute("BEGIN")
            touched: list[pl.DataFrame] = []
            for one in COPIED:
                if one.table.name in changed:
                    rows = self._rows(cursor, one, changed, now)
                    _take_over(cursor, one, rows, whole=not changed[one.table.name])
                    touched += [rows.select("item_id")] if one.table.name in BROWSED_FROM else []
            if touched:
                anew = all(changed.get(name, True) for name in BROWSED_FROM)
                _browse(cursor, pl.concat(touched).unique() if anew else None)
            cursor.execute("COMMIT")
        self._snapshot = now

    def _rows(self, cursor: duckdb.DuckDBPyConnection, one: Copied, changed: dict[str, bool], now: int) -> pl.DataFrame:
        """What is to be added to the copy of a table, or all of it: then `changed` says no longer that it only grew."""
        name = one.table.name
        if changed[name]:
            rows = self._store.added(one.table, one.columns, self._snapshot + 1, now)
            kept = cursor.execute(f"SELECT count(*) FROM {name}").pl().item()  # noqa: S608
            if kept + rows.height == self._store.row_counts([one.table])[name]:
                return rows
            changed[name] = False  # rows were taken away, as when somebody is forgotten
        return self._store.read(one.query)

    def _changed(self) -> dict[str, bool]:
        """The tables that are other than they were copied, and whether rows were only added to them."""
        names = {one.table.name: one.grows for one in COPIED}
        if self._snapshot < 0:
            return dict.fromkeys(names, False)
        found: dict[str, bool] = {}
        for text in self._store.commits(self._snapshot)["commit_extra_info"]:
            link = parsed(text)
            # of compaction, or of no doing of ours; or rows were emptied where they lie
            if link is None or link.erased:
                return dict.fromkeys(names, False)
            mine = {name.partition(".")[2] for name in _of(link.changed, self._store.project)}
            anew = {name.partition(".")[2] for name in _of({**link.became, **link.began}, self._store.project)}
            found |= {name: names[name] and found.get(name, True) for name in mine & names.keys()}
            found |= dict.fromkeys(anew & names.keys(), False)
        if tables.ITEMS.name in found:  # what is copied of the others is what is of items
            found |= {one.table.name: False for one in COPIED if one.where != ALL}
        return found


class Shelves:
    """The copies of this process, a project's made when somebody first looks at its truth."""

    def __init__(self) -> None:
        self._shelves: dict[str, Shelf] = {}
        self._making = threading.Lock()

    def of(self, store: Store) -> Shelf:
        """The copy of these tables."""
        with self._making:
            if store.project not in self._shelves:
                self._shelves[store.project] = Shelf(store)
            return self._shelves[store.project]


def _of(contents: object, project: str) -> set[str]:
    return {name for name in dict(contents) if name.startswith(f"{project}.")}  # type: ignore[call-overload]


def _take_over(cursor: duckdb.DuckDBPyConnection, one: Copied, rows: pl.DataFrame, *, whole: bool) -> None:
    name = one.table.name
    with lent(cursor, {"copied_rows": rows}):
        if not whole:
            cursor.execute(f"INSERT INTO {name} FROM copied_rows")
            return
        # in order, so that of a large table only the stretch that an item is in is looked through
        cursor.execute(f"CREATE OR REPLACE TABLE {name} AS FROM copied_rows ORDER BY {one.order}")
        if name in INDEXED:
            cursor.execute(f"CREATE INDEX {name}_of_item ON {name} (item_id)")


def _browse(cursor: duckdb.DuckDBPyConnection, touched: pl.DataFrame | None) -> None:
    """Make what is browsed anew: of these items, or of all."""
    if touched is None:
        for view in SEEN_THROUGH:
            cursor.execute(f"CREATE OR REPLACE VIEW {view.name} AS {view.query}")
        cursor.execute(f"CREATE OR REPLACE TABLE browsed AS WITH touched AS ({ALL_ITEMS}) {BROWSED}")
    else:
        with lent(cursor, {"touched": touched}):
            cursor.execute("DELETE FROM browsed WHERE item_id IN (SELECT item_id FROM touched)")
            cursor.execute(f"INSERT INTO browsed {BROWSED}")
    cursor.execute(f"CREATE OR REPLACE TABLE choices AS {CHOICES}")


def _end(worker: ThreadPoolExecutor, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    worker.shutdown(wait=True)
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)
