"""Entries of an inbox that add nothing to the ledger: tried three times and then set aside, or seen before.

Each try is a row of `attempts`; what is listed and what is read is not decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ATTEMPTS

MOST = 3
"""Tries of an entry: the pause of the sensor doubles between them, so that a right given a little late is seen."""
STANDS = """
    SELECT noted.path, noted.version, outcome, reason, coalesce(max(number), 0) AS number,
        coalesce(arg_max(tries, number), 0) AS tries
    FROM noted LEFT JOIN (SELECT path, version, number, tries FROM attempts) past USING (path, version)
    GROUP BY ALL
"""
UNREAD = """
    SELECT path, version FROM unread WHERE state = 'set_aside' AND ($path IS NULL OR path = $path) ORDER BY ALL
"""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try at an entry, by its path and version as recorded; `reason` is a sentence."""

    path: str
    version: str
    outcome: Literal["failed", "unchanged", "gone", "again"]
    reason: str


def keep(store: Store, attempts: Sequence[Attempt]) -> None:
    """Append what was tried, in one transaction for all of it."""
    if attempts:
        store.commit("attempts", lambda writer: note(writer, attempts))


def note(writer: Writer, attempts: Sequence[Attempt]) -> int:
    """Append a row for each, counted on from what stands: the third failure sets an entry aside."""
    noted = pl.DataFrame(attempts, schema=dict.fromkeys(Attempt.__annotations__, pl.String))
    stands = writer.read(STANDS, frames={"noted": noted}).iter_rows(named=True)
    now = datetime.now(UTC)
    return writer.append(ATTEMPTS, ATTEMPTS.frame(_counted(row) | {"tried_at": now} for row in stands))


def try_again(store: Store, path: str | None = None) -> int:
    """Let what was set aside be tried anew, all of it or one path; returns how many entries."""
    asked = [
        Attempt(path=named, version=version, outcome="again", reason="it was asked for")
        for named, version in store.read(UNREAD, {"path": path}).iter_rows()
    ]
    keep(store, asked)
    return len(asked)


def _counted(row: dict[str, Any]) -> dict[str, Any]:
    failed = row["outcome"] == "failed"
    tries = row["tries"] + 1 if failed else 0
    outcome = "set_aside" if failed and tries >= MOST else row["outcome"]
    return row | {"number": row["number"] + 1, "tries": tries, "outcome": outcome}
