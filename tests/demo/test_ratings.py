from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.demo.dataset import RatedText
from gt_platform.demo.ratings import EXPERTS, answer, split

ratings = st.lists(st.integers(-4, 4), min_size=11, max_size=99).map(tuple)


@given(ratings, st.integers(0, 10))
def test_every_rating_goes_to_exactly_one(ratings: tuple[int, ...], seed: int) -> None:
    dealt = split(RatedText(domain="tweets", text="x", ratings=ratings), seed)
    handed = [*dealt.experts, *dealt.gold]
    assert len(dealt.experts) == EXPERTS
    assert all(ratings[column - 1] == rating for column, rating in handed)
    assert len({column for column, _ in handed}) == len(ratings) - 1
    assert Counter([dealt.end_user, *(rating for _, rating in handed)]) == Counter(ratings)


@pytest.mark.parametrize(
    ("given", "expected"),
    [((0,) * 11, "neutral"), ((1,) * 11, "positive"), ((-1,) * 11, "negative")],
)
def test_gold_is_the_mean_rounded_to_the_scale(given: tuple[int, ...], expected: str) -> None:
    dealt = split(RatedText(domain="tweets", text="x", ratings=given), 1)
    assert dealt.gold_answer == expected
    assert dealt.gold_mean == sum(rating for _, rating in dealt.gold) / len(dealt.gold)


def test_a_mean_of_half_a_point_is_still_neutral() -> None:
    text = RatedText(domain="tweets", text="x", ratings=(1, 0) * 20)
    means = {(dealt := split(text, seed)).gold_mean: dealt.gold_answer for seed in range(60)}
    assert means[0.5] == "neutral"
    assert all(said == ("neutral" if mean <= 0.5 else "positive") for mean, said in means.items())
    assert len(set(means.values())) == 2


def test_an_answer_is_the_sign() -> None:
    assert [answer(rating) for rating in (-4, -1, 0, 1, 4)] == [
        "negative", "negative", "neutral", "positive", "positive",
    ]  # fmt: skip
