"""Texts that are never quite equal: the one most like the others, and the vote word by word."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.answers import ReadsText
from gt_platform.answers.text import Text, similarities
from tests.answers.pools import check_agreement_helps
from tests.answers.settling import settled

MEDOID = Text(consensus="medoid", similar=0.7)
ROVER = Text(normalise=("unicode", "case", "punctuation", "whitespace"), consensus="rover", similar=0.7)
WORDS = st.lists(st.sampled_from(["the", "cat", "sat", "on", "a", "mat"]), min_size=1, max_size=5).map(" ".join)


def test_similarity_by_hand() -> None:
    # one letter in four, and a distance of 4 in the longer of "" and "abcd"
    assert similarities(["abcd", "abxd", ""])[0].tolist() == [1.0, 0.75, 0.0]


def test_medoid_takes_the_text_most_like_the_others() -> None:
    found = settled(MEDOID, ["the cat sat down", "the cat sat", "the cats sat"])
    assert (found.answer, found.method) == ("the cat sat", "medoid")
    # 5 insertions in 16 letters, 1 in 12
    assert found.confidence == pytest.approx((11 / 16 + 11 / 12) / 2)


def test_medoid_abstains_where_the_texts_are_not_alike() -> None:
    found = settled(MEDOID, ["the cat sat", "a dog", "nobody knows"])
    assert found.answer is None
    assert "less similar than 0.7" in str(found.reason)
    assert settled(MEDOID, ["some cat", "no dog"]).reason == "a tie for first place"


def test_two_that_are_alike_come_to_the_same_one() -> None:
    assert settled(MEDOID, ["colour", "color"]) == settled(MEDOID, ["color", "colour"])
    assert settled(MEDOID, ["colour", "color"]).answer == "color"


def test_equal_texts_need_no_medoid() -> None:
    found = settled(MEDOID, ["Yes", "yes", "certainly not"])
    assert (found.answer, found.method) == (["Yes", "yes"], "majority of normalised text")


def test_rover_votes_word_by_word_and_keeps_the_spelling() -> None:
    found = settled(ROVER, ["The Cat sat on mat.", "the Cat sat on the mat.", "a Cat sat, on the mat."])
    assert found.answer == "the Cat sat on the mat."
    assert found.confidence == pytest.approx((2 / 3 + 1 + 1 + 1 + 2 / 3 + 1) / 6)
    assert found.votes == {"a cat sat on the mat": 1, "the cat sat on mat": 1, "the cat sat on the mat": 1}


def test_rover_abstains_where_words_differ() -> None:
    assert settled(ROVER, ["one two", "three four", "five six"]).answer is None


def test_rover_never_says_more_than_is_allowed() -> None:
    short = Text(consensus="rover", similar=0.1, longest=5)
    found = settled(short, ["aa bb", "bb cc", "aa cc"])
    assert found.answer is None or len(str(found.answer)) <= 5


def test_agreement_counts_what_is_similar() -> None:
    assert MEDOID.agreement(["colour", "color", "hue"]) == pytest.approx(1 / 3)
    assert Text().agreement(["colour", "color", "hue"]) == 0.0
    assert MEDOID.agreement(["colour"]) is None


@pytest.mark.parametrize("kind", [Text(), MEDOID])
@given(st.lists(WORDS, min_size=1, max_size=5))
@settings(deadline=None)
def test_more_agreement_never_lowers_confidence(kind: Text, said: list[str]) -> None:
    check_agreement_helps(kind, said, lambda answer: answer[0] if isinstance(answer, list) else answer)


@given(WORDS, st.integers(1, 4))
@settings(deadline=None)
def test_all_alike_is_certain(text: str, annotators: int) -> None:
    for kind in (Text(), MEDOID, ROVER):
        assert settled(kind, [text] * annotators).answer == text
        assert settled(kind, [text] * annotators).confidence == 1.0


def test_a_file_of_texts_is_read() -> None:
    kind = Text.fitting(["short", "longer text"])
    assert isinstance(kind, ReadsText)
    assert (kind.longest, kind.parse("short")) == (11, "short")


@pytest.mark.parametrize("schema", [{"consensus": "medoid"}, {"consensus": "rover"}, {"similar": 0.8}])
def test_similarity_is_declared_where_it_is_used(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="medoid and rover need `similar`"):
        Text(**schema)
