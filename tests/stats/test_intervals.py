"""95 % intervals, at the values tables give and where evidence ends."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.intervals import Interval, intervals, wilson
from gt_platform.stats.survey import Estimates, ratio, stratified, unweighted

UNIT = np.zeros(1), np.ones(1)
ENDLESS = np.array([-math.inf]), np.array([math.inf])


def estimates(value: float, error: float, *, n: int = 40, freedom: float = 30, effective: float = 40) -> Estimates:
    """One estimate."""
    return Estimates(
        np.array([value]), np.array([error]), np.array([float(freedom)]), np.array([n]), np.array([float(effective)])
    )


def only(found: list[Interval | None]) -> Interval:
    """The one interval there must be."""
    (interval,) = found
    assert interval is not None
    return interval


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    # the two middle ones from Newcombe (1998), table I
    [(8, 10, 0.4902, 0.9433), (81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0)],
)
def test_wilson_gives_the_published_bounds(right: int, n: int, low: float, high: float) -> None:
    found = wilson(np.array([right / n]), np.array([float(n)]))
    assert [float(bound[0]) for bound in found] == pytest.approx([low, high], abs=5e-5)


def test_a_share_gets_wilsons_interval_at_its_effective_size() -> None:
    # .8 * .2 / .05**2 = 64, less for 30 degrees of freedom: * (1.959964 / 2.042272)**2 = 58.945
    interval = only(intervals(estimates(0.8, 0.05), *UNIT))
    low, high = wilson(np.array([0.8]), np.array([64 * (1.959964 / 2.042272) ** 2]))
    assert interval.effective == pytest.approx(64)
    assert [interval.low, interval.high] == pytest.approx([float(low[0]), float(high[0])], abs=1e-6)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_sample_all_right_or_all_wrong_is_not_sure(value: float) -> None:
    interval = only(intervals(ratio(unweighted(30), np.full((30, 1), value), np.ones((30, 1))), *UNIT))
    assert interval.estimate == value
    assert interval.high - interval.low == pytest.approx(0.1219, abs=1e-3)


def test_bounds_are_scaled() -> None:
    share, errors = (
        only(intervals(estimates(0.1, 0.02), *UNIT)),
        only(intervals(estimates(0.8, 0.16), np.zeros(1), np.full(1, 8.0))),
    )
    assert [errors.low, errors.high] == pytest.approx([8 * share.low, 8 * share.high])


def test_equal_errors_are_not_sure_either() -> None:
    flat = ratio(unweighted(20), np.full((20, 1), 2.0), np.ones((20, 1)))
    interval = only(intervals(flat, np.zeros(1), np.full(1, 8.0)))
    assert interval.low < 2 < interval.high
    assert intervals(flat, *ENDLESS) == [None]


def test_without_bounds_it_is_students_t() -> None:
    interval = only(intervals(estimates(10, 2), *ENDLESS))
    assert [interval.low, interval.high] == pytest.approx([10 - 2.042272 * 2, 10 + 2.042272 * 2])


def test_skewed_values_have_a_longer_arm_where_their_tail_is() -> None:
    rng = np.random.default_rng(1)
    skewed = rng.exponential(0.5, 50).clip(0, 8)[:, None]
    for bounds in (ENDLESS, (np.zeros(1), np.full(1, 8.0))):
        interval = only(intervals(ratio(unweighted(50), skewed, np.ones((50, 1))), *bounds))
        assert interval.high - interval.estimate > 1.3 * (interval.estimate - interval.low)
        mirrored = only(intervals(ratio(unweighted(50), 8 - skewed, np.ones((50, 1))), *bounds))
        assert [mirrored.low, mirrored.high] == pytest.approx([8 - interval.high, 8 - interval.low])


def test_halls_transformation_worked_by_hand() -> None:
    found = replace(estimates(10, 2), skewness=np.array([0.5]), scatter=np.array([1.0]))
    # 6 (cbrt(1 + .5 (+-2.042272 - .083333)) - 1) is 1.535 and -3.624 standard errors
    interval = only(intervals(found, *ENDLESS))
    arms = [6 * (np.cbrt(1 + 0.5 * (t - 0.5 / 6)) - 1) * 2 for t in (2.042272, -2.042272)]
    assert [interval.low, interval.high] == pytest.approx([10 - arms[0], 10 - arms[1]])
    flat = only(intervals(replace(found, skewness=np.zeros(1)), *ENDLESS))
    assert [flat.low, flat.high] == pytest.approx([10 - 2.042272 * 2, 10 + 2.042272 * 2], rel=1e-3)


def test_shares_keep_wilsons_interval_whatever_their_skewness() -> None:
    right = np.array([1.0] * 45 + [0.0] * 5)[:, None]
    interval = only(intervals(ratio(unweighted(50), right, np.ones((50, 1))), *UNIT))
    low, high = wilson(np.array([0.9]), np.array([48.0]))
    assert [interval.low, interval.high] == pytest.approx([float(low[0]), float(high[0])], abs=0.003)


@given(seed=st.integers(0, 10_000), n=st.integers(10, 40))
def test_a_regression_beyond_what_is_possible_keeps_to_it(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    right = (rng.random((n, 1)) < 0.9).astype(float)
    known = np.stack([np.ones(n), right[:, 0] + rng.normal(0, 0.3, n)], axis=1)
    found = intervals(greg(unweighted(n), right, np.ones((n, 1)), known, np.array([n, 1.2 * n])), *UNIT)
    for interval in found:
        if interval is not None:
            assert 0 <= interval.low <= interval.estimate <= interval.high <= 1
            assert interval.low < interval.high or not right.std()


def test_an_unknown_error_is_insufficient_evidence() -> None:
    assert intervals(estimates(0.8, math.nan), *UNIT) == [None]
    assert intervals(estimates(0.8, math.nan), *ENDLESS) == [None]


def test_thin_evidence_gives_none() -> None:
    enough = estimates(0.8, 0.05, n=10, effective=5)
    assert intervals(enough, *UNIT) != [None]
    assert intervals(replace(enough, n=np.array([9])), *UNIT) == [None]
    assert intervals(replace(enough, effective=np.array([4.9])), *UNIT) == [None]
    assert intervals(estimates(math.nan, math.nan, n=0, freedom=math.nan, effective=math.nan), *UNIT) == [None]


def test_a_frame_answered_in_full_is_exact() -> None:
    design = stratified(np.repeat([0], 12), np.array([12]), np.array([0]))
    right = np.array([1.0] * 9 + [0.0] * 3)[:, None]
    interval = only(intervals(ratio(design, right, np.ones((12, 1))), *UNIT))
    assert (interval.estimate, interval.low, interval.high) == (0.75, 0.75, 0.75)


@given(data=st.data(), counts=st.lists(st.integers(1, 8), min_size=1, max_size=10))
def test_the_estimate_lies_in_its_interval_and_that_within_bounds(data: st.DataObject, counts: list[int]) -> None:
    sizes = np.array([count + data.draw(st.integers(0, 500)) for count in counts])
    stratum = np.repeat(np.arange(len(counts)), counts)
    units = st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=len(stratum), max_size=len(stratum))
    value, inside = np.array(data.draw(units))[:, None], np.array(data.draw(units))[:, None]
    design = stratified(stratum, sizes, np.zeros_like(sizes))
    for interval in intervals(ratio(design, value * inside, inside), *UNIT):
        if interval is not None:
            assert 0 <= interval.low <= interval.estimate <= interval.high <= 1
            assert (interval.effective == math.inf) or interval.low < interval.high


def test_a_low_f1_is_as_unsure_as_its_error() -> None:
    # F1 of .2: values scatter more than .2 * .8, and the interval is still t times the error either side, about
    found = replace(estimates(0.2, 0.02), scatter=np.array([0.24]))
    interval = only(intervals(found, *UNIT))
    assert interval.high - interval.low == pytest.approx(2 * 2.042 * 0.02, rel=0.02)
