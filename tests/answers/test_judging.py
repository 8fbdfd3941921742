"""What judgements of outputs are measured by, each kind by hand."""

from typing import Any

import pytest

from gt_platform.answers import AnswerKind, judging
from gt_platform.answers.choice import Choice
from gt_platform.answers.choices import Choices
from gt_platform.answers.number import Number
from gt_platform.answers.ordinal import Ordinal
from gt_platform.answers.preference import Preference
from gt_platform.answers.ranking import Ranking
from gt_platform.answers.rubric import Rubric
from gt_platform.answers.spans import Spans
from gt_platform.answers.text import Text

LABELS = {"a": "", "b": ""}
STARS = Ordinal(scale={"1": "", "2.5": "", "5": ""})
WORDS = Ordinal(scale={"bad": "", "fair": "", "good": ""})
MARKED = [{"start": 0, "end": 2, "label": "b"}, {"start": 3, "end": 4, "label": "b"}]


@pytest.mark.parametrize(
    ("kind", "judgement", "measured"),
    [
        (Choice(labels=LABELS), "b", {"share of a": 0, "share of b": 1}),
        (Choice(labels=LABELS), "of an older schema", {"share of a": 0, "share of b": 0}),
        (Choices(labels=LABELS), ["a", "b"], {"share of a": 1, "share of b": 1}),
        (Choices(labels=LABELS), [], {"share of a": 0, "share of b": 0}),
        (Number(minimum=0, maximum=10, unit="x"), 2.5, {"mean": 2.5}),
        (STARS, "2.5", {"share of 1": 0, "share of 2.5": 1, "share of 5": 0, "mean": 2.5}),
        (WORDS, "good", {"share of bad": 0, "share of fair": 0, "share of good": 1, "mean": 3}),
        (WORDS, "of an older scale", {"share of bad": 0, "share of fair": 0, "share of good": 0}),
        (Ordinal(scale={"5": "", "1": ""}), "1", {"share of 5": 0, "share of 1": 1, "mean": 2}),
        (
            Rubric(criteria={"x": Ordinal(scale={"no": "", "yes": ""})}),
            {"x": "yes"},
            {"share of no in x": 0, "share of yes in x": 1, "mean in x": 2},
        ),
        (Preference(), "tie", {"share of first": 0, "share of second": 0, "share of tie": 1}),
        (Preference(ties=False), "second", {"share of first": 0, "share of second": 1}),
        (
            Ranking(options=LABELS),
            ["b", "a"],
            {"share of a first": 0, "share of b first": 1, "mean place of a": 2, "mean place of b": 1},
        ),
        (Spans(labels=LABELS), MARKED, {"share with a": 0, "share with b": 1, "share without a place": 0}),
        (Spans(labels=LABELS), [], {"share with a": 0, "share with b": 0, "share without a place": 1}),
    ],
)
def test_a_judgement_is_shares_and_means_whatever_the_output(
    kind: AnswerKind, judgement: Any, measured: dict[str, float]
) -> None:
    judges = judging(kind)
    assert judges is not None
    for output in (judgement, None, "whatever"):
        found = judges.measure(output, judgement)
        assert {share.metric: share.numerator for share in found} == measured
        assert {(share.label, share.denominator) for share in found} == {("*", 1.0)}


def test_bounds_are_those_of_the_values() -> None:
    stars, words = judging(STARS), judging(WORDS)
    assert stars is not None
    assert words is not None
    assert (stars.metrics()["mean"], words.metrics()["mean"]) == ((1.0, 5.0), (1.0, 3.0))


def test_a_text_is_no_judgement() -> None:
    assert judging(Text()) is None
