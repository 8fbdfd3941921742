"""Preferences between two outputs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gt_platform.answers import Answers, InvalidAnswerError
from gt_platform.answers.preference import Preference
from tests.answers.settling import settled

EITHER = Preference()
FORCED = Preference(ties=False, names={"first": "Answer A", "second": "Answer B"})


@pytest.mark.parametrize(("kind", "bad"), [(EITHER, "First"), (EITHER, 1), (EITHER, None), (FORCED, "tie")])
def test_answers_outside_the_schema_are_refused(kind: Preference, bad: Any) -> None:
    with pytest.raises(InvalidAnswerError, match="is not one of first, second"):
        kind.validate(bad)


@pytest.mark.parametrize("schema", [{"names": {"first": "A", "second": "A"}}, {"ties": False, "names": {"tie": "="}}])
def test_names_must_tell_answers_apart(schema: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"one name|not allowed"):
        Preference(**schema)


def test_names_are_read_as_answers() -> None:
    assert [FORCED.parse(text) for text in ("Answer A", "Answer B", "first")] == ["first", "second", "first"]
    assert Preference.fitting(["tie", "first"]) == EITHER
    with pytest.raises(InvalidAnswerError, match="'model_a' is not one of first, second, tie"):
        Preference.fitting(["tie", "model_a"])


def test_a_tie_is_an_answer_and_as_many_on_both_sides_abstain() -> None:
    assert settled(EITHER, ["tie", "first", "tie"]).answer == "tie"
    both = settled(EITHER, ["first", "second"])
    assert (both.answer, both.leading, both.reason) == (None, "first", "a tie for first place")
    assert both.confidence == pytest.approx(0.5, abs=0.01)
    assert settled(EITHER, ["second"]).confidence == pytest.approx(1, abs=0.01)


def test_who_agreed_is_told() -> None:
    found = EITHER.settle(Answers(("i",) * 3, ("c", "a", "b"), ("first", "second", "first")))["i"]
    assert found.agreed == ("b", "c")
    assert found.confidence == pytest.approx(2 / 3, abs=0.01)


def test_a_tie_is_right_only_where_the_truth_is_one() -> None:
    shares = [EITHER.measure(output, truth)[0] for output, truth in [("tie", "first"), ("tie", "tie"), (7, "tie")]]
    assert [(share.metric, share.numerator, share.denominator) for share in shares] == [
        ("accuracy", 0, 1),
        ("accuracy", 1, 1),
        ("accuracy", 0, 1),
    ]


def test_agreement_is_the_share_of_equal_pairs() -> None:
    assert EITHER.agreement(["tie", "tie", "first"]) == pytest.approx(1 / 3)
    assert EITHER.agreement(["tie"]) is None


@given(said=st.lists(st.sampled_from(["first", "second", "tie"]), min_size=1, max_size=7))
def test_sides_are_treated_alike(said: list[str]) -> None:
    ours = settled(EITHER, said)
    swap = {"first": "second", "second": "first", "tie": "tie"}
    mirrored = settled(EITHER, [swap[one] for one in said])
    assert mirrored.confidence == pytest.approx(ours.confidence, abs=1e-6)
    assert mirrored.answer == (None if ours.answer is None else swap[ours.answer])
