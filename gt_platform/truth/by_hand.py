"""What people decide about truth, beside what answers come to: appended to the decisions like any other, with a name
and a reason, noted in the audit, and folded in the same transaction.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.canonical import as_json
from gt_platform.errors import GroundTruthError
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import AUDIT, DECISIONS
from gt_platform.project import Project

HAND = "gt"
"""The audit's name for what was done here, and in no labeling backend."""
LEAST = 8
"""Characters of an item's id that name it, if they are no other's."""
SAID = {"item_id": pl.String, "answer": pl.String, "reason": pl.String, "category": pl.String}

FOLLOWING = """
    SELECT left(sha256(concat_ws(chr(10), item_id, $status, coalesce(answer, ''), answers_digest)), 32) AS decision_id,
           item_id, revision, $status AS status, answer, $method AS method, votes, reason, answers, answers_digest,
           $guidelines AS guideline_version, $schema AS schema_version,
           CASE WHEN revision > 1 THEN $method END AS revised, $actor AS actor, category, follows, round
    FROM (
        SELECT h.item_id, h.answer, h.reason, h.category, coalesce(d.revision, 0) + 1 AS revision,
               coalesce(d.votes, '{}') AS votes, coalesce(a.answers, 0)::INTEGER AS answers,
               coalesce(a.answers_digest, sha256('')) AS answers_digest, d.decision_id AS follows,
               coalesce(r.round, 0) AS round
        FROM hand_rows h LEFT JOIN current_decisions d ON d.item_id = h.item_id
        LEFT JOIN answered_items a ON a.item_id = h.item_id LEFT JOIN rounds r ON r.item_id = h.item_id
    ) ORDER BY item_id
"""
EXACT = "SELECT item_id FROM wanted_rows SEMI JOIN items USING (item_id)"
BEGINNING = """
    SELECT w.item_id AS wanted, count(i.item_id) AS found, min(i.item_id) AS item_id
    FROM wanted_rows w LEFT JOIN items i ON starts_with(i.item_id, w.item_id) GROUP BY w.item_id ORDER BY w.item_id
"""
NUMBER = "SELECT coalesce(max(number), 0) + 1 FROM audit WHERE backend = ?"


class TruthError(GroundTruthError):
    """Truth that cannot be changed as asked; the message says why, and what to do."""


def named(tables: Store | Writer, wanted: Sequence[str]) -> dict[str, str]:
    """The items that ids, or beginnings of ids, name. Raises TruthError for the first that names none, or several."""
    frame = pl.DataFrame({"item_id": wanted}, schema={"item_id": pl.String}).unique()
    found = {item: item for (item,) in tables.read(EXACT, frames={"wanted_rows": frame}).iter_rows()}
    others = frame.filter(~pl.col("item_id").is_in(list(found)))
    if others.is_empty():
        return found
    for asked, count, item in tables.read(BEGINNING, frames={"wanted_rows": others}).iter_rows():
        if count != 1 or len(asked) < LEAST:
            several = f"begins {count} ids; give more of it" if count > 1 else "is no item of this project"
            raise TruthError(f"item {asked!r} {several if count != 1 else f'is too short: give {LEAST} characters'}")
        found[asked] = item
    return found


def allowed_answer(project: Project, said: Any) -> str:
    """An answer as the lake keeps it, from a JSON value or from what somebody typed. Raises InvalidAnswerError."""
    values = [said]
    if isinstance(said, str):
        try:
            parsed = json.loads(said)
        except ValueError:
            pass
        else:
            values = [parsed] if isinstance(parsed, str) else [said, parsed]
    wrong: InvalidAnswerError | None = None
    for value in values:
        try:
            return as_json(project.answer_kind.validate(value))
        except InvalidAnswerError as error:
            wrong = wrong or error
    raise wrong or InvalidAnswerError("no answer")


def append(
    writer: Writer, project: Project, rows: Sequence[Mapping[str, Any]], *, status: str, method: str, actor: str
) -> int:
    """Append what a person decided of items: `rows` of SAID. Returns how many."""
    told = {"status": status, "method": method, "actor": actor}
    versions = {"guidelines": project.guideline_version, "schema": project.schema_version}
    frame = pl.DataFrame(list(rows), schema=SAID)
    found = writer.read(FOLLOWING, told | versions, frames={"hand_rows": frame})
    return writer.append(DECISIONS, found.with_columns(decided_at=pl.lit(datetime.now(UTC))))


def record(store: Store, detail: Mapping[str, Any], *, actor: str) -> None:
    """Add to the audit that what is held out left the house."""
    store.commit("benchmark exported", lambda writer: note(writer, actor, "benchmark exported", detail))


def note(writer: Writer, actor: str, did: str, detail: Mapping[str, Any], *, about: str | None = None) -> None:
    """Add to the audit what a person did."""
    row = {"backend": HAND, "number": writer.read(NUMBER, [HAND]).item(), "at": datetime.now(UTC), "who": actor}
    writer.append(AUDIT, AUDIT.frame([row | {"did": did, "about": about, "detail": as_json(dict(detail))}]))
