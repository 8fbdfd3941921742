# ruff: noqa: S608  -- conditions and orders are constants; what people ask is a parameter
"""Finding items: what may be asked, as an address says it, and the rows that answer.

A page begins after the last row of the one before, by the sort's key and the item's id: however far one reads, a page
costs the same, and what was settled meanwhile moves nobody's place.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

import polars as pl

from gt_platform.workbench.archive.shelf import Reading
from gt_platform.workbench.store.errors import WorkError

ROWS = 50
LONGEST, MOST_WORDS = 300, 10
"""Characters of a value that is asked for, and words that are searched at once."""
SHOWN = 300
"""Characters of an item in a list."""
BANDS = {"0-0.5": (0.0, 0.5), "0.5-0.7": (0.5, 0.7), "0.7-0.9": (0.7, 0.9), "0.9-1": (0.9, 2.0)}
"""Confidence of at least the one and less than the other."""
CONDITIONS = {
    "label": "label = $label",
    "status": "status = $status",
    "slice": "list_contains(slices, $slice)",
    "split": "split = $split",
    "annotator": "list_contains(annotators, $annotator)",
    "confidence": "confidence >= $least AND confidence < $below",
    "release": "len(list_filter(flips, lambda flip: flip <= $release)) % 2 = 1",
}
SORTS = {
    "newest": ("decided last", "coalesce(-epoch_us(decided_at), 0)", "BIGINT"),
    "oldest": ("decided first", "coalesce(epoch_us(decided_at), 9223372036854775807)", "BIGINT"),
    "unsure": ("least sure first", "coalesce(confidence, 2)", "DOUBLE"),
    "sure": ("surest first", "coalesce(-confidence, 1)", "DOUBLE"),
    "text": ("by text", "head", "VARCHAR"),
}
"""By name: what it is called, its key in rising order with what has none at the end, and the key's type."""

# Texts are read of the rows that are shown and of no others, and what is searched in them is searched once.
PAGE = f"""
    WITH found AS MATERIALIZED (SELECT item_id, {{key}} AS key FROM browsed WHERE {{where}}),
    shown AS (SELECT item_id, key FROM found WHERE {{begins}} ORDER BY key, item_id LIMIT {ROWS + 1})
    SELECT items, item_id, b.text[:{SHOWN + 1}] AS text, b.status, b.label, b.confidence, b.decided_at, b.split, key
    FROM (SELECT count(*) AS items FROM found) LEFT JOIN (shown JOIN browsed b USING (item_id)) ON true
    ORDER BY key, item_id
"""
BEGINS = "(key > TRY_CAST($after AS {kind}) OR (key = TRY_CAST($after AS {kind}) AND item_id > $item))"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is looked for; empty where anything will do. `after` is the place in the order where the page begins."""

    q: str = ""
    label: str = ""
    status: str = ""
    slice: str = ""
    split: str = ""
    confidence: str = ""
    annotator: str = ""
    release: str = ""
    sort: str = "newest"
    after: str = ""

    @classmethod
    def asked(cls, given: Mapping[str, str]) -> "Question":
        """What an address asks for. Raises WorkError for what cannot be asked."""
        known = {field.name: given[field.name].strip() for field in fields(cls) if given.get(field.name, "").strip()}
        if wrong := next((name for name, text in known.items() if len(text) > LONGEST or "\0" in text), None):
            raise WorkError(f"{wrong} can be {LONGEST} characters at most.", 400)
        found = cls(**known)
        if found.sort not in SORTS:
            raise WorkError(f"There is no order {found.sort!r}; there are {', '.join(SORTS)}.", 400)
        if found.confidence and found.confidence not in BANDS:
            raise WorkError(f"There is no band {found.confidence!r}; there are {', '.join(BANDS)}.", 400)
        if found.release and not (found.release.isascii() and found.release.isdigit() and len(found.release) < 9):
            raise WorkError(f"{found.release!r} is no number of a release.", 400)
        return found

    @property
    def address(self) -> str:
        """The query of the address that asks it, without what is not asked."""
        usual = asdict(Question())
        return urlencode({name: value for name, value in asdict(self).items() if value != usual[name]})

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return replace(self, sort="newest", after="") != Question()

    def beginning(self) -> "Question":
        """The same from the first row on."""
        return replace(self, after="")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of rows, how many there are in all, and what asks for the next page, if there is one."""

    rows: list[dict[str, Any]]
    items: int
    following: Question | None


def find(reading: Reading, question: Question) -> Found:
    """The items that a question is about, in its order. Raises WorkError."""
    conditions, parameters = _conditions(question)
    _, key, kind = SORTS[question.sort]
    value, _, item = question.after.rpartition("~")
    begins = BEGINS.format(kind=kind) if question.after else "true"
    parameters |= {"after": value, "item": item} if question.after else {}
    told = reading.read(PAGE.format(key=key, where=" AND ".join(conditions) or "true", begins=begins), parameters)
    rows = told.filter(pl.col("item_id").is_not_null()).to_dicts()
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    after = None if last is None else replace(question, after=f"{last['key']}~{last['item_id']}")
    return Found(rows=rows[:ROWS], items=int(told["items"].item(0)), following=after)


def choices(reading: Reading) -> dict[str, list[tuple[str, int]]]:
    """What each filter has to choose from, with the number of items, the most frequent first."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, value, items in reading.read("FROM choices ORDER BY filter, items DESC, value").iter_rows():
        found.setdefault(name, []).append((value, items))
    return found


def _conditions(question: Question) -> tuple[list[str], dict[str, Any]]:
    asked = asdict(question)
    wanted = [name for name in CONDITIONS if asked[name]]
    parameters: dict[str, Any] = {name: asked[name] for name in wanted if name != "confidence"}
    if question.release:
        parameters["release"] = int(question.release)
    if question.confidence:
        parameters["least"], parameters["below"] = BANDS[question.confidence]
    words = question.q.lower().split()
    if len(words) > MOST_WORDS:
        raise WorkError(f"{len(words)} words are searched for; {MOST_WORDS} is the most.", 400)
    parameters |= {f"word{at}": word for at, word in enumerate(words)}
    said = " AND ".join(f"contains(low, $word{at})" for at in range(len(words)))
    named = ["starts_with(item_id, $word0)"] if len(words) == 1 else []
    search = [f"({' OR '.join([said, *named])})"] if words else []
    return [*search, *(CONDITIONS[name] for name in wanted)], parameters
