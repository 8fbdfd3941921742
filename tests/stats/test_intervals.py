"""95 % intervals, at the values tables give and where evidence ends."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
