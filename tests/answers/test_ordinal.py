"""Ordered scales: the median by hand, the nearest step where there is enough, categories that are no scale."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import AnswerKind, Answers, InvalidAnswerError, ReadsText
from gt_platform.answers.ordinal import NO_SCALE, Ordinal
from tests.answers.pools import check_agreement_helps, pool
from tests.answers.settling import settled

SCALE = Ordinal(scale={"bad": "", "poor": "", "fair": "", "good": "", "fine": ""})


def say(rng: np.random.Generator, item: int, annotator: int) -> str:
    """The truth goes round the scale; annotator 4 is blind."""
    step = rng.integers(0, 5) if annotator > 3 else np.clip(np.rint(item % 5 + 0.5 * rng.normal()), 0, 4)
    return SCALE.labels[int(step)]


@pytest.mark.parametrize(
    ("said", "answer", "confidence"),
    [
        (["good"], "good", 1.0),
        (["bad", "good", "good"], "good", 2 / 3),
        (["poor", "fair", "fair", "fine"], "fair", 0.5),
        (["bad", "poor", "fair"], None, 1 / 3),
        (["poor", "fair"], None, 0.5),
    ],
)
def test_few_answers_settle_on_their_median(said: list[str], answer: str | None, confidence: float) -> None:
    found = settled(SCALE, said)
    assert (found.answer, found.method) == (answer, "median")
    assert found.confidence == pytest.approx(confidence)


def test_who_agreed_and_why_not() -> None:
    found = SCALE.settle(Answers(("x",) * 3, ("c", "a", "b"), ("bad", "fair", "fair")))["x"]
    assert (found.leading, found.agreed, found.votes) == ("fair", ("a", "b"), {'"fair"': 2, '"bad"': 1})
    assert settled(SCALE, ["bad", "fine"]).reason == "the middle lies between bad and fine"
    assert settled(SCALE, ["bad", "poor", "fair"]).leading == "poor"


def test_annotators_are_learned() -> None:
    answers = pool(1, 100, 5, say)
    found = SCALE.settle(answers)
    one = found["item 0"]
    assert (one.method, one.confidence_is) == ("nearest to the robust mean", "share of votes")
    assert one.soft is not None
    assert sum(one.soft.values()) == pytest.approx(1)
    right = [found[f"item {at}"].leading == SCALE.labels[at % 5] for at in range(100)]
    steps = np.array([SCALE.labels.index(answer) for answer in answers.answers]).reshape(100, 5)
    assert np.mean(right) > np.mean(np.rint(steps.mean(axis=1)) == np.arange(100) % 5) + 0.1


def test_labels_that_are_no_scale_are_settled_as_categories() -> None:
    def slip(rng: np.random.Generator, item: int, _: int) -> str:
        return SCALE.labels[item % 5 if rng.random() < 0.6 else int(rng.integers(0, 5))]

    found = SCALE.settle(pool(3, 100, 5, slip))
    assert {one.method.split(";")[0] for one in found.values()} == {NO_SCALE}
    assert np.mean([found[f"item {at}"].leading == SCALE.labels[at % 5] for at in range(100)]) > 0.85


def test_known_labels_stand() -> None:
    found = SCALE.settle(pool(2, 40, 5, say), {"item 0": "fine"})
    assert (found["item 0"].answer, found["item 0"].confidence) == ("fine", 1.0)


def test_agreement_has_linear_weights() -> None:
    # bad-poor 3/4, bad-fine 0, poor-fine 1/4
    assert SCALE.agreement(["bad", "poor", "fine"]) == pytest.approx(1 / 3)
    assert SCALE.agreement(["bad"]) is None


@pytest.mark.parametrize(
    ("output", "shares"),
    [("good", (1, 1, 0)), ("fair", (0, 1, 1)), ("bad", (0, 0, 3)), (4, (0, 0, 4)), ([], (0, 0, 4))],
)
def test_measures_by_hand(output: Any, shares: tuple[float, float, float]) -> None:
    found = {share.metric: share.numerator for share in SCALE.measure(output, "good")}
    assert found == dict(zip(("accuracy", "within_one", "absolute_error"), shares, strict=True))
    assert SCALE.metrics()["absolute_error"] == (0.0, 4.0)


@given(st.lists(st.sampled_from(SCALE.labels), min_size=1, max_size=7))
def test_more_agreement_never_lowers_confidence(said: list[str]) -> None:
    check_agreement_helps(SCALE, said)


def test_a_file_of_ranks_is_read_from_the_lowest() -> None:
    kind = Ordinal.fitting(["10", "2", "2.5", "2"])
    assert isinstance(kind, AnswerKind)
    assert isinstance(kind, ReadsText)
    assert kind.labels == ("2", "2.5", "10")
    assert settled(Ordinal.fitting(["3"]), ["3"]).answer == "3"
    assert kind.settle(Answers((), (), ())) == {}


def test_words_have_no_known_order() -> None:
    with pytest.raises(InvalidAnswerError, match="place on the scale is unknown"):
        Ordinal.fitting(["1", "good"])


@pytest.mark.parametrize("bad", ["Good", None, 3, ["good"]])
def test_answers_off_the_scale_are_refused(bad: Any) -> None:
    with pytest.raises(InvalidAnswerError, match="not one of bad, poor"):
        SCALE.validate(bad)
