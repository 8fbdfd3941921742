"""Numbers: the median by hand, the robust mean where annotators can be learned, and what must never matter."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import Answers, InvalidAnswerError, Known, ReadsText, Settlement
from gt_platform.answers.number import Number
from tests.answers.pools import check_agreement_helps, check_valid, pool
from tests.answers.settling import settled

NUMBER = Number(minimum=0, maximum=100, unit="points", tolerance=2)
EXACT = Number(minimum=0, maximum=100, unit="points")


def say(rng: np.random.Generator, item: int, annotator: int) -> float:
    """The truth is 10, 11, 12, …; annotator 4 gives 6 too much, annotator 5 hardly looks."""
    noise = 20.0 if annotator == 5 else 1.0
    return float(np.clip(10 + item + 6 * (annotator == 4) + noise * rng.normal(), 0, 100))


def leading(found: dict[str, Settlement], item: int) -> float:
    """The number that leads."""
    number = found[f"item {item}"].leading
    assert isinstance(number, float)
    return number


def test_biases_are_taken_off_and_the_careless_count_little() -> None:
    found = NUMBER.settle(pool(1, 60, 6, say))
    errors = [leading(found, item) - (10 + item) for item in range(60)]
    assert found["item 3"].method == "robust mean"
    assert np.sqrt(np.mean(np.square(errors))) < 0.75
    assert np.mean([one.answer is not None for one in found.values()]) > 0.95
    assert sum("annotator 5" in one.agreed for one in found.values()) < 15


def test_with_checks_confidence_is_how_often_the_truth_is_within_the_tolerance() -> None:
    kind = Number(minimum=0, maximum=100, unit="points", tolerance=0.5)
    known = {f"item {item}": 10.0 + item for item in range(0, 60, 2)}
    found = [kind.settle(pool(seed, 60, 6, say), known) for seed in range(8)]
    others = range(1, 60, 2)
    right = [abs(leading(each, at) - (10 + at)) <= 0.5 for each in found for at in others]
    sure = [each[f"item {at}"].confidence or 0.0 for each in found for at in others]
    assert {one.confidence_is for each in found for one in each.values()} == {"probability"}
    assert np.mean(right) == pytest.approx(np.mean(sure), abs=0.12)


def test_without_checks_confidence_is_a_share_and_says_so() -> None:
    said = pool(1, 60, 6, say)
    assert {one.confidence_is for one in NUMBER.settle(said).values()} == {"share of votes"}
    assert {one.confidence_is for one in EXACT.settle(said).values()} == {"reliability"}
    ruled = {f"item {item}": 10.0 + item for item in range(40)}
    undrawn = NUMBER.settle(said, Known(ruled, {}))
    assert {one.confidence_is for one in undrawn.values()} == {"share of votes"}
    assert undrawn["item 3"].confidence == 1.0


def test_two_camps_abstain_however_many_they_are() -> None:
    def camps(rng: np.random.Generator, item: int, annotator: int) -> float:
        return say(rng, item, 0) + (30 if item == 0 and annotator % 2 else 0)

    found = NUMBER.settle(pool(2, 40, 8, camps))
    assert found["item 0"].answer is None
    assert "too few answers" in str(found["item 0"].reason)
    assert found["item 1"].answer is not None


def test_without_a_tolerance_the_answer_has_the_decimals_of_the_answers() -> None:
    whole = pool(3, 40, 6, lambda rng, item, annotator: float(round(say(rng, item, annotator))))
    found = EXACT.settle(whole)
    assert all(one.answer == round(one.answer) for one in found.values() if one.answer is not None)
    assert all(one.answer is not None for one in found.values())
    # nearly all of the variance between estimates is that of the truths, 10 to 49
    assert min(one.confidence or 0 for one in found.values()) > 0.97


def test_the_answer_stays_within_bounds() -> None:
    low = pool(4, 40, 6, lambda rng, item, annotator: max(0.0, say(rng, 0, annotator) - 10 + item / 100))
    check_valid(NUMBER, NUMBER.settle(low))


def test_known_truths_teach() -> None:
    everyone_high = pool(5, 40, 5, lambda rng, item, _: say(rng, item, 0) + 8)
    known = {f"item {item}": 10.0 + item for item in range(20)}
    found = NUMBER.settle(everyone_high, known)
    assert found["item 3"].answer == 13
    assert found["item 3"].confidence == 1.0
    assert [found[f"item {at}"].leading for at in range(20, 40)] == pytest.approx(range(30, 50), abs=2)


def test_one_item_and_one_rater_are_a_median() -> None:
    assert settled(NUMBER, [7.0]).method == "median"
    alone = Answers(tuple(f"item {at}" for at in range(30)), ("annotator",) * 30, tuple(map(float, range(30))))
    assert {one.method for one in NUMBER.settle(alone).values()} == {"median"}
    assert NUMBER.settle(Answers((), (), ())) == {}


@given(st.lists(st.integers(0, 20).map(float), min_size=1, max_size=7))
def test_more_agreement_never_lowers_confidence(said: list[float]) -> None:
    check_agreement_helps(NUMBER, said)


def test_a_file_of_numbers_is_read() -> None:
    kind = Number.fitting(["3", "12.5", "-1e1"])
    assert isinstance(kind, ReadsText)
    assert (kind.minimum, kind.maximum, kind.tolerance) == (-10, 12.5, 0)
    assert kind.parse("3") == 3.0
    assert Number.fitting(["4"]).parse("4") == 4.0


@pytest.mark.parametrize("text", ["four", "nan", "inf", "", "1e999", "123.456e-789"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidAnswerError, match="number"):
        Number.fitting(["1", text])


@pytest.mark.parametrize("schema", [{"minimum": 1, "maximum": 1}, {"tolerance": -1}, {"tolerance": math.nan}])
def test_an_impossible_schema_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"maximum|tolerance"):
        Number(**({"minimum": 0, "maximum": 1, "unit": "m"} | schema))
