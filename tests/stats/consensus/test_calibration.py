"""Known items drawn by chance make probabilities true; few change little, and unequal chances are made up for."""

import numpy as np
import pytest

from gt_platform.stats.consensus.calibration import calibrated, worth


def test_what_was_too_sure_becomes_as_sure_as_it_is_right() -> None:
    rng = np.random.default_rng(0)
    said = np.repeat([[0.99, 0.01]], 1000, axis=0)
    truth = (rng.random(1000) > 0.8).astype(np.int64)
    for count, low, high in ((0, 0.98, 1.0), (5, 0.9, 0.99), (1000, 0.78, 0.84)):
        known = np.arange(count)
        if count:
            found = calibrated(said, said[known], truth[known], np.full(count, 0.5))
            assert low < found[0, 0] < high


def test_hard_items_that_were_drawn_more_often_count_for_less() -> None:
    said = np.repeat([[0.9, 0.1]], 200, axis=0)
    hard = np.arange(200) < 100  # half of those known, a tenth of all
    truth = np.where(hard, np.arange(200) % 2, 0)
    weighed = calibrated(said, said, truth, np.where(hard, 0.9, 0.1))[0, 0]
    alike = calibrated(said, said, truth, np.full(200, 0.5))[0, 0]
    assert weighed == pytest.approx(0.94, abs=0.02)
    assert alike == pytest.approx(0.76, abs=0.02)


def test_items_drawn_alike_are_worth_as_many_as_they_are() -> None:
    assert worth(np.full(30, 0.2)) == pytest.approx(30)
    assert worth(np.array([1.0, 0.1])) == pytest.approx(121 / 101)
    assert worth(np.empty(0)) == 0
