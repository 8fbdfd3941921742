"""How many units of each cell experts check, and which."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.label_error.checking import Pool, chances, deviations, due, heavier, rates, wanted

NONE = np.zeros(3, dtype=np.bool_)


def test_checks_go_where_size_times_deviation_is() -> None:
    pool = Pool(
        size=np.array([400, 100, 100]), checked=np.zeros(3, np.int64), deviation=np.array([0.1, 0.4, 0.0]), first=NONE
    )
    # 90 % by N sigma, 40 : 40 : 0, and 10 % by size, 4 : 1 : 1; the third has its floor
    assert wanted(pool, 60).tolist() == [30, 27, 3]
    assert wanted(pool, 700).tolist() == [400, 100, 100]


def test_a_cell_keeps_what_it_has() -> None:
    pool = Pool(
        size=np.array([400, 100, 100]), checked=np.array([50, 0, 3]), deviation=np.array([0.0, 0.4, 0.4]), first=NONE
    )
    assert wanted(pool, 10).tolist() == [50, 7, 6]


def test_floors_come_in_turn_and_the_undecided_first() -> None:
    pool = Pool(
        size=np.array([400, 100, 2]),
        checked=np.array([1, 0, 0]),
        deviation=np.array([0.1, 0.5, 0.1]),
        first=np.array([False, False, True]),
    )
    assert wanted(pool, 1).tolist() == [1, 0, 1]
    assert wanted(pool, 3).tolist() == [1, 1, 2]
    assert wanted(pool, 7).tolist() == [3, 3, 2]


def test_a_rate_meets_the_budget_to_the_unit() -> None:
    number, cell = np.array([0.9, 0.2, 0.4, 0.6, 0.5]), np.array([0, 0, 0, 1, 1])
    nothing = np.zeros(5, dtype=np.bool_)
    found = rates(number, cell, nothing, np.array([2, 2]))
    assert found == pytest.approx([0.65, np.inf])
    assert due(number, cell, found).tolist() == [False, True, True, True, True]
    none = rates(number, cell, nothing, np.array([0, 1]))
    assert none == pytest.approx([0.1, 0.55])
    further = rates(number, cell, np.array([False, True, True, False, False]), np.array([2, 1]))
    assert further == pytest.approx([0.45, 0.55])


def test_what_weighs_more_than_its_cell_does_has_as_much_more_of_a_chance() -> None:
    weight, cell = np.array([1.0, 1, 4, 16, 16, 0]), np.array([0, 0, 0, 1, 1, 2])
    heavy = heavier(weight, cell, 4)
    assert heavy == pytest.approx([0.5, 0.5, 2, 1, 1, 1])
    assert chances(heavy, cell, np.array([0.4, np.inf, 0.3, 0])) == pytest.approx([0.2, 0.2, 0.8, 1, 1, 0.3])
    assert chances(heavy, cell, np.array([0.7, 0.0, 0.0, 0])) == pytest.approx([0.35, 0.35, 1, 0, 0, 0])


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_whatever_the_nights_as_many_are_checked_as_wanted(seed: int, even: bool) -> None:
    rng = np.random.default_rng(seed)
    number, cell, since = rng.random(60), rng.integers(0, 4, 60), np.sort(rng.integers(0, 5, 60))
    weight = np.ones(60) if even else rng.choice([1.0, 3.0, 16.0], 60)
    checked, probability = np.zeros(60, dtype=np.bool_), np.zeros(60)
    for night in range(5):
        here = since <= night
        size, before = (np.bincount(cell[part], minlength=4) for part in (here, checked))
        counts = np.minimum(size, before + rng.integers(0, 3, 4))
        heavy = heavier(weight[here], cell[here], 4)
        rate = rates(number[here] / heavy, cell[here], checked[here], counts)
        probability[here] = np.maximum(probability[here], chances(heavy, cell[here], rate))
        checked[here] |= due(number[here] / heavy, cell[here], rate)
        assert np.bincount(cell[checked], minlength=4).tolist() == counts.tolist()
    # the highest chance of a unit's nights says by itself who was checked
    assert (checked == (number <= probability)).all()


def test_what_checks_show_replaces_a_guess_slowly() -> None:
    guess = np.array([0.09, 0.09, 0.0])
    found = deviations(guess, np.array([0.0, 10.0, 10.0]), np.array([0, 41, 41]))
    assert found**2 == pytest.approx([0.09, (10 + 40 * 0.09) / 80, 10 / 80])


def test_budgets_that_cannot_be_are_refused() -> None:
    pool = Pool(size=np.array([2]), checked=np.array([3]), deviation=np.ones(1), first=np.zeros(1, dtype=np.bool_))
    with pytest.raises(ValueError, match=r"checked \[3\] of \[2\]"):
        wanted(pool, 1)
