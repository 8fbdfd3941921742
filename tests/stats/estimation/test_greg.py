"""Calibration and regression: every sample of tiny populations, and what must not matter."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.design import stratified, unweighted
from gt_platform.stats.estimation.greg import calibrated, greg
from gt_platform.stats.survey import ratio

VALUE = np.array([1.0, 0, 1, 1, 0, 1, 1, 0])
JUDGE = np.array([0.9, 0.2, 0.8, 0.7, 0.4, 0.9, 0.6, 0.5])
KNOWN = np.stack([np.ones(8), JUDGE], axis=1)
ONE_FRAME = np.zeros(1, dtype=np.int64)


def test_calibrated_weights_make_the_known_totals() -> None:
    units, totals = np.array([0, 1, 4, 6, 7]), KNOWN.sum(axis=0)
    weight = np.full(5, 8 / 5)
    g = calibrated(weight, KNOWN[units], totals)
    assert (weight * g) @ KNOWN[units] == pytest.approx(totals)


def test_the_regression_worked_by_hand() -> None:
    # y on x at (0, 0), (0, 1), (1, 1), (1, 1): slope 1/2 and mean 3/4 at x = 1/2; the population's mean of x is 3/4
    units = np.array([[0.0], [1.0], [1.0], [1.0]])
    known = np.stack([np.ones(4), [0.0, 0.0, 1.0, 1.0]], axis=1)
    design = stratified(np.zeros(4, dtype=np.int64), np.array([40]), ONE_FRAME)
    found = greg(design, units, np.ones((4, 1)), known, np.array([40.0, 30.0]))
    assert found.value[0] == pytest.approx(0.75 + 0.5 * 0.25)
    assert found.n.tolist() == [4]


def test_an_intercept_alone_is_the_plain_ratio() -> None:
    design = stratified(np.array([0, 0, 0, 1, 1]), np.array([12, 4]), np.zeros(2, dtype=np.int64))
    right, ones = np.array([[1.0], [1], [0], [0], [1]]), np.ones((5, 1))
    plain, same = ratio(design, right, ones), greg(design, right, ones, ones, np.array([16.0]))
    assert same.value == pytest.approx(plain.value)
    assert same.freedom == pytest.approx(plain.freedom)
    # the heavier units have more leverage than an even share
    assert plain.error[0] <= same.error[0] < 1.2 * plain.error[0]


def test_over_all_samples_it_is_nearly_unbiased_and_its_error_about_right() -> None:
    found = []
    for chosen in combinations(range(8), 5):
        units = np.array(chosen)
        design = stratified(np.zeros(5, dtype=np.int64), np.array([8]), ONE_FRAME)
        found.append(greg(design, VALUE[units, None], np.ones((5, 1)), KNOWN[units], KNOWN.sum(axis=0)))
    value = np.array([one.value[0] for one in found])
    assert value.mean() == pytest.approx(VALUE.mean(), abs=0.02)
    error = np.sqrt(np.mean([one.error[0] ** 2 for one in found]))
    assert 0.9 * value.std() < error < 2.5 * value.std()
    plain = np.array([VALUE[list(chosen)].mean() for chosen in combinations(range(8), 5)])
    assert value.std() < 0.75 * plain.std()


def test_a_perfect_judge_leaves_no_error() -> None:
    design = stratified(np.zeros(5, dtype=np.int64), np.array([8]), ONE_FRAME)
    known = np.stack([np.ones(8), 2 - 3 * VALUE], axis=1)
    found = greg(design, VALUE[:5, None], np.ones((5, 1)), known[:5], known.sum(axis=0))
    assert found.value[0] == pytest.approx(VALUE.mean())
    assert found.error[0] == pytest.approx(0, abs=1e-9)


def test_a_domain_is_calibrated_on_its_own_totals() -> None:
    inside = np.array([1.0, 1, 1, 0, 0, 1, 0, 0])[:, None]
    units = np.array([0, 1, 3, 5, 6])
    design = stratified(np.zeros(5, dtype=np.int64), np.array([8]), ONE_FRAME)
    own = KNOWN * inside
    found = greg(design, VALUE[units, None] * inside[units], inside[units], own[units], own.sum(axis=0))
    alone = stratified(np.zeros(3, dtype=np.int64), np.array([4]), ONE_FRAME)
    members = np.array([0, 1, 5])
    same = greg(alone, VALUE[members, None], np.ones((3, 1)), KNOWN[members], own.sum(axis=0))
    assert found.value == pytest.approx(same.value)
    assert found.n.tolist() == [3]


def test_auxiliaries_that_say_the_same_twice_change_nothing() -> None:
    units = np.array([0, 1, 3, 5, 6])
    design = stratified(np.zeros(5, dtype=np.int64), np.array([8]), ONE_FRAME)
    doubled = np.hstack([KNOWN, 3 * KNOWN[:, 1:] - 7])
    ones = np.ones((5, 1))
    once = greg(design, VALUE[units, None], ones, KNOWN[units], KNOWN.sum(axis=0))
    twice = greg(design, VALUE[units, None], ones, doubled[units], doubled.sum(axis=0))
    assert twice.value == pytest.approx(once.value)
    assert twice.error == pytest.approx(once.error)
    assert twice.freedom == pytest.approx(once.freedom)


@given(data=st.data(), scale=st.floats(1e-3, 1e3), shift=st.floats(-10, 10))
def test_order_units_and_scales_do_not_matter(data: st.DataObject, scale: float, shift: float) -> None:
    size = data.draw(st.integers(4, 12))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    value, judge = rng.integers(0, 2, (size, 1)).astype(float), rng.random(size)
    totals = np.array([5.0 * size, 5.0 * size * 0.5])
    design, ones = unweighted(size), np.ones((size, 1))
    known = np.stack([np.ones(size), judge], axis=1)
    found = greg(design, value, ones, known, totals)
    order = rng.permutation(size)
    other = greg(design, value[order], ones, known[order], totals)
    assert other.value == pytest.approx(found.value, rel=1e-6, abs=1e-9)
    assert other.error == pytest.approx(found.error, rel=1e-6, abs=1e-9)
    rescaled = np.stack([np.ones(size), scale * judge + shift], axis=1)
    again = greg(design, value, ones, rescaled, np.array([totals[0], scale * totals[1] + shift * totals[0]]))
    assert again.value == pytest.approx(found.value, rel=1e-4, abs=1e-6)


def test_auxiliaries_that_cannot_be_are_refused() -> None:
    weight = np.ones(3)
    with pytest.raises(ValueError, match="a row for each of 3 units"):
        calibrated(weight, np.ones((2, 1)), np.ones(1))
    with pytest.raises(ValueError, match="must be finite"):
        calibrated(weight, np.array([[1.0], [np.nan], [1.0]]), np.ones(1))
    with pytest.raises(ValueError, match="finite and positive"):
        calibrated(np.array([1.0, 0.0, 1.0]), np.ones((3, 1)), np.ones(1))
