"""The three kinds: what they accept, how they settle, what they measure."""

import pytest

from gt_platform.answers.choice import Choice
from gt_platform.answers.number import Number
from gt_platform.answers.text import Text
from tests.answers.settling import settled

CHOICE = Choice(labels={"no": "", "yes": "", "maybe": ""})
NUMBER = Number(minimum=0, maximum=10, unit="stars", tolerance=1)
TEXT = Text(normalise=("unicode", "case", "punctuation", "articles", "whitespace"))


def test_choice_settles_by_majority_and_abstains_on_a_tie() -> None:
    assert settled(CHOICE, ["yes", "no", "yes"]).answer == "yes"
    assert settled(CHOICE, ["yes", "no", "yes"]).confidence == pytest.approx(2 / 3, abs=0.01)
    assert settled(CHOICE, ["yes", "no"]).answer is None
    assert settled(CHOICE, ["yes", "no"]).votes == {'"no"': 1, '"yes"': 1}


def test_choice_agreement_is_the_share_of_equal_pairs() -> None:
    assert CHOICE.agreement(["yes", "yes", "no"]) == pytest.approx(1 / 3)
    assert CHOICE.agreement(["yes"]) is None


def test_choice_measures_f1_as_a_ratio_of_totals() -> None:
    pairs = [("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no")]
    shares = [share for output, truth in pairs for share in CHOICE.measure(output, truth)]
    totals = [(share.numerator, share.denominator) for share in shares if share.metric == "f1" and share.label == "yes"]
    assert sum(n for n, _ in totals) / sum(d for _, d in totals) == 0.5


def test_number_settles_on_the_median_unless_the_answers_are_far_apart() -> None:
    assert settled(NUMBER, [3, 4, 9]).answer == 4
    assert settled(NUMBER, [0, 10]).answer is None
    assert NUMBER.agreement([3, 4, 9]) == pytest.approx(1 / 3)


def test_number_measures_absolute_error_and_an_invalid_output_errs_by_the_range() -> None:
    assert NUMBER.measure(7.5, 5)[0].numerator == 2.5
    assert NUMBER.measure("lots", 5)[0].numerator == 10


def test_text_compares_after_normalisation_and_keeps_the_wordings() -> None:
    beatles = settled(TEXT, ["The Beatles", "beatles!", "Stones"])
    assert beatles.answer == ["The Beatles", "beatles!"]
    assert TEXT.agrees(beatles.answer, " BEATLES ")
    assert settled(TEXT, ["a cat", "a dog"]).answer is None


def test_text_measures_the_best_variant() -> None:
    shares = {share.metric: share.numerator for share in TEXT.measure("John Lennon band", ["Lennon", "John Lennon"])}
    assert shares == {"exact_match": 0.0, "token_f1": pytest.approx(0.8)}
