"""Settling answers into decisions. Append-only: a decision is never changed, only followed by another."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.answers import AnswerKind, Answers, Settlement
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import DECISIONS
from gt_platform.project import Project

# Items whose every assignment is answered, unless these very answers were decided on already.
UNDECIDED = """
    WITH answered AS (
        SELECT item_id, count(*) AS answers,
               sha256(string_agg(assignment_id || answer, '' ORDER BY assignment_id)) AS answers_digest,
               max(guideline_version) AS guideline_version, max(schema_version) AS schema_version
        FROM annotations GROUP BY item_id
    ), asked AS (SELECT item_id, count(*) AS assignments FROM assignments GROUP BY item_id),
    ruled AS (
        SELECT item_id, answers_digest, answer AS ruling,
               guideline_version AS ruled_under, schema_version AS ruled_schema
        FROM adjudications
    ), standing AS (
        SELECT item_id, max(revision) AS revision, arg_max(answers_digest, revision) AS decided_on,
               arg_max(status, revision) AS status
        FROM decisions GROUP BY item_id
    )
    SELECT * EXCLUDE (assignments, frame_day), coalesce(frame_day, DATE '1970-01-01') AS pool
    FROM answered JOIN asked USING (item_id)
    LEFT JOIN (SELECT item_id, min(frame_day) AS frame_day FROM sample GROUP BY item_id) USING (item_id)
    LEFT JOIN ruled USING (item_id, answers_digest) LEFT JOIN standing USING (item_id)
    WHERE answers >= assignments
      AND (decided_on IS DISTINCT FROM answers_digest OR (ruling IS NOT NULL AND status = 'adjudicate'))
    ORDER BY item_id
"""


# A frame's items are settled together, each with its first frame. They learn from one another, but from no other frame:
# so a backfill settles the same in whatever order it runs.
POOLS = """
    SELECT coalesce(frame_day, DATE '1970-01-01') AS pool, item_id, annotator, a.answer, t.answer AS truth
    FROM annotations a
    LEFT JOIN (SELECT item_id, min(frame_day) AS frame_day FROM sample GROUP BY item_id) USING (item_id)
    LEFT JOIN (
        SELECT item_id, arg_max(answer, revision) AS answer FROM decisions GROUP BY item_id
        HAVING arg_max(status, revision) IN ('adjudicated', 'imported')
    ) t USING (item_id)
    WHERE pool IN (SELECT pool FROM undecided_rows) ORDER BY pool, item_id, annotator
"""
TEXTS = ("answer", "soft", "reason")


@dataclass(frozen=True)
class Settled:
    """New decisions: settled by consensus, by a ruling, and sent to adjudication for a tie."""

    consensus: int
    adjudicated: int
    tied: int

    @property
    def decisions(self) -> int:
        """All new decisions."""
        return self.consensus + self.adjudicated + self.tied


def settle(store: Store, project: Project) -> Settled:
    """Decide every fully answered item that is not decided on its present answers; ties go to adjudication."""

    def work(writer: Writer) -> Settled:
        undecided = writer.read(UNDECIDED)
        rows = []
        if undecided.height:
            pools = writer.read(POOLS, frames={"undecided_rows": undecided.select("pool").unique()})
            rows = list(_decisions(_settlements(project.answer_kind, pools), undecided))
            frame = pl.DataFrame(rows, infer_schema_length=None, schema_overrides=dict.fromkeys(TEXTS, pl.String))
            writer.append(DECISIONS, frame.with_columns(decided_at=pl.lit(datetime.now(UTC))))
        counted = [row["status"] for row in rows]
        return Settled(*(counted.count(status) for status in ("consensus", "adjudicated", "adjudicate")))

    return store.commit("decisions", work)


def _settlements(kind: AnswerKind, pools: pl.DataFrame) -> dict[str, Settlement]:
    found: dict[str, Settlement] = {}
    for pool in pools.partition_by("pool"):
        given = tuple(json.loads(answer) for answer in pool["answer"])
        known = {item: json.loads(truth) for item, truth in pool.select("item_id", "truth").drop_nulls().iter_rows()}
        found |= kind.settle(Answers(tuple(pool["item_id"]), tuple(pool["annotator"]), given), known)
    return found


def _decisions(settlements: Mapping[str, Settlement], undecided: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for item in undecided.iter_rows(named=True):
        settlement = settlements[item["item_id"]]
        status, answer, method, confidence = _outcome(settlement, item["ruling"])
        identity = "\n".join((item["item_id"], status, answer or "", item["answers_digest"]))
        yield {
            "decision_id": hashlib.sha256(identity.encode()).hexdigest()[:32],
            "item_id": item["item_id"],
            "revision": (item["revision"] or 0) + 1,
            "status": status,
            "answer": answer,
            "method": method,
            "confidence": confidence,
            "votes": _json(settlement.votes),
            "soft": None if settlement.soft is None else _json(settlement.soft),
            "reason": settlement.reason if status == "adjudicate" else None,
            "answers": item["answers"],
            "answers_digest": item["answers_digest"],
            "guideline_version": item["ruled_under"] or item["guideline_version"],
            "schema_version": item["ruled_schema"] or item["schema_version"],
        }


def _outcome(settlement: Settlement, ruling: str | None) -> tuple[str, str | None, str, float | None]:
    if ruling is not None:
        return "adjudicated", ruling, "adjudication", None
    if settlement.answer is None:
        return "adjudicate", None, settlement.method, settlement.confidence
    return "consensus", _json(settlement.answer), settlement.method, settlement.confidence


def _json(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
