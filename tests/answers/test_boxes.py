"""Labelled boxes."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gt_platform.answers import Answers, InvalidAnswerError
from gt_platform.answers.boxes import Boxes
from gt_platform.answers.places import HALVED, UNNAMED
from tests.answers.settling import settled

KIND = Boxes(labels={"car": "", "bus": ""}, width=200, height=100)
SHARES = Boxes(labels={"car": "", "bus": ""}, width=1, height=1)


def box(x: float, y: float, width: float, height: float, label: str = "car") -> dict[str, Any]:
    return {"x": x, "y": y, "width": width, "height": height, "label": label}


@st.composite
def boxes_within_one(draw: st.DrawFn) -> dict[str, Any]:
    """A box anywhere within 0 to 1, to any number of decimals."""
    x, y = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    size = st.floats(0.001, 1)
    return box(x, y, (1 - x) * draw(size), (1 - y) * draw(size), draw(st.sampled_from(["car", "bus"])))


def valid(boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As an answer, each box once."""
    unique = {tuple(one.values()): one for one in (SHARES.validate([each])[0] for each in boxes)}
    return SHARES.validate(list(unique.values()))


ANSWER = st.lists(boxes_within_one(), max_size=4).map(valid)


def totals(output: Any, truth: Any) -> dict[tuple[str, str], tuple[float, float]]:
    return {(one.metric, one.label): (one.numerator, one.denominator) for one in KIND.measure(output, truth)}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("[]", "not a list"),
        ([box(0, 0, 1, 1), box(0, 0, 1, 1)], "given twice"),
        ([[0, 0, 1, 1]], "is not a place with x, y, width, height, label"),
        ([{**box(0, 0, 1, 1), "score": 1}], "is not a place with"),
        ([box(0, 0, 1, 1, "tram")], "'tram' is not one of car, bus"),
        ([box(0, 0, math.nan, 1)], "width nan is not a number"),
        ([box(0, 0, 1, math.inf)], "height inf is not a number"),
        ([box(0, 0, 10**400, 1)], "is not a number from 0"),
        ([box(True, 0, 1, 1)], "x True is not a number"),
        ([{**box(0, 0, 1, 1), "y": "0"}], "y '0' is not a number"),
        ([box(-0.1, 0, 1, 1)], "x -0.1 is not a number from 0"),
        ([box(0, 0, 0, 1)], "width 0 must be above 0"),
        ([box(0, 0, 1, 1e-9)], "height 1e-09 must be above 0"),
        ([box(199, 0, 2, 1)], "x 199 \\+ width 2 is above 200"),
        ([box(0, 99, 1, 2)], "y 99 \\+ height 2 is above 100"),
    ],
)
def test_answers_outside_the_schema_are_refused(bad: Any, told: str) -> None:
    with pytest.raises(InvalidAnswerError, match=told):
        KIND.validate(bad)


def test_boxes_are_put_in_order_and_on_the_grid() -> None:
    given_in = [box(5, 1, 1, 1), box(0.1 + 0.2, 0, 2, 100)]
    assert KIND.validate(given_in) == [box(0.3, 0, 2, 100), box(5, 1, 1, 1)]
    assert SHARES.validate([box(0.7, 0, 0.3, 1)]) == [box(0.7, 0, 0.3, 1)]


