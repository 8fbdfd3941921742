"""Settling answers into decisions. Append-only: a decision is never changed, only followed by another."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.answers import AnswerKind, Answers, Settlement
from gt_platform.canonical import canonical, digest
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import DECISIONS
from gt_platform.project import Project

# Items whose every live assignment is answered, unless these very answers were decided on already, or ruled on since.
UNDECIDED = """
    SELECT item_id, answered_items.* EXCLUDE item_id, ruling, ruled_under, ruled_schema, revision,
           coalesce(frame_day, DATE '1970-01-01') AS pool
    FROM answered_items JOIN (SELECT item_id, live FROM rounds) USING (item_id)
    LEFT JOIN first_frames USING (item_id)
    LEFT JOIN current_rulings USING (item_id, answers_digest)
    LEFT JOIN (
        SELECT item_id, revision, answers_digest AS decided_on, status, answer FROM current_decisions
    ) USING (item_id)
    WHERE answered_items.answers >= live AND (
        decided_on IS DISTINCT FROM answers_digest
        OR (ruling IS NOT NULL AND (status <> 'adjudicated' OR answer <> ruling))
    )
    ORDER BY item_id
"""


# A frame's items are settled together, each with its first frame. They learn from one another, but from no other frame:
# so a backfill settles the same in whatever order it runs. What is known says nothing of an item that is decided anew.
POOLS = """
    SELECT coalesce(frame_day, DATE '1970-01-01') AS pool, a.item_id, annotator, a.answer, t.answer AS truth
    FROM live_annotations a
    LEFT JOIN first_frames f ON f.item_id = a.item_id
    LEFT JOIN (
        SELECT s.item_id, s.answer FROM current_decisions s LEFT JOIN answered_items USING (item_id)
        ANTI JOIN undecided_rows USING (item_id)
        WHERE status = 'imported' OR (status = 'adjudicated' AND s.answers_digest = answered_items.answers_digest)
    ) t ON t.item_id = a.item_id
    WHERE pool IN (SELECT pool FROM undecided_rows) ORDER BY pool, a.item_id, annotator
"""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """New decisions: settled by consensus, by a ruling, and sent to adjudication for a tie, weakness or a remark."""

    consensus: int
    adjudicated: int
    tied: int

    @property
    def decisions(self) -> int:
        """All new decisions."""
        return self.consensus + self.adjudicated + self.tied


def settle(store: Store, project: Project) -> Settled:
    """Decide every fully answered item that is not decided on its present answers, by them or by a ruling on them.

    Ties go to adjudication; so do answers weaker than the project's bound, and those with a remark of the backend's.
    """

    def work(writer: Writer) -> Settled:
        undecided = writer.read(UNDECIDED)
        rows = []
        if undecided.height:
            pools = writer.read(POOLS, frames={"undecided_rows": undecided.select("pool", "item_id")})
            rows = list(_decisions(project, _settlements(project.answer_kind, pools), undecided))
            now = datetime.now(UTC)
            writer.append(DECISIONS, DECISIONS.frame(row | {"decided_at": now} for row in rows))
        counted = [row["status"] for row in rows]
        return Settled(
            consensus=counted.count("consensus"),
            adjudicated=counted.count("adjudicated"),
            tied=counted.count("adjudicate"),
        )

    return store.commit("decisions", work)


def _settlements(kind: AnswerKind, pools: pl.DataFrame) -> dict[str, Settlement]:
    found: dict[str, Settlement] = {}
    for pool in pools.partition_by("pool"):
        given = tuple(json.loads(answer) for answer in pool["answer"])
        known = {item: json.loads(truth) for item, truth in pool.select("item_id", "truth").drop_nulls().iter_rows()}
        found |= kind.settle(Answers(tuple(pool["item_id"]), tuple(pool["annotator"]), given), known)
    return found


def _decisions(
    project: Project, settlements: Mapping[str, Settlement], undecided: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    for item in undecided.iter_rows(named=True):
        settlement = settlements[item["item_id"]]
        status, answer, reason = _outcome(settlement, item["ruling"], item["remark"], project.labeling.confidence)
        ruled = status == "adjudicated"
        identity = "\n".join((item["item_id"], status, answer or "", item["answers_digest"]))
        yield {
            "decision_id": digest(identity, 32),
            "item_id": item["item_id"],
            "revision": (item["revision"] or 0) + 1,
            "status": status,
            "answer": answer,
            "method": "adjudication" if ruled else settlement.method,
            "confidence": None if ruled else settlement.confidence,
            "votes": canonical(settlement.votes),
            "soft": None if settlement.soft is None else canonical(settlement.soft),
            "reason": reason,
            "answers": item["answers"],
            "answers_digest": item["answers_digest"],
            "guideline_version": item["ruled_under"] or item["guideline_version"],
            "schema_version": item["ruled_schema"] or item["schema_version"],
        }


def _outcome(
    settlement: Settlement, ruling: str | None, remark: str | None, bound: float | None
) -> tuple[str, str | None, str | None]:
    """Status, answer, and why the item waits if it does."""
    if ruling is not None:
        return "adjudicated", ruling, None
    if remark is not None:
        return "adjudicate", None, remark
    if settlement.answer is None:
        return "adjudicate", None, settlement.reason
    if bound is not None and settlement.confidence is not None and settlement.confidence < bound:
        return "adjudicate", None, f"{settlement.confidence:.3g} for the leading answer, below the project's {bound:g}"
    return "consensus", canonical(settlement.answer), None
