"""Settling pools of answers by the answer kind: from the lake's answers to rows of `settlements`.

A settlement is a function of the pool's answers and of what is known of their truth, whatever nights they came in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gt_platform.answers import AnswerKind, Answers, Known, Settlement
from gt_platform.answers.voting import each, majority
from gt_platform.canonical import canonical
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ANNOTATORS, SETTLEMENTS
from gt_platform.project import Project, answer_kind_of
from gt_platform.truth.annotators import annotators
from gt_platform.truth.distribution import as_distribution
from gt_platform.truth.pools import ADDED, HONEYPOTS, KNOWN, PRESENT, Pools, allowed

ITEMS = f"FROM ({KNOWN}) ORDER BY item_id"
VOTES = "SELECT item_id, annotator, answer FROM live_annotations ORDER BY item_id, annotator"
CHECKS = f"SELECT honeypot_id AS item_id, annotator, answer, known FROM ({HONEYPOTS}) ORDER BY ALL"  # noqa: S608
DECLARED = "SELECT arg_max(declared, number) FROM declarations WHERE schema_version = ?"
TOLD = ("item_id", "known", "chance")
DIGITS = 6
"""Of a confidence: further ones depend on the order of sums, and would make every night's settlement another."""


@dataclass(frozen=True)
class Anew:
    """Rows of `settlements` and of `annotators`: what every item's live answers come to, and what they tell."""

    settlements: pl.DataFrame
    annotators: pl.DataFrame


def settled_anew(tables: Store | Writer, project: Project, pools: Pools) -> Anew:
    """Settle every pool."""
    items = tables.read(ITEMS)
    items = items.with_columns(pool=pl.col("family").replace_strict(pools.of, return_dtype=pl.String))
    votes = tables.read(VOTES).join(items.select("item_id", "pool"), on="item_id", maintain_order="left")
    checks = tables.read(CHECKS)
    found, told = [SETTLEMENTS.frame([])], ANNOTATORS.frame([])
    for pool in sorted(set(pools.of.values())):
        kind = _kind(tables, project, pool)
        asked, given = items.filter(pool=pool), votes.filter(pool=pool).drop("pool")
        beside = _fit(kind, checks, "answer") if pool == PRESENT else checks.clear()
        given = pl.concat([given, beside.drop("known")])
        known = _known(kind, pl.concat([asked.select(TOLD), beside.select("item_id", "known", chance=None)]))
        answers = _answers(given)
        settled = each(answers, majority) if kind is None else kind.settle(answers, known)
        if project.truth == "distribution":
            settled = {item: as_distribution(one) for item, one in settled.items()}
        found.append(_rows(asked, settled))
        if kind is not None and pool == PRESENT:
            told = annotators(kind, given, known, found[-1], judged=project.truth != "distribution")
    return Anew(pl.concat(found), told)


def _kind(tables: Store | Writer, project: Project, pool: str) -> AnswerKind | None:
    """The kind whose answers they are; None where the lake does not know how an older schema was declared."""
    version = pool.removesuffix(ADDED)
    if version == PRESENT:
        return project.answer_kind
    declared = tables.read(DECLARED, [version]).item()
    return None if declared is None else answer_kind_of(json.loads(declared)["answer"])


def _rows(asked: pl.DataFrame, settled: Mapping[str, Settlement]) -> pl.DataFrame:
    """The rows of one pool, made a column at a time."""
    found = [settled[item] for item in asked["item_id"]]
    leading = [one.leading if one.answer is None else one.answer for one in found]
    columns: dict[str, tuple[list[object], pl.DataType]] = {
        "leading_answer": ([None if answer is None else canonical(answer) for answer in leading], pl.String()),
        "settled": ([one.answer is not None for one in found], pl.Boolean()),
        "confidence": ([one.confidence for one in found], pl.Float64()),
        "confidence_is": ([one.confidence_is for one in found], pl.String()),
        "soft": ([None if one.soft is None else _rounded(one.soft) for one in found], pl.String()),
        "votes": ([canonical(one.votes) for one in found], pl.String()),
        "method": ([one.method for one in found], pl.String()),
        "reason": ([one.reason for one in found], pl.String()),
    }
    series = [pl.Series(name, values, dtype) for name, (values, dtype) in columns.items()]
    rows = asked.with_columns(pl.col("answers").cast(pl.Int32), *series).with_columns(
        pl.col("confidence").round(DIGITS)
    )
    return rows.select(SETTLEMENTS.column_names())


def _rounded(soft: Mapping[str, float]) -> str:
    return canonical({answer: round(share, DIGITS) for answer, share in soft.items()})


def _known(kind: AnswerKind | None, told: pl.DataFrame) -> Known:
    """What is known of items' truth and of honeypots', as far as the kind allows it."""
    fit = _fit(kind, told.drop_nulls("known").unique("item_id", maintain_order=True), "known")
    truth = {item: json.loads(text) for item, text in fit.select("item_id", "known").iter_rows()}
    return Known(truth, dict(fit.select("item_id", "chance").drop_nulls().iter_rows()))


def _fit(kind: AnswerKind | None, rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows with an answer that the kind allows: honeypots and rulings may be of any age."""
    texts = rows[column].unique(maintain_order=True).to_list()
    return rows.filter(pl.col(column).is_in([text for text in texts if kind is not None and allowed(kind, [text])]))


def _answers(given: pl.DataFrame) -> Answers:
    items, annotators, answers = (_shared(given[name]) for name in ("item_id", "annotator", "answer"))
    parsed = {text: json.loads(text) for text in set(answers)}
    return Answers(items, annotators, tuple(map(parsed.__getitem__, answers)))


def _shared(column: pl.Series) -> tuple[str, ...]:
    """A column's texts, equal ones being one object: five million answers have few annotators, and fewer labels."""
    texts = column.unique(maintain_order=True)
    places = column.replace_strict(texts, pl.Series(range(len(texts))), return_dtype=pl.Int64)
    return tuple(map(texts.to_list().__getitem__, places))
