"""The calibration error over bins: what chance makes of it is taken off, and its interval holds."""

import numpy as np
import pytest

from gt_platform.stats.reliability import calibration_error, equal_counts
from tests.bench.calibration import WORLDS, once


def test_bins_hold_about_as_many_and_equal_confidences_are_in_one() -> None:
    said = np.arange(1000) / 1000
    cuts = equal_counts(said)
    assert np.bincount(np.searchsorted(cuts, said, side="left")).tolist() == [100] * 10
    assert len(equal_counts(said[:60])) == 1
    assert len(equal_counts(said[:49])) == 0
    steps = equal_counts(np.repeat([0.5, 0.9], [30, 170]))
    assert np.bincount(np.searchsorted(steps, np.repeat([0.5, 0.9], [30, 170]), side="left")).tolist() == [30, 170]
    assert len(equal_counts(np.full(200, 0.9))) == 0


def test_gaps_that_are_known_exactly_are_the_error() -> None:
    found = calibration_error(np.array([0.5, 0.5]), np.array([0.1, -0.3]), np.zeros(2), 0.0, 10.0)
    assert (found.seen, found.estimate, found.low, found.high) == pytest.approx((0.2, 0.2, 0.2, 0.2))


def test_bins_that_err_together_make_the_interval_wider() -> None:
    told = np.full(5, 0.2), np.full(5, 0.2), np.full(5, 0.02)
    apart, together = calibration_error(*told, 0.0, 500.0), calibration_error(*told, 0.02, 500.0)
    assert apart.high - apart.seen == pytest.approx(1.965 * 0.02 / 5**0.5, rel=1e-3)
    assert together.high - together.seen == pytest.approx(1.965 * 0.02, rel=1e-3)
    assert together.low < apart.low


@pytest.mark.parametrize("world", ["calibrated", "10 points too sure", "too sure above .8"])
def test_the_interval_holds_and_the_estimate_is_nearer_than_what_is_seen(world: str) -> None:
    rng = np.random.default_rng(5)
    true, seen, estimate, low, high = np.array([once(rng, 400, WORLDS[world]) for _ in range(200)]).T
    assert np.mean((low <= true) & (true <= high)) >= 0.95
    assert abs(estimate.mean() - true.mean()) < max(0.6 * (seen.mean() - true.mean()), 0.015)
