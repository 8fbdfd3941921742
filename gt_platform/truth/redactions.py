"""What releases still prove once some of what they held was erased: digests of its rows are kept, sealed with the key.

A bundle's manifest stays as it was signed. Beside it a notice says which files now stand for which; the lake knows the
notice by its digest.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import polars as pl

from gt_platform.canonical import digest
from gt_platform.lake import LakeError, Store
from gt_platform.lake.pseudonyms import Key, key_of

NOTICE, NOTICE_SIGNATURE = "redacted.json", "redacted.sig"
ROW, NOTED = "row", "notice"
"""Kinds in `erased`: a row of a release by its item, and a notice by its digest."""
KEPT = "SELECT id AS item_id, sealed FROM erased WHERE kind = 'row' AND release = ?"
NOTICES = "SELECT id FROM erased WHERE kind = 'notice' AND release = ?"
ITEMS = "SELECT count(*) FROM erased WHERE kind = 'item'"
ERASURE = """
    SELECT x.erased_at, x.what, x.why, x.erased_by FROM erased e JOIN erasures x USING (erasure_id)
    WHERE e.kind = 'item' AND (e.id IN ($plain, $keyed) OR (length($plain) >= 8 AND starts_with(e.id, $plain)))
    ORDER BY x.erased_at LIMIT 1
"""


class Redactions:
    """What is kept of erased rows. The key is asked for where there are some."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def kept(self, release: int) -> pl.DataFrame:
        """The digests (row) that rows of a release had, by the item_id that they have now. Raises LakeError."""
        found = self._store.read(KEPT, [release])
        rows = [{"item_id": item, "row": self._key.seal(sealed, place(release, item))} for item, sealed in found.rows()]
        return pl.DataFrame(rows, schema={"item_id": pl.String, "row": pl.String})

    def notice(self, release: int, content: bytes | None) -> Mapping[str, Any]:
        """What a notice says; nothing where it is none that the lake knows."""
        if content is None or digest(content) not in self._store.read(NOTICES, [release])["id"].to_list():
            return {}
        return dict(json.loads(content))

    @cached_property
    def _key(self) -> Key:
        return key_of(self._store.settings)


def redacted(store: Store) -> int:
    """How many items were erased."""
    return int(store.read(ITEMS).item())


def place(release: int, item: str) -> str:
    """What a row's digest is sealed for."""
    return f"{release} {item}"


def instead(notice: Mapping[str, Any], name: str, was: object) -> str | None:
    """The digest of the file that stands for one of a bundle; none where that was not redacted."""
    said = notice.get("files", {}).get(name, {})
    return said.get("sha256") if said.get("was") == was else None


def erasure_of(store: Store, item: str) -> pl.DataFrame:
    """When and why an item was erased, by the id it had or has; nothing where it was not."""
    if not redacted(store):
        return pl.DataFrame()
    try:
        keyed = key_of(store.settings).of(item)
    except LakeError:  # by the id that stands for it now it is found all the same
        keyed = item
    return store.read(ERASURE, {"plain": item, "keyed": keyed})
