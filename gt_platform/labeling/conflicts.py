"""Items on which annotators differ: how each of them differs from the truth, and who differs from whom."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from gt_platform.answers.apart import apart
from gt_platform.answers.base import AnswerKind, agreeing
from gt_platform.lake import Store
from gt_platform.project import Project

# Answers to items that have two different ones at least, with what the item's truth is.
ANSWERED = """
    SELECT a.item_id, a.annotator, a.answer::VARCHAR AS answer, t.answer::VARCHAR AS truth
    FROM live_annotations a
    JOIN (SELECT item_id FROM live_annotations GROUP BY item_id HAVING count(DISTINCT answer) > 1) USING (item_id)
    LEFT JOIN standing_truth t ON t.item_id = a.item_id ANTI JOIN retired_items r ON r.item_id = a.item_id
    ORDER BY a.item_id, a.annotator
"""
# How often two annotators answered the same item, agreed or not.
TOGETHER = """
    SELECT a.annotator, b.annotator AS other, count(DISTINCT a.item_id) AS together
    FROM live_annotations a JOIN live_annotations b ON b.item_id = a.item_id AND a.annotator < b.annotator
    ANTI JOIN retired_items r ON r.item_id = a.item_id GROUP BY ALL
"""
SHOWN = """
    SELECT i.item_id, json_extract_string(i.input, '$') AS input, t.answer::VARCHAR AS truth, d.reason
    FROM items i SEMI JOIN wanted_rows USING (item_id) LEFT JOIN standing_truth t USING (item_id)
    LEFT JOIN current_decisions d ON d.item_id = i.item_id
"""
DIFFERING = {
    "item_id": pl.String, "annotator": pl.String, "answer": pl.String, "decided": pl.Boolean, "how": pl.String,
    "true": pl.String, "said": pl.String,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Conflicts:
    """All disagreement there is.

    `differing`: a row for each way in which somebody's answer differs from the item's truth or, where it has none yet,
    from the answer that agrees with most others'. `answers`: all there are to these items. `pairs`: a row for each two
    annotators who differ on an item. `together`: how many items each two of them both answered.
    """

    differing: pl.DataFrame
    answers: pl.DataFrame
    pairs: pl.DataFrame
    together: pl.DataFrame


def conflicts(store: Store, project: Project) -> Conflicts:
    """Of the answers that count now."""
    kind = project.answer_kind
    with store.snapshot():
        answered, together = store.read(ANSWERED), store.read(TOGETHER)
    differ = _different(answered, kind)
    pairs = answered.join(answered, on="item_id", suffix="_other").filter(
        pl.col("annotator") < pl.col("annotator_other")
    )
    pairs = pairs.join(differ, on=["answer", "answer_other"], how="semi")
    contested = answered.join(pairs.select("item_id").unique(), on="item_id", how="semi")
    return Conflicts(
        differing=_differing(contested, kind),
        answers=contested.select("item_id", "annotator", "answer"),
        pairs=pairs.select("item_id", "annotator", pl.col("annotator_other").alias("other")).unique(),
        together=together,
    )


def shown(store: Store, items: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What is shown of items beside their answers."""
    wanted = pl.DataFrame({"item_id": list(items)}, schema={"item_id": pl.String})
    return {row["item_id"]: row for row in store.read(SHOWN, frames={"wanted_rows": wanted}).iter_rows(named=True)}


def _different(answered: pl.DataFrame, kind: AnswerKind) -> pl.DataFrame:
    """Pairs of answers to one item that the kind does not take for the same."""
    given = answered.select("item_id", "answer").unique()
    pairs = given.join(given, on="item_id", suffix="_other").select("answer", "answer_other").unique()
    same = [one == other or agreeing(kind, one, other) for one, other in pairs.iter_rows()]
    return pairs.filter(~pl.Series(same, dtype=pl.Boolean))


def _differing(contested: pl.DataFrame, kind: AnswerKind) -> pl.DataFrame:
    led = pl.DataFrame(
        [(item, _leading(rows["answer"].to_list(), kind)) for (item,), rows in _undecided(contested)],
        schema={"item_id": pl.String, "leading": pl.String}, orient="row",
    )  # fmt: skip
    held = contested.join(led, on="item_id", how="left", maintain_order="left").with_columns(
        against=pl.coalesce("truth", "leading"), decided=pl.col("truth").is_not_null()
    )
    found = [
        (against, answer, one.how, one.true, one.said)
        for against, answer in held.select("against", "answer").unique().iter_rows()
        for one in apart(kind, json.loads(against), json.loads(answer))
    ]
    ways = pl.DataFrame(
        found, schema=dict.fromkeys(("against", "answer", "how", "true", "said"), pl.String), orient="row"
    )
    return held.join(ways, on=["against", "answer"], maintain_order="left_right").select(DIFFERING.keys())


def _undecided(contested: pl.DataFrame) -> Iterable[tuple[tuple[str], pl.DataFrame]]:
    waiting = contested.filter(pl.col("truth").is_null())
    return waiting.group_by("item_id", maintain_order=True)


def _leading(answers: list[str], kind: AnswerKind) -> str:
    """The answer that agrees with most others; of several the first by its text."""
    return max(sorted(set(answers)), key=lambda one: sum(agreeing(kind, one, other) for other in answers))
