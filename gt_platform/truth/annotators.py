"""What all answers tell of each annotator: rows of `annotators`, by the form that the answers have.

What follows for an annotator (to be watched, paused) belongs in `labeling`, which looks at their latest answers alone.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.answers import Answer, AnswerKind
from gt_platform.answers.form import Pick, Quantity, form_of
from gt_platform.canonical import canonical
from gt_platform.lake.tables import ANNOTATORS
from gt_platform.stats.annotators import correlations, deviations, shares
from gt_platform.stats.annotators.ability import Abilities, abilities
from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.votes import votes

Codes = NDArray[np.int64]
Row = dict[str, Any]

TRUTH, OTHERS, SETTLEMENT, NONE = "known truth", "others' answers", "settlement", "none"
MOST_CELLS = 50_000_000  # annotators x labels x labels: 400 MB
DIGITS = 6


def annotators(
    kind: AnswerKind, given: pl.DataFrame, known: Mapping[str, Answer], settled: pl.DataFrame, *, judged: bool
) -> pl.DataFrame:
    """A row for each annotator of `given` (item_id, annotator, answer), by name.

    `settled` has what items come to. Unless `judged`, answers are opinions, of which none is right.
    """
    names = given["annotator"].unique().sort().to_list()
    if not names:
        return ANNOTATORS.frame([])
    who = _codes(given["annotator"], names)
    form, labels = form_of(kind), given["answer"].n_unique()
    if not judged:
        found: Iterator[Row] = ({"basis": NONE} for _ in names)
    elif isinstance(form, Pick) and len(names) * labels**2 <= MOST_CELLS:
        found = _of_labels(given, who, known)
    elif isinstance(form, Quantity):
        found = _of_numbers(given, who, known, settled)
    else:
        found = _of_verdicts(kind, given, who, settled)
    counted = np.bincount(who, minlength=len(names)).tolist()
    gold = np.bincount(who, weights=given["item_id"].is_in(list(known)).to_numpy(), minlength=len(names)).tolist()
    plain = zip(names, counted, gold, found, strict=True)
    return ANNOTATORS.frame({"annotator": a, "answers": n, "gold": int(k)} | _rounded(row) for a, n, k, row in plain)


def _of_labels(given: pl.DataFrame, who: Codes, known: Mapping[str, Answer]) -> Iterator[Row]:
    texts = {*given["answer"].unique(), *map(canonical, known.values())}
    labels = sorted(texts) + [""] * (2 - len(texts))
    items = given["item_id"].unique().sort().to_list()
    place = {text: code for code, text in enumerate(labels)}
    gold = np.array([place[canonical(known[item])] if item in known else UNKNOWN for item in items])
    cast = votes(_codes(given["item_id"], items), who, _codes(given["answer"], labels), labels=len(labels))
    found = abilities(cast, gold)
    called = [str(json.loads(text)) if text else text for text in labels]
    enough = 2 * found.known >= np.bincount(who)
    return (_of_label(found, at, called, TRUTH if enough[at] else OTHERS) for at in range(len(found.share)))


def _of_label(found: Abilities, at: int, labels: list[str], basis: str) -> Row:
    counts = (
        (truth, dict(zip(labels, row, strict=True))) for truth, row in zip(labels, found.confusion[at], strict=True)
    )
    confusion = {truth: {said: round(float(n), 2) for said, n in row.items() if n >= 0.005} for truth, row in counts}
    over = zip(labels, found.over[at], found.over_low[at], found.over_high[at], strict=True)
    return {
        "basis": basis,
        "ability": found.share[at],
        "low": found.low[at],
        "high": found.high[at],
        "over_use": canonical({label: [round(float(one), 4) for one in bounds] for label, *bounds in over if label}),
        "confusion": canonical({truth: row for truth, row in confusion.items() if row}),
    }


def _of_numbers(given: pl.DataFrame, who: Codes, known: Mapping[str, Answer], settled: pl.DataFrame) -> Iterator[Row]:
    """Against the settlement without the annotator's own part in it, which is taken for that of one answer of n."""
    told = pl.DataFrame(
        {"item_id": list(known), "truth": list(known.values())},
        schema_overrides={"item_id": pl.String, "truth": pl.Float64},
    )
    rows = given.join(settled, on="item_id", how="left", maintain_order="left").join(
        told, on="item_id", how="left", maintain_order="left"
    )
    own, n, lead = pl.col("answer").cast(pl.Float64), pl.col("answers"), pl.col("leading_answer").cast(pl.Float64)
    others = pl.when(n > 1).then((n * lead - own) / (n - 1))
    reference = rows.select(pl.coalesce("truth", others)).to_series().fill_null(float("nan")).to_numpy()
    value, size = rows.select(own).to_series().to_numpy(), int(who.max()) + 1
    pairs = zip(correlations(who, value, reference, size), deviations(who, value, reference, size), strict=True)
    for alike, apart in pairs:
        share = {"ability": alike.value, "low": alike.low, "high": alike.high} if alike else {}
        bias = {"bias": apart.mean, "bias_low": apart.low, "bias_high": apart.high} if apart else {}
        yield {"basis": SETTLEMENT} | share | bias


def _of_verdicts(kind: AnswerKind, given: pl.DataFrame, who: Codes, settled: pl.DataFrame) -> Iterator[Row]:
    """Whether each answer agrees with what the item comes to, where two others or more had a part in that."""
    rows = given.join(settled.filter(pl.col("answers") > 2), on="item_id", how="left", maintain_order="left")
    pairs = rows.select("leading_answer", "answer").unique().drop_nulls()
    agreed = {pair: kind.agrees(*map(json.loads, pair)) for pair in pairs.iter_rows()}
    verdict = np.array([agreed.get(pair, UNKNOWN) for pair in rows.select("leading_answer", "answer").iter_rows()])
    for share in shares(who, verdict.astype(np.int64), int(who.max()) + 1):
        yield (
            {"basis": SETTLEMENT, "ability": share.value, "low": share.low, "high": share.high}
            if share
            else {"basis": NONE}
        )


def _codes(column: pl.Series, names: list[str]) -> Codes:
    return column.replace_strict(names, list(range(len(names))), return_dtype=pl.Int64).to_numpy()


def _rounded(row: Row) -> Row:
    return {name: round(float(one), DIGITS) if isinstance(one, float) else one for name, one in row.items()}
