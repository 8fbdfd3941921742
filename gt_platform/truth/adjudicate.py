"""Rulings on tied items, entered by an engineer."""

import json
from datetime import UTC, datetime

import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.lake import LakeError, Store, Writer
from gt_platform.lake.tables import ADJUDICATIONS
from gt_platform.project import Project

QUEUE = """
    WITH standing AS (
        SELECT * FROM decisions QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY revision DESC) = 1
    ), items AS (SELECT item_id, any_value(input) AS input FROM assignments GROUP BY item_id)
    SELECT item_id, answers_digest, input, votes FROM standing JOIN items USING (item_id)
    WHERE status = 'adjudicate' ORDER BY item_id
"""


def adjudication_queue(store: Store) -> pl.DataFrame:
    """Tied items waiting for a ruling: item_id, answers_digest, input and votes (JSON text), by item."""
    return store.read(QUEUE)


def adjudicate(store: Store, project: Project, rulings: pl.DataFrame) -> int:
    """Enter rulings and return how many are new; `settle` turns them into decisions.

    `rulings` has item_id, answer (text, or JSON for other kinds), adjudicator and optionally reasoning, as strings.
    Raises LakeError naming the first row that rules on nothing or whose answer the schema does not allow; then
    none is entered.
    """

    def work(writer: Writer) -> int:
        waiting = {row[0]: row[1] for row in writer.read(QUEUE).iter_rows()}
        rows = [_ruling(project, waiting, number, row) for number, row in enumerate(rulings.iter_rows(named=True), 1)]
        frame = pl.DataFrame(rows, infer_schema_length=None, schema_overrides={"reasoning": pl.String})
        return writer.append(ADJUDICATIONS, frame.with_columns(ruled_at=pl.lit(datetime.now(UTC)))) if rows else 0

    return store.commit(f"rulings on {project.name}", work)


def _ruling(project: Project, waiting: dict[str, str], number: int, row: dict[str, str | None]) -> dict[str, object]:
    item_id = row["item_id"] or ""
    if item_id not in waiting:
        raise LakeError(f"ruling {number}: no item {item_id!r} waits for adjudication")
    return {
        "item_id": item_id,
        "answers_digest": waiting[item_id],
        "answer": json.dumps(_answer(project, number, row["answer"] or ""), ensure_ascii=False, sort_keys=True),
        "adjudicator": row["adjudicator"],
        "reasoning": row.get("reasoning"),
        "guideline_version": project.guideline_version,
        "schema_version": project.schema_version,
    }


def _answer(project: Project, number: int, text: str) -> object:
    try:
        return project.answer_kind.validate(text)
    except InvalidAnswerError as as_text:
        try:
            return project.answer_kind.validate(json.loads(text))
        except (ValueError, InvalidAnswerError):
            raise LakeError(f"ruling {number}: {as_text}") from None
