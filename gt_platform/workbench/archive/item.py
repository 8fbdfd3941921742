"""One item: what it is, what is true of it, and all that happened to it."""

import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from gt_platform import truth
from gt_platform.lake import Store
from gt_platform.truth.by_hand import named
from gt_platform.truth.explain import Tables
from gt_platform.workbench.archive.shelf import Shelf

# as JSON, where the history has texts for people: of those nobody can tell "7" from 7
CONTENT = """
    SELECT i.input::VARCHAR AS input, d.answer::VARCHAR AS answer, i.attributes::VARCHAR AS attributes
    FROM items i LEFT JOIN current_decisions d ON d.item_id = i.item_id WHERE i.item_id = $item
"""


@dataclass(frozen=True, kw_only=True)
class Item:
    """`history` has its parts as `truth.explain` has them; `answer` is None where there is none."""

    item_id: str
    input: Any
    answer: Any | None
    attributes: dict[str, Any]
    history: dict[str, pl.DataFrame]


def look(store: Store, shelf: Shelf, wanted: str) -> Item:
    """The item of an id or the beginning of one, from the copy where that is as new as the lake. Raises TruthError."""
    if shelf.is_new():
        with shelf.reading() as reading:
            found = _item(reading, wanted)
        if found is not None:
            return found
    with store.snapshot():
        whole = named(store, [wanted])[wanted]
        found = _item(store, whole)
    if found is None:
        raise truth.TruthError(f"item {whole} is gone")
    return found


def _item(tables: Tables, item_id: str) -> Item | None:
    content = tables.read(CONTENT, {"item": item_id})
    if content.is_empty():
        return None
    given, answer, attributes = (None if text is None else json.loads(text) for text in content.row(0))
    return Item(
        item_id=item_id,
        input=given,
        answer=answer,
        attributes=attributes if isinstance(attributes, dict) else {},
        history=truth.history(tables, item_id),
    )
