"""Several labels at once: majorities by hand, annotators weighed where they can be learned."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import AnswerKind, Answers, InvalidAnswerError, ReadsText
from gt_platform.answers.choices import Choices
from tests.answers.pools import check_agreement_helps, pool
from tests.answers.settling import settled

LABELS = ("art", "law", "sea", "war")
TOPICS = Choices(labels=dict.fromkeys(LABELS, ""))
ONE_OR_TWO = Choices(labels=dict.fromkeys(LABELS, ""), minimum=1, maximum=2)
SETS = st.lists(st.sampled_from(LABELS), unique=True).map(sorted)


def truth_of(item: int) -> list[str]:
    return [label for at, label in enumerate(LABELS) if (item >> at) & 1]


def say(rng: np.random.Generator, item: int, annotator: int) -> list[str]:
    """Annotators 0 and 1 are careful; 2, 3 and 4 tick anything half of the time."""
    chance = (0.95, 0.05) if annotator < 2 else (0.5, 0.5)
    return [label for label in LABELS if rng.random() < chance[label not in truth_of(item)]]


def test_each_label_has_its_own_majority() -> None:
    found = settled(TOPICS, [["art", "sea"], ["art"], ["law", "sea"]])
    assert found.answer == ["art", "sea"]
    assert found.confidence == pytest.approx(2 / 3)
    assert found.soft == pytest.approx({'"art"': 2 / 3, '"law"': 1 / 3, '"sea"': 2 / 3, '"war"': 0.0})


def test_nothing_can_be_the_answer() -> None:
    found = TOPICS.settle(Answers(("x",) * 3, ("a", "b", "c"), ([], ["art"], [])))["x"]
    assert (found.answer, found.agreed, found.votes) == ([], ("a", "c"), {"[]": 2, '["art"]': 1})


def test_a_tie_on_any_label_abstains() -> None:
    found = settled(TOPICS, [["art", "sea"], ["art", "war"]])
    assert (found.answer, found.reason) == (None, "a tie on sea, war")


def test_a_set_of_the_wrong_size_abstains() -> None:
    found = settled(ONE_OR_TWO, [["art"], ["law"], ["sea"]])
    assert (found.answer, found.leading, found.reason) == (None, ["art"], "0 labels lead; an answer has 1 to 2")


def test_the_careless_do_not_outvote_the_careful() -> None:
    answers = pool(1, 160, 5, say)
    found = TOPICS.settle(answers)
    assert found["item 3"].method == "label by label, annotators weighed"
    right = np.mean([found[f"item {at}"].leading == truth_of(at) for at in range(160)])
    majority = np.mean(
        [settled(TOPICS, answers.answers[5 * at : 5 * at + 5]).leading == truth_of(at) for at in range(160)]
    )
    assert right > majority + 0.3
    sure = np.mean([one.confidence for one in found.values() if one.confidence is not None])
    assert sure == pytest.approx(right, abs=0.08)


def test_known_sets_stand() -> None:
    found = TOPICS.settle(pool(2, 40, 5, say), {"item 3": ["war"]})
    assert (found["item 3"].leading, found["item 3"].confidence) == (["war"], 1.0)


def test_agreement_is_the_mean_share_in_common() -> None:
    assert TOPICS.agreement([["art"], ["art", "law"], []]) == pytest.approx((0.5 + 0 + 0) / 3)
    assert TOPICS.agreement([[], []]) == 1.0
    assert TOPICS.agreement([["art"]]) is None


def test_measures_by_hand() -> None:
    shares = TOPICS.measure(["law", "art"], ["art", "sea", "war"])
    found = {(share.metric, share.label): (share.numerator, share.denominator) for share in shares}
    assert found["exact_match", "*"] == (0, 1)
    assert found["jaccard", "*"] == (1 / 4, 1)
    assert [found[metric, "*"] for metric in ("precision", "recall", "f1")] == [(1, 2), (1, 3), (2, 5)]
    assert [found[metric, "law"] for metric in ("precision", "recall", "f1")] == [(0, 1), (0, 0), (0, 1)]
    assert {share.metric for share in shares} == TOPICS.metrics().keys()


@pytest.mark.parametrize("output", ["art", None, ["tea"], ["art", 3]])
def test_an_output_outside_the_schema_is_wrong_even_where_nothing_is_true(output: Any) -> None:
    assert [share.numerator for share in TOPICS.measure(output, [])][:2] == [0, 0]
    assert TOPICS.agrees([], [])
    assert not TOPICS.agrees([], output)


@given(st.lists(SETS, min_size=1, max_size=6))
def test_more_agreement_never_lowers_confidence(said: list[list[str]]) -> None:
    check_agreement_helps(TOPICS, said)


def test_a_file_of_sets_is_read() -> None:
    kind = Choices.fitting(['["sea", "art"]', "law | art", "[]"])
    assert isinstance(kind, AnswerKind)
    assert isinstance(kind, ReadsText)
    assert tuple(kind.labels) == ("art", "law", "sea")
    assert kind.parse("sea|art|sea") == ["art", "sea"]
    assert kind.parse("[]") == []
    assert kind.settle(Answers((), (), ())) == {}


@pytest.mark.parametrize(
    ("bad", "said"), [("art", "list"), (["art", 1], "list"), (["tea"], "'tea' is not one of"), ([], "0 labels")]
)
def test_answers_outside_the_schema_are_refused(bad: Any, said: str) -> None:
    with pytest.raises(InvalidAnswerError, match=said):
        ONE_OR_TWO.validate(bad)


@pytest.mark.parametrize("text", ["[art", '{"art": 1}', "[1]"])
def test_texts_that_are_no_sets_are_refused(text: str) -> None:
    with pytest.raises(InvalidAnswerError, match=r"list|not one of"):
        TOPICS.parse(text)


def test_an_impossible_schema_is_refused() -> None:
    with pytest.raises(ValueError, match=r"minimum \(3\) is above the 2 labels"):
        Choices(labels=dict.fromkeys(LABELS, ""), minimum=3, maximum=2)
