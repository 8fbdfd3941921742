"""What became of items: how each is settled, why a person says so, and what users said of its outputs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gt_platform.lake import Store

SETTLED = """
    SELECT d.item_id, d.status, d.answer::VARCHAR AS answer, d.status = 'consensus' AS counted,
           CASE WHEN d.status <> 'consensus' THEN coalesce(r.reasoning, d.reason) END AS reason
    FROM current_decisions d LEFT JOIN (
        SELECT item_id, reasoning FROM adjudications
        QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY ruled_at DESC, answers_digest) = 1
    ) r ON r.item_id = d.item_id AND d.method = 'adjudication'
    WHERE d.item_id IN (SELECT unnest($items::VARCHAR[])) AND d.status NOT IN ('adjudicate', 'undecided')
"""
WORDS = """
    SELECT e.item_id, f.annotator_kind AS given_by, f.signal, json_extract_string(f.value, '$') AS value, f.comment
    FROM feedback f JOIN (
        SELECT event_id, item_id FROM events WHERE item_id IN (SELECT unnest($items::VARCHAR[]))
    ) e USING (event_id)
    QUALIFY row_number() OVER (PARTITION BY e.item_id ORDER BY f.occurred_at, f.feedback_id) <= 20
    ORDER BY f.occurred_at, f.feedback_id
"""


@dataclass(frozen=True, kw_only=True)
class Became:
    """How an item is settled: `counted` where answers alone came to it, `reason` in the words of who decided."""

    status: str
    answer: Any
    counted: bool
    reason: str | None


def settled(store: Store, items: Sequence[str]) -> dict[str, Became]:
    """Those of the items that are settled, by id. Raises LakeError."""
    return {
        row["item_id"]: Became(
            status=row["status"],
            answer=None if row["answer"] is None else json.loads(row["answer"]),
            counted=row["counted"],
            reason=row["reason"],
        )
        for row in store.read(SETTLED, {"items": list(items)}).iter_rows(named=True)
    }


def words(store: Store, items: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What users, judges and programs said of the items' outputs, at most 20 of each, by item. Raises LakeError."""
    said: dict[str, list[dict[str, Any]]] = {}
    for row in store.read(WORDS, {"items": list(items)}).iter_rows(named=True):
        said.setdefault(row["item_id"], []).append(row)
    return said