@pytest.mark.parametrize("schema", [{"labels": {}}, {"overlap": 0}, {"quorum": 1}, {"width": 0}, {"height": math.inf}])
def test_a_schema_must_make_sense(schema: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Boxes(**{"labels": {"car": ""}, **schema})


def test_the_schema_is_read_off_texts() -> None:
    kind = Boxes.fitting(['[{"x": 3000, "y": 0, "width": 1, "height": 1, "label": "tram"}]', "[]"])
    assert list(kind.labels) == ["tram"]
    with pytest.raises(InvalidAnswerError, match="is not a JSON list"):
        kind.parse("tram")


def test_sides_are_medians_and_what_one_alone_marked_is_dropped() -> None:
    said = ([box(0, 0, 10, 10)], [box(0, 0, 10, 12)], [box(1, 0, 9, 10), box(50, 50, 10, 10)])
    found = KIND.settle(Answers(("i",) * 3, ("z", "y", "x"), said))["i"]
    assert found.answer == [box(0, 0, 10, 10)]
    assert found.confidence == pytest.approx((1 + 10 / 12 + 0.9 / 2) / 3)
    assert found.agreed == ("y", "z")
    assert sum(found.votes.values()) == 3


def test_each_side_has_a_median_of_its_own() -> None:
    # the right sides are 20, 22 and 24, though the median x is 4 and the median width 16
    said = [[box(0, 0, 20, 10)], [box(4, 0, 20, 10)], [box(6, 0, 16, 10)]]
    assert settled(KIND, said).answer == [box(4, 0, 18, 10)]


def test_half_the_raters_abstain_and_so_do_different_labels_of_one_place() -> None:
    half = settled(KIND, [[box(0, 0, 10, 10)], []])
    assert (half.answer, half.leading, half.reason, half.confidence) == (None, [box(0, 0, 10, 10)], HALVED, 0.5)
    unnamed = settled(KIND, [[box(0, 0, 10, 10)], [box(0, 0, 10, 10, "bus")], []])
    assert unnamed.reason == UNNAMED
    assert settled(KIND, [[box(0, 0, 10, 10)], [], []]).answer == []


def test_a_declared_quorum_is_kept() -> None:
    said = [[box(0, 0, 10, 10)], [box(0, 0, 10, 10)], []]
    assert settled(KIND, said).answer == [box(0, 0, 10, 10)]
    assert settled(KIND.model_copy(update={"quorum": 0.7}), said).answer == []


def test_agreement_is_the_mean_iou_and_nothing_agrees_with_nothing() -> None:
    said = [[box(0, 0, 10, 10)], [box(0, 0, 10, 8), box(50, 50, 10, 10)]]
    assert KIND.agreement(said) == pytest.approx(0.4)
    assert KIND.agreement([*said, []]) == pytest.approx(0.4 / 3)
    assert KIND.agreement([[], []]) == 1
    assert KIND.agreement([[]]) is None


def test_measures_by_hand() -> None:
    truth = [box(0, 0, 10, 10), box(50, 0, 10, 10), box(80, 0, 10, 10, "bus")]
    output = [box(0, 0, 10, 8), box(50, 0, 10, 4), box(80, 0, 10, 10), box(100, 0, 10, 10, "bus")]
    found = totals(output, truth)
    assert found["accuracy", "*"] == (0, 1)
    assert found["mean_iou", "*"] == pytest.approx((0.8, 6))
    assert [found[name, "*"] for name in ("precision", "recall", "f1")] == [(1, 4), (1, 3), (2, 7)]
    assert [found[name, "car"] for name in ("precision", "recall", "f1")] == [(1, 3), (1, 2), (2, 5)]
    assert [found[name, "bus"] for name in ("precision", "recall", "f1")] == [(0, 1), (0, 1), (0, 2)]
    assert {metric for metric, _ in found} == KIND.metrics().keys()
    assert KIND.agrees(truth, truth)


def test_where_there_is_nothing_to_find_only_accuracy_counts() -> None:
    assert totals([], [])["accuracy", "*"] == (1, 1)
    assert totals(None, [])["accuracy", "*"] == (0, 1)
    assert totals([], [])["mean_iou", "*"] == (0, 0)
    assert totals(None, [box(0, 0, 1, 1)])["mean_iou", "*"] == (0, 1)


@given(about=boxes_within_one(), data=st.data())
def test_the_median_of_boxes_within_bounds_is_within_them(about: dict[str, Any], data: Any) -> None:
    near = st.floats(0.8, 1)
    said = [
        [{**about, "width": about["width"] * data.draw(near), "height": about["height"] * data.draw(near)}]
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    answers = [SHARES.validate(one) for one in said]
    found = settled(SHARES, answers).answer
    assert SHARES.validate(found) == found
    assert len(found) == 1


@given(said=ANSWER, annotators=st.integers(1, 5))
def test_what_all_say_is_settled_with_certainty(said: list[Any], annotators: int) -> None:
    found = SHARES.settle(Answers(("i",) * annotators, tuple(map(str, range(annotators))), (said,) * annotators))["i"]
    assert (found.answer, found.confidence, len(found.agreed)) == (said, 1, annotators)


@given(x=st.floats(0, 9e7), y=st.floats(0, 9e7), side=st.floats(0.01, 1e7))
def test_far_away_boxes_settle_on_themselves_too(x: float, y: float, side: float) -> None:
    kind = Boxes(labels={"car": ""})
    answer = kind.validate([box(x, y, side, side)])
    assert settled(kind, [answer] * 3).answer == answer
