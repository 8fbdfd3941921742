"""Annotators who give numbers: which way they are off, and whether they follow the truth."""

import numpy as np
import pytest
from scipy import stats

from gt_platform.stats.annotators import NumberProfile, correlations, deviations, number_profiles

RNG = np.random.default_rng(8)
TRUTH = RNG.normal(50, 10, 80)
MATRIX = TRUTH[:, np.newaxis] + RNG.normal(0, 4, (80, 6))
MATRIX[:, 0] = RNG.normal(50, 10, 80)
MATRIX[:, 1] += 5
UNIT, ANNOTATOR = (place.ravel() for place in np.indices(MATRIX.shape))


def profiled(truth: object = None) -> list[NumberProfile]:
    """The profiles of the annotators of MATRIX."""
    return number_profiles(UNIT, ANNOTATOR, MATRIX.ravel(), annotators=6, truth=truth)  # type: ignore[arg-type]


def test_deviation_is_a_t_interval_of_the_differences() -> None:
    reference = np.repeat(TRUTH, 6)
    found = deviations(ANNOTATOR, MATRIX.ravel(), reference, 7)
    apart = MATRIX[:, 1] - TRUTH
    wanted = stats.ttest_1samp(apart, 0).confidence_interval()
    assert found[1] is not None
    assert (found[1].mean, found[1].low, found[1].high) == pytest.approx((apart.mean(), *wanted))
    assert found[1].spread == pytest.approx(np.sqrt((apart**2).mean()))
    assert found[6] is None


def test_correlation_has_fishers_interval() -> None:
    found = correlations(ANNOTATOR, MATRIX.ravel(), np.repeat(TRUTH, 6), 6)[2]
    wanted = stats.pearsonr(MATRIX[:, 2], TRUTH)
    bounds = wanted.confidence_interval()
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((wanted.statistic, bounds.low, bounds.high))


@pytest.mark.parametrize("truth", [None, TRUTH])
def test_a_annotator_whose_numbers_mean_nothing_is_paused(truth: object) -> None:
    random, biased, *others = profiled(truth)
    assert random.state == "paused"
    assert "not above chance, 0.00" in random.reason
    assert biased.deviation is not None
    assert biased.deviation.low > 3
    assert {profile.state for profile in (biased, *others)} == {"active"}
    assert random.basis == ("others" if truth is None else "truth")


def test_few_numbers_and_numbers_that_do_not_vary() -> None:
    few = number_profiles([0, 0, 1], [0, 1, 0], [1.0, 2.0, 3.0], annotators=3)
    assert [(profile.state, profile.basis) for profile in few] == [("onboarding", "others")] * 2 + [
        ("onboarding", "none")
    ]
    flat = number_profiles(UNIT, ANNOTATOR, np.ones(len(UNIT)), annotators=6)
    assert all(profile.correlation is not None and profile.correlation.value == 0 for profile in flat)
    assert {profile.state for profile in flat} <= {"onboarding", "active"}


def test_values_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="one finite number an answer"):
        number_profiles([0], [0], [np.nan], annotators=1)
