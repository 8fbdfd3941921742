"""Rankings of declared options."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import Answers, InvalidAnswerError
from gt_platform.answers.ranking import Ranking
from tests.answers.settling import settled

KIND = Ranking(options={"a": "", "b": "", "c": ""})
ORDERS = st.permutations(["a", "b", "c"])


@pytest.mark.parametrize("bad", [["a", "b"], ["a", "b", "b"], ["a", "b", "c", "d"], "abc", [1, 2, 3], None, [["a"]]])
def test_anything_but_each_option_once_is_refused(bad: Any) -> None:
    with pytest.raises(InvalidAnswerError, match="is not each of a, b, c once"):
        KIND.validate(bad)


def test_text_is_json_or_options_with_signs_between() -> None:
    assert KIND.parse('["c", "a", "b"]') == KIND.parse("c > a>b") == ["c", "a", "b"]
    assert Ranking.fitting(["c > a > b", '["b", "a", "c"]']) == KIND


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["a > b", "a > c"], "is not each of a, b, c once"),
        (["a"], "two options or more"),
        ([], "two options or more"),
        (["[1, 2]"], "must be texts"),
        (["[a > b"], "is not a JSON list"),
        (["[" * 100_000], "is not a JSON list"),
    ],
)
def test_texts_that_are_no_rankings_of_the_same_options_are_refused(texts: list[str], told: str) -> None:
    with pytest.raises(InvalidAnswerError, match=told):
        Ranking.fitting(texts)


def test_the_order_most_pairs_agree_with_is_settled() -> None:
    answers = Answers(("i",) * 3, ("z", "y", "x"), (["a", "b", "c"], ["a", "c", "b"], ["b", "a", "c"]))
    found = KIND.settle(answers)["i"]
    assert found.answer == found.leading == ["a", "b", "c"]
    assert found.confidence == pytest.approx(7 / 9)
    assert found.agreed == ("z",)
    assert found.method == "Kemeny"
    assert found.votes == {'["a","b","c"]': 1, '["a","c","b"]': 1, '["b","a","c"]': 1}


def test_several_best_orders_abstain() -> None:
    found = settled(KIND, [["a", "b", "c"], ["b", "a", "c"]])
    assert (found.answer, found.leading) == (None, ["b", "a", "c"])
    assert found.confidence == pytest.approx(5 / 6)
    assert found.reason == "several orders agree equally well with the rankings given"


def test_agreement_is_the_share_of_pairs_in_the_same_order() -> None:
    assert KIND.agreement([["a", "b", "c"], ["b", "a", "c"]]) == pytest.approx(2 / 3)
    assert KIND.agreement([["a", "b", "c"], ["c", "b", "a"]]) == 0
    assert KIND.agreement([["a", "b", "c"]]) is None


@pytest.mark.parametrize(
    ("output", "kendall", "top"),
    [(["a", "b", "c"], 3, 1), (["b", "a", "c"], 2, 0), (["c", "b", "a"], 0, 0), (["a"], 0, 0), ("a", 0, 0)],
)
def test_measures_by_hand(output: Any, kendall: float, top: float) -> None:
    shares = {share.metric: (share.numerator, share.denominator) for share in KIND.measure(output, ["a", "b", "c"])}
    assert shares == {"kendall": (kendall, 3), "top_1": (top, 1)}
    assert KIND.agrees(["a", "b", "c"], output) is (kendall == 3)


@given(order=ORDERS, annotators=st.integers(1, 6))
def test_what_all_say_is_settled_with_certainty(order: list[str], annotators: int) -> None:
    found = KIND.settle(Answers(("i",) * annotators, tuple(map(str, range(annotators))), (order,) * annotators))["i"]
    assert (found.answer, found.confidence, len(found.agreed)) == (order, 1, annotators)
