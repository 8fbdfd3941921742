"""Whole counts of cells whose margins are what was asked for."""

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.quotas import Margin, fit, whole

SHAPES = st.sampled_from([(3,), (12,), (3, 4), (2, 6), (2, 3, 2)])


def test_shares_become_whole_numbers_of_the_total() -> None:
    assert whole([0.4, 0.4, 0.2], 50).tolist() == [20, 20, 10, 0]
    assert whole([1 / 3, 1 / 3], 10).tolist() == [4, 3, 3]


def test_what_one_value_lacks_goes_to_the_others_as_they_were_asked_for() -> None:
    margin = Margin(code=np.arange(3), asked=np.array([20, 10, 20]))
    assert fit(np.array([100, 100, 7]), np.array([2, 2, 2]), 50, [margin]).tolist() == [29, 14, 7]


def test_margins_that_exclude_each_other_are_missed_by_the_least() -> None:
    # 9 of 10 in German and half of them hard, but what is hard is English: with a hard ones both are off by 10
    language, difficulty = np.array([0, 0, 1]), np.array([0, 1, 0])
    asked = [
        Margin(code=language, asked=np.array([1, 9])),
        Margin(code=difficulty, asked=np.array([5, 5])),
    ]
    counts = fit(np.array([50, 50, 50]), np.ones(3, dtype=np.int64), 10, asked)
    assert counts.sum() == 10
    assert counts.min() == 1
    assert sum(np.abs(one.sums(counts) - one.asked).sum() for one in asked) == 10


@settings(deadline=None)
@given(SHAPES, st.integers(1, 4), st.sampled_from([6, 60, 4_000]), st.randoms(use_true_random=False))
def test_margins_that_can_be_met_are_met_exactly(
    shape: tuple[int, ...], minimum: int, most: int, random: Random
) -> None:
    codes = np.unravel_index(np.arange(int(np.prod(shape))), shape)
    sizes = np.array([random.randint(0, most) for _ in codes[0]])
    some = sizes > 0
    sizes, least = sizes[some], np.minimum(sizes[some], minimum)
    if not len(sizes):
        return
    possible = np.array([random.randint(low, high) for low, high in zip(least.tolist(), sizes.tolist(), strict=True)])
    margins = [
        Margin(code=code[some], asked=np.bincount(code[some], possible, values).astype(np.int64))
        for code, values in zip(codes, shape, strict=True)
    ]
    counts = fit(sizes, least, int(possible.sum()), margins)
    assert counts.sum() == possible.sum()
    assert ((least <= counts) & (counts <= sizes)).all()
    for margin in margins:
        assert margin.sums(counts).tolist() == margin.asked.tolist()


@settings(deadline=None)
@given(SHAPES, st.integers(1, 4), st.floats(0, 1), st.randoms(use_true_random=False))
def test_whatever_is_asked_counts_keep_their_bounds(
    shape: tuple[int, ...], minimum: int, share: float, random: Random
) -> None:
    codes = np.unravel_index(np.arange(int(np.prod(shape))), shape)
    sizes = np.array([random.randint(1, 90) for _ in codes[0]])
    least = np.minimum(sizes, minimum)
    total = int(least.sum() + share * (sizes.sum() - least.sum()))
    margins = [
        Margin(code=code, asked=np.array([random.randint(0, total) for _ in range(values)]))
        for code, values in zip(codes, shape, strict=True)
    ]
    counts = fit(sizes, least, total, margins)
    assert counts.sum() == total
    assert ((least <= counts) & (counts <= sizes)).all()
