"""Voting word by word: alignments by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.consensus.rover import rover


def test_each_slot_votes() -> None:
    voted = rover([text.split() for text in ("the cat sat on mat", "the cat sat on the mat", "a cat sat on the mat")])
    assert " ".join(voted.words) == "the cat sat on the mat"
    # of six slots "the" twice has two of three votes, all else three
    assert voted.agreement == pytest.approx((2 / 3 + 1 + 1 + 1 + 2 / 3 + 1) / 6)


def test_what_one_alone_says_is_left_out() -> None:
    voted = rover([["so", "yes"], ["yes"], ["yes"]])
    assert voted.words == ("yes",)
    assert voted.agreement == pytest.approx((2 / 3 + 1) / 2)


def test_the_first_wins_ties() -> None:
    assert rover([["a", "b"], ["a", "c"]]).words == ("a", "b")
    assert rover([["a"], []]).words == ("a",)
    assert rover([[], ["a"]]).words == ()


def test_silence_counts_once_for_each() -> None:
    voted = rover([[], [], [], ["a"]])
    assert voted.words == ()
    assert voted.agreement == pytest.approx(3 / 4)


def test_one_alone_stands_and_any_word_will_do() -> None:
    assert rover([[1, (2, 3)]]).words == (1, (2, 3))
    assert rover([[]]).agreement == 1.0


@given(st.lists(st.sampled_from("abc"), max_size=8), st.integers(1, 5))
def test_all_alike_is_what_they_say(sequence: list[str], n: int) -> None:
    assert rover([sequence] * n).words == tuple(sequence)
    assert rover([sequence] * n).agreement == 1.0


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=8), min_size=1, max_size=5))
def test_every_slot_holds_every_vote(sequences: list[list[str]]) -> None:
    voted = rover(sequences)
    assert 0 < voted.agreement <= 1
    assert set(voted.words) <= {word for sequence in sequences for word in sequence}


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_a_majority_of_copies_wins(said: list[str], other: list[str]) -> None:
    assert rover([said, said, other]).words == tuple(said)
    assert rover([other, said, said]).words == tuple(said)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="no sequences"):
        rover([])
    with pytest.raises(ValueError, match="empty slot"):
        rover([["a", None]])
