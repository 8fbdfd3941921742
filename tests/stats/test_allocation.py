"""Splitting a budget over strata, and drawing from them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.allocation import allocate, draw

STRATA = st.lists(st.tuples(st.integers(0, 400), st.floats(0, 1, allow_nan=False)), min_size=1, max_size=12)


def test_neyman_gives_in_proportion_to_size_times_deviation() -> None:
    # 100 * .4 = 40 and 50 * .2 = 10: four to one
    assert allocate([100, 50], [0.4, 0.2], 25, floor=0, minimum=1).tolist() == [20, 5]


def test_the_floor_is_spread_by_size() -> None:
    # even: 16 2/3 and 8 1/3; Neyman: 20 and 5; half of each: 18 1/3 and 6 2/3
    assert allocate([100, 50], [0.4, 0.2], 25, floor=0.5, minimum=1).tolist() == [18, 7]
    assert allocate([100, 50], [0.4, 0.2], 24, floor=1, minimum=1).tolist() == [16, 8]


def test_what_a_small_stratum_cannot_give_the_others_give() -> None:
    assert allocate([3, 100, 100], [10, 0.1, 0.1], 33, floor=0, minimum=1).tolist() == [3, 15, 15]


def test_every_stratum_gives_the_minimum_or_all_it_has() -> None:
    assert allocate([1, 5, 500, 0], [0, 0, 1, 1], 20, floor=0, minimum=3).tolist() == [1, 3, 16, 0]


def test_a_minimum_above_the_budget_is_kept() -> None:
    assert allocate([10, 10, 10], [1, 1, 1], 4, floor=0.5, minimum=2).tolist() == [2, 2, 2]


def test_a_frame_within_the_budget_is_drawn_whole() -> None:
    assert allocate([4, 6], [0, 0.5], 40, floor=0, minimum=2).tolist() == [4, 6]


def test_equal_remainders_go_to_the_earlier_stratum() -> None:
    assert allocate([10, 10, 10], [1, 1, 1], 10, floor=0.5, minimum=1).tolist() == [4, 3, 3]


@given(strata=STRATA, budget=st.integers(0, 900), floor=st.floats(0, 1), minimum=st.integers(1, 5))
def test_counts_sum_to_the_budget_within_bounds(
    strata: list[tuple[int, float]], budget: int, floor: float, minimum: int
) -> None:
    sizes, deviations = [size for size, _ in strata], [deviation for _, deviation in strata]
    counts = allocate(sizes, deviations, budget, floor=floor, minimum=minimum)
    forced = sum(min(size, minimum) for size in sizes)
    assert counts.sum() == max(min(budget, sum(sizes)), forced)
    assert all(min(size, minimum) <= count <= size for size, count in zip(sizes, counts, strict=True))


@pytest.mark.parametrize(
    ("sizes", "deviations", "minimum", "floor"),
    [
        ([5], [0.1, 0.2], 1, 0.5),
        ([-1], [0.1], 1, 0.5),
        ([5], [math.nan], 1, 0.5),
        ([5], [0.1], 0, 0.5),
        ([5], [0.1], 1, 2),
    ],
)
def test_impossible_arguments_are_refused(
    sizes: list[int], deviations: list[float], minimum: int, floor: float
) -> None:
    with pytest.raises(ValueError, match=r"stratum sizes|deviations must|need"):
        allocate(sizes, deviations, 3, floor=floor, minimum=minimum)


def test_as_many_as_asked_come_from_each_stratum() -> None:
    stratum = np.array([0, 1, 1, 0, 2, 1, 0])
    drawn = draw([f"e{i}" for i in range(7)], stratum, np.array([2, 1, 1]), seed=5)
    assert np.bincount(stratum[drawn]).tolist() == [2, 1, 1]


@given(order=st.permutations(range(30)), seed=st.integers(-(2**63), 2**63 - 1))
def test_the_order_of_units_changes_nothing(order: list[int], seed: int) -> None:
    ids, stratum, counts = [f"e{i}" for i in range(30)], np.arange(30) % 3, np.array([4, 1, 7])
    drawn = draw(ids, stratum, counts, seed)
    shuffled = draw([ids[i] for i in order], stratum[order], counts, seed)
    assert shuffled.tolist() == drawn[order].tolist()


def test_every_unit_is_drawn_as_often_as_its_probability_says() -> None:
    ids, stratum = [f"e{i}" for i in range(20)], np.repeat([0, 1], [8, 12])
    times = np.sum([draw(ids, stratum, np.array([2, 9]), seed) for seed in range(4000)], axis=0)
    expected = np.repeat([2 / 8, 9 / 12], [8, 12])
    # four standard deviations of a binomial share
    assert np.abs(times / 4000 - expected).max() < 4 * math.sqrt(0.25 * 0.75 / 4000)


def test_pairs_are_drawn_together_as_without_replacement() -> None:
    ids, stratum = [f"e{i}" for i in range(5)], np.zeros(5, dtype=np.int64)
    drawn = np.array([draw(ids, stratum, np.array([2]), seed) for seed in range(4000)], dtype=float)
    together = (drawn.T @ drawn / 4000)[np.triu_indices(5, 1)]
    assert np.abs(together - 0.1).max() < 4 * math.sqrt(0.1 * 0.9 / 4000)
