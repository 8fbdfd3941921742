"""Bringing `duplicates` up to date with `items`: a function of the items alone, of which only new ones are compared."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from gt_platform.canonical import canonical, digest
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import DUPLICATES
from gt_platform.likeness.groups import linked, members
from gt_platform.likeness.pairs import candidates
from gt_platform.likeness.similarity import near, similarity
from gt_platform.likeness.sketch import Sketch
from gt_platform.likeness.texts import Text, text_of
from gt_platform.project import Project

MADE_BY = "likeness 1"
"""Whoever changes which items are near counts up, so that lakes compare anew."""
NEWS = """
    SELECT count(*) FILTER (d.item_id IS NULL OR d.rules <> $rules) AS new, count(*) FILTER (i.item_id IS NULL) AS gone
    FROM items i FULL JOIN duplicates d ON d.item_id = i.item_id
"""
NEW = """
    SELECT item_id, input FROM items
    WHERE $anew OR item_id NOT IN (SELECT item_id FROM duplicates WHERE rules = $rules) ORDER BY item_id
"""
STANDING = "SELECT * FROM duplicates WHERE rules = ? AND item_id IN (SELECT item_id FROM items) ORDER BY item_id"
INPUTS = "SELECT item_id, input FROM items SEMI JOIN wanted USING (item_id)"
ADDED = "SELECT item_id, origin FROM added_items"
COUNTS = """
    SELECT count(*) AS items, count(DISTINCT duplicate_group) AS groups,
           count(duplicate_group) - count(DISTINCT duplicate_group) AS duplicates
    FROM duplicates
"""
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Items, groups of near-duplicates among them, what they hold beside their first item, and rows that changed."""

    items: int
    groups: int
    duplicates: int
    changed: int


def find_duplicates(store: Store, project: Project) -> Alike:
    """Compare new items with all, and group what is near."""
    rules = rules_of(project)
    changed = 0
    with store.snapshot():
        news = store.read(NEWS, {"rules": rules}).row(0, named=True)
        rows = _rows(store, project, rules, anew=news["gone"] > 0) if any(news.values()) else []
    if any(news.values()):
        changed = store.commit("duplicates", lambda writer: writer.replace(DUPLICATES, DUPLICATES.frame(rows)))
    return Alike(**store.read(COUNTS).row(0, named=True), changed=changed)


def ungrouped(tables: Store | Writer, project: Project) -> bool:
    """Whether `find_duplicates` would compare anything."""
    return any(tables.read(NEWS, {"rules": rules_of(project)}).row(0))


def rules_of(project: Project) -> str:
    """What comparing follows: this version's way of doing it, and what of an item people are shown."""
    shown = [one.model_dump(mode="json") for one in project.show]
    return digest(canonical([MADE_BY, shown, project.judges_outputs]), 16)


def _rows(store: Store, project: Project, rules: str, *, anew: bool) -> list[Row]:
    """The whole table as it is to be.

    Items of a set that was added are grouped among themselves: a link from one to production's would join two of these.
    """
    asked = store.read(NEW, {"rules": rules, "anew": anew})
    standing = [] if anew else store.read(STANDING, [rules]).rows(named=True)
    texts = _Texts(store, project, dict(asked.iter_rows()))
    rows = sorted([*standing, *(_of_text(item, texts[item], rules) for item in asked["item_id"])], key=_item)
    new = set(asked["item_id"])
    fresh = np.array([row["item_id"] in new for row in rows], dtype=bool)
    found = candidates([Sketch.unpacked(row["sketch"]) for row in rows], fresh)
    if found is None:
        return _rows(store, project, rules, anew=True)
    texts.fetch(rows[at]["item_id"] for at in np.unique(found).tolist())
    pairs = [(rows[one]["item_id"], rows[other]["item_id"]) for one, other in found.tolist()]
    links = [pair for pair in pairs if near(texts[pair[0]], texts[pair[1]]) is not None]
    set_of = dict(store.read(ADDED).iter_rows())
    links = [pair for pair in links if set_of.get(pair[0]) == set_of.get(pair[1])]
    _group(rows, texts, linked([*links, *_equal(rows, set_of), *_before(rows)]))
    return rows


def _of_text(item: str, text: Text, rules: str) -> Row:
    nothing = dict.fromkeys(("duplicate_group", "similarity", "how"))
    return {"item_id": item, **nothing, "words_digest": text.same, "sketch": Sketch.of(text).packed(), "rules": rules}


def _equal(rows: list[Row], set_of: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    first: dict[tuple[str, str], str] = {}
    keys = (((set_of.get(row["item_id"], ""), row["words_digest"]), row["item_id"]) for row in rows)
    return [(first.setdefault(key, item), item) for key, item in keys]


def _before(rows: list[Row]) -> Iterable[tuple[str, str]]:
    return [(row["duplicate_group"], row["item_id"]) for row in rows if row["duplicate_group"] is not None]


def _group(rows: list[Row], texts: "_Texts", groups: Mapping[str, str]) -> None:
    """Write into the rows to which group they belong, and how like its first item they are."""
    by_item = {row["item_id"]: row for row in rows}
    found = members(groups)
    news = {
        name: items for name, items in found.items() if any(by_item[one]["duplicate_group"] != name for one in items)
    }
    texts.fetch(item for items in news.values() for item in items)
    for name, items in news.items():
        for item in items:
            like, how = _likeness(texts[name], texts[item])
            by_item[item] |= {"duplicate_group": name, "similarity": like, "how": how}


def _likeness(first: Text, text: Text) -> tuple[float, str]:
    if first.literal == text.literal:
        return 1.0, "exact"
    if first.same == text.same:
        return 1.0, "normalised"
    return round(similarity(first, text), 4), "picture" if first.pictures else "near"


def _item(row: Row) -> str:
    return str(row["item_id"])


class _Texts:
    """Items' texts, read when they are wanted."""

    def __init__(self, store: Store, project: Project, inputs: Mapping[str, str]) -> None:
        self._store, self._project = store, project
        self._texts = {item: text_of(json.loads(content), project) for item, content in inputs.items()}

    def __getitem__(self, item: str) -> Text:
        return self._texts[item]

    def fetch(self, items: Iterable[str]) -> None:
        """Read those that are not known yet."""
        wanted = pl.DataFrame({"item_id": sorted(set(items) - self._texts.keys())}, schema={"item_id": pl.String})
        if wanted.is_empty():
            return
        found = self._store.read(INPUTS, frames={"wanted": wanted})
        self._texts |= {item: text_of(json.loads(content), self._project) for item, content in found.iter_rows()}
