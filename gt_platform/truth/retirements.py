"""Taking items out of the truth, and putting them back: nothing is deleted, and nothing is asked of them meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import DECISIONS
from gt_platform.project import Project
from gt_platform.project.upkeep import Category
from gt_platform.truth.by_hand import TruthError, append, named, note
from gt_platform.truth.fold import fold_within

CATEGORIES: tuple[str, ...] = get_args(Category)

STATUSES = "SELECT item_id, status FROM current_decisions SEMI JOIN wanted_rows USING (item_id)"
TRUE = "SELECT item_id FROM standing_truth SEMI JOIN wanted_rows USING (item_id) ORDER BY item_id"
# The decision before the retirement is put back with all that is known of it, so that what its answers come to since
# decides again where they did.
BEFORE = """
    SELECT left(sha256(concat_ws(
               chr(10), b.item_id, 'restored', coalesce(b.answer::VARCHAR, ''), b.answers_digest
           )), 32) AS decision_id,
           b.item_id, d.revision + 1 AS revision, 'restored' AS status, b.answer, b.method, b.confidence, b.votes,
           b.soft, $why AS reason, b.answers, b.answers_digest, b.guideline_version, b.schema_version,
           'restoration' AS revised, $actor AS actor, NULL AS category, d.decision_id AS follows, b.round
    FROM current_decisions d SEMI JOIN wanted_rows USING (item_id)
    JOIN decisions b ON b.item_id = d.item_id AND b.revision = d.revision - 1 WHERE d.status = 'retired'
    ORDER BY b.item_id
"""


@dataclass(frozen=True, kw_only=True)
class Retired:
    """How many items were retired, and how many were so before."""

    retired: int
    unchanged: int


def retire(store: Store, project: Project, items: Sequence[str], *, why: str, category: str, actor: str) -> Retired:
    """Take items, by their ids or the beginnings of these, out of the truth. Raises TruthError; then none is."""
    if category not in CATEGORIES:
        raise TruthError(f"the category is {category!r}; allowed: {', '.join(CATEGORIES)}")
    _refuse_unsaid(items, why, "retired")

    def work(writer: Writer) -> Retired:
        wanted = _frame(named(writer, items).values())
        known = dict(writer.read(STATUSES, frames={"wanted_rows": wanted}).iter_rows())
        true = writer.read(TRUE, frames={"wanted_rows": wanted})["item_id"].to_list()
        for item in set(wanted["item_id"]) - set(true):
            if known.get(item) != "retired":
                raise TruthError(f"item {item} has no truth to retire: it waits for answers or a ruling")
        rows = [{"item_id": item, "answer": None, "reason": why.strip(), "category": category} for item in true]
        append(writer, project, rows, status="retired", method="retirement", actor=actor)
        _finish(writer, "retired", true, {"why": why.strip(), "category": category}, actor)
        return Retired(retired=len(rows), unchanged=wanted.height - len(rows))

    return store.commit(f"truth of {project.name} retired", work)


def restore(store: Store, project: Project, items: Sequence[str], *, why: str, actor: str) -> int:
    """Put items that were retired back, as they were; returns how many. Raises TruthError; then none is."""
    _refuse_unsaid(items, why, "restored")

    def work(writer: Writer) -> int:
        wanted = _frame(named(writer, items).values())
        found = writer.read(BEFORE, {"why": why.strip(), "actor": actor}, frames={"wanted_rows": wanted})
        if missing := sorted(set(wanted["item_id"]) - set(found["item_id"])):
            raise TruthError(f"item {missing[0]} is not retired; `gt explain {missing[0][:12]}` tells how it stands")
        writer.append(DECISIONS, found.with_columns(decided_at=pl.lit(datetime.now(UTC))))
        _finish(writer, "restored", found["item_id"].to_list(), {"why": why.strip()}, actor)
        return found.height

    return store.commit(f"truth of {project.name} restored", work)


def _refuse_unsaid(items: Sequence[str], why: str, what: str) -> None:
    if not items:
        raise TruthError(f"no item is named, so none is {what}")
    if not why.strip():
        raise TruthError(f"say why they are {what}, for those who ask later: --why")


def _frame(items: Any) -> pl.DataFrame:
    return pl.DataFrame({"item_id": list(items)}, schema={"item_id": pl.String}).unique(maintain_order=True)


def _finish(writer: Writer, did: str, items: Sequence[str], detail: dict[str, Any], actor: str) -> None:
    if items:
        note(writer, actor, did, {"items": len(items)} | detail, about=items[0] if len(items) == 1 else None)
        fold_within(writer)
