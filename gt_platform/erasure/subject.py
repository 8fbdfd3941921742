"""Whose content is to go: a user or an item, and by which ids and texts it is found in the tables."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from gt_platform.erasure.errors import ErasureError
from gt_platform.erasure.texts import as_json, leaves
from gt_platform.lake import Store, Writer

LEAST = 12
"""Characters of a text from which it is looked for outside of the tables: shorter ones are others', too."""
EVENTS = {
    "user": "SELECT event_id, item_id FROM events WHERE user_id = $id",
    "item": "SELECT event_id, item_id FROM events WHERE item_id = $id",
}
# An item that others wrote too, or that was imported, is not this user's.
ITEMS = {
    "user": """
        SELECT item_id FROM their_events ANTI JOIN imports USING (item_id) ANTI JOIN (
            SELECT item_id FROM events WHERE user_id IS DISTINCT FROM $id
        ) others USING (item_id) GROUP BY item_id ORDER BY item_id
    """,
    "item": "SELECT item_id FROM items WHERE item_id = $id UNION SELECT item_id FROM their_events",
}
FEEDBACK = """
    SELECT feedback_id FROM feedback WHERE event_id IN (SELECT event_id FROM their_events)
    OR ($user IS NOT NULL AND annotator_kind = 'end_user' AND annotator_id = $user) ORDER BY ALL
"""
TAKEN = """
    SELECT DISTINCT item_id FROM proposal_verdicts SEMI JOIN theirs USING (feedback_id)
    ANTI JOIN their_items USING (item_id) WHERE verdict = 'accepted' ORDER BY item_id
"""
OF_ITEMS = {
    "assignment": "SELECT assignment_id FROM assignments SEMI JOIN their_items USING (item_id) ORDER BY ALL",
    "honeypot": "SELECT honeypot_id FROM honeypots SEMI JOIN their_items USING (item_id) ORDER BY ALL",
}
WRITTEN = """
    SELECT input::VARCHAR AS said FROM items SEMI JOIN their_items USING (item_id)
    UNION SELECT unnest([input::VARCHAR, output::VARCHAR, rescued::VARCHAR]) FROM events
        WHERE item_id IN (SELECT item_id FROM their_items) AND event_id IN (SELECT event_id FROM their_events)
    UNION SELECT unnest([to_json(comment)::VARCHAR, value::VARCHAR]) FROM feedback SEMI JOIN theirs USING (feedback_id)
    UNION SELECT unnest([answer::VARCHAR, to_json(comment)::VARCHAR]) FROM annotations
        SEMI JOIN their_items USING (item_id)
    UNION SELECT unnest([answer::VARCHAR, to_json(reasoning)::VARCHAR]) FROM adjudications
        SEMI JOIN their_items USING (item_id)
    UNION SELECT unnest([output::VARCHAR, to_json(error)::VARCHAR]) FROM predictions
        SEMI JOIN their_items USING (item_id)
    UNION SELECT to_json(note)::VARCHAR FROM edge_cases SEMI JOIN their_items USING (item_id)
"""
RAW = {
    "quarantine": "SELECT quarantine_id, raw FROM quarantine WHERE raw IS NOT NULL",
    "rejection": "SELECT rejection_id, encode(raw::VARCHAR) FROM rejections",
    "audit": "SELECT concat(backend, ':', number), encode(concat(about, ' ', detail::VARCHAR)) FROM audit",
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A user, as events name them, or an item, by its id."""

    what: Literal["user", "item"]
    id: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What there is of somebody: `ids` by kind of `erased`, `texts` that were written, and items that stay.

    Of these the truth of those `taken` is what they had proposed.
    """

    ids: Mapping[str, Sequence[str]]
    texts: Sequence[str] = ()
    shared: Sequence[str] = field(default=())
    taken: Sequence[str] = ()

    @property
    def anything(self) -> bool:
        """Whether there is any event, item or feedback."""
        return any(self.ids[kind] for kind in ("event", "item", "feedback"))

    @property
    def needles(self) -> set[str]:
        """What tells a record of theirs wherever it lies: ids, and texts that are long enough."""
        return {one for kind in ("user", "event", "item", "assignment") for one in self.ids.get(kind, ())} | set(
            self.texts
        )


def find(tables: Store | Writer, subject: Subject) -> Found:
    """All that the tables hold of somebody now. Facts are only ever appended, so nothing older is left out."""
    user = subject.id if subject.what == "user" else None
    events = tables.read(EVENTS[subject.what], {"id": subject.id})
    asked = {"id": subject.id}
    items = tables.read(ITEMS[subject.what], asked, frames={"their_events": events})
    feedback = tables.read(FEEDBACK, {"user": user}, frames={"their_events": events})
    frames = {"their_events": events, "their_items": items, "theirs": feedback}
    said = tables.read(WRITTEN, frames=frames)["said"].drop_nulls().to_list()
    ids = {
        "user": [subject.id] if user else [],
        "item": items["item_id"].to_list(),
        "event": sorted(events["event_id"].to_list()),
        "feedback": feedback["feedback_id"].to_list(),
        **{kind: _first(tables.read(sql, frames=frames)) for kind, sql in OF_ITEMS.items()},
    }
    texts = sorted({text for one in said for text in leaves(json.loads(one)) if len(text) >= LEAST})
    found = Found(ids=ids, texts=texts, shared=sorted(set(events["item_id"]) - set(ids["item"])))
    return replace(found, ids=ids | _raw(tables, found), taken=_first(tables.read(TAKEN, frames=frames)))


def item_named(tables: Store | Writer, given: str) -> str:
    """The item that an id, or the beginning of one, names; the id itself where there is none. Raises ErasureError."""
    sql = "SELECT DISTINCT item_id FROM (SELECT item_id FROM items UNION SELECT item_id FROM events) WHERE {}"
    found = _first(tables.read(sql.format("starts_with(item_id, ?)"), [given]))
    if len(found) > 1 and given not in found:
        raise ErasureError(f"{given!r} begins {len(found)} ids of items; give more of it")
    return found[0] if len(found) == 1 and len(given) >= 8 else given


def _raw(tables: Store | Writer, found: Found) -> dict[str, list[str]]:
    """Records that were set aside, and notes, that name any of it."""
    needles = {*found.needles, *found.ids["honeypot"]}
    if not needles:
        return {kind: [] for kind in RAW}
    words = {form for one in needles for form in (one, *as_json(one))}
    alone = re.compile(b"|".join(rb"(?<!\w)" + re.escape(word.encode()) + rb"(?!\w)" for word in sorted(words)))
    return {
        kind: [key for key, raw in tables.read(sql).iter_rows() if raw is not None and alone.search(raw)]
        for kind, sql in RAW.items()
    }


def _first(frame: pl.DataFrame) -> list[str]:
    return [str(one) for one in frame.to_series().to_list()]
