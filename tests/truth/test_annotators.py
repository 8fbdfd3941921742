"""What all answers tell of each annotator, by the form of the answers."""

import json
from typing import Any

import numpy as np
import polars as pl
import pytest

from gt_platform.answers import AnswerKind
from gt_platform.answers.choice import Choice
from gt_platform.answers.choices import Choices
from gt_platform.answers.number import Number
from gt_platform.truth.annotators import annotators

LABELS = dict.fromkeys(("negative", "neutral", "positive"), "")


def told(
    kind: AnswerKind, said: list[tuple[str, str, Any]], known: dict[str, Any], leading: dict[str, Any]
) -> dict[str, Any]:
    given = pl.DataFrame(
        [(item, who, json.dumps(one)) for item, who, one in said],
        schema=["item_id", "annotator", "answer"],
        orient="row",
    )
    settled = (
        given.group_by("item_id")
        .agg(pl.len().alias("answers"))
        .with_columns(leading_answer=pl.col("item_id").map_elements(lambda item: json.dumps(leading[item]), pl.String))
    )
    rows = annotators(kind, given.sort("item_id", "annotator"), known, settled, judged=True).rows(named=True)
    return {row["annotator"]: row for row in rows}


def test_labels_tell_ability_overused_labels_and_confusion() -> None:
    truth = {f"item {at:03}": list(LABELS)[at % 3] for at in range(90)}
    good = [(item, f"good {at}", label) for item, label in truth.items() for at in range(3)]
    found = told(
        Choice(labels=LABELS), [*good, *((item, "yes", "positive") for item in truth)], {"item 000": "negative"}, truth
    )
    assert found["good 1"]["low"] > 0.9
    assert found["yes"]["high"] < 0.5
    assert (found["yes"]["answers"], found["yes"]["gold"], found["yes"]["basis"]) == (90, 1, "others' answers")
    more, low, high = json.loads(found["yes"]["over_use"])["positive"]
    assert low <= more <= high
    assert more == pytest.approx(2 / 3, abs=0.01)
    assert json.loads(found["yes"]["confusion"])["neutral"] == pytest.approx({"positive": 30}, abs=0.5)


def test_numbers_tell_which_way_somebody_errs_without_their_own_part_in_the_settlement() -> None:
    rng = np.random.default_rng(0)
    truth = {f"item {at:03}": float(value) for at, value in enumerate(rng.integers(10, 90, 60))}
    said = [
        (item, who, value + off)
        for item, value in truth.items()
        for who, off in (("a", 0.0), ("b", 0.0), ("high", 6.0))
    ]
    found = told(
        Number(minimum=0, maximum=100, tolerance=1, unit="m"),
        said,
        {},
        {item: value + 2 for item, value in truth.items()},
    )
    assert found["high"]["bias"] == pytest.approx(6)
    assert found["a"]["bias"] == pytest.approx(-3)
    assert found["high"]["ability"] > 0.99


def test_other_kinds_tell_how_often_answers_agree_with_the_settlement() -> None:
    kind = Choices(labels={"art": "", "law": "", "sea": ""})
    said = [
        (f"item {at}", who, ["art"] if who != "odd" or at % 2 else ["sea"])
        for at in range(20)
        for who in ("a", "b", "odd")
    ]
    found = told(kind, said, {}, {f"item {at}": ["art"] for at in range(20)})
    assert (found["a"]["basis"], found["a"]["ability"], found["odd"]["ability"]) == ("settlement", 1.0, 0.5)
    assert found["odd"]["low"] < 0.5 < found["odd"]["high"]
