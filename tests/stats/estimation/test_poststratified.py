"""Groups brought to their known sizes."""

import numpy as np
import pytest

from gt_platform.stats.design import stratified
from gt_platform.stats.estimation.poststratified import post_stratified
from gt_platform.stats.survey import ratio

ONES = np.ones((24, 1))


def test_groups_get_their_known_sizes() -> None:
    design = stratified(np.zeros(24, dtype=np.int64), np.array([120]), np.zeros(1, dtype=np.int64))
    group = np.repeat([0, 1], [10, 14])
    right = np.array([1.0] * 8 + [0] * 2 + [1] * 4 + [0] * 10)[:, None]
    found, joined = post_stratified(design, right, ONES, group, np.array([90, 30]))
    assert found.value[0] == pytest.approx((90 * 4 / 5 + 30 * 2 / 7) / 120)
    assert joined.tolist() == [0, 1]
    even, _ = post_stratified(design, right, ONES, group, np.array([50, 70]))
    assert even.value == pytest.approx(ratio(design, right, ONES).value)
    assert even.error[0] < ratio(design, right, ONES).error[0] < found.error[0]


def test_thin_groups_join_their_neighbours() -> None:
    design = stratified(np.zeros(24, dtype=np.int64), np.array([120]), np.zeros(1, dtype=np.int64))
    group = np.repeat([0, 1, 2, 3], [4, 6, 12, 2])
    right = np.array([1.0, 0] * 5 + [1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1])[:, None]
    found, joined = post_stratified(design, right, ONES, group, np.array([10, 30, 70, 10]))
    assert joined.tolist() == [0, 0, 2, 2]
    assert found.value[0] == pytest.approx((40 * 5 / 10 + 80 * 8 / 14) / 120)
    one, merged = post_stratified(design, right, ONES, np.repeat([0, 1], [18, 6]), np.array([10, 110]))
    assert merged.tolist() == [0, 0]
    assert one.value[0] == pytest.approx(ratio(design, right, ONES).value[0])


def test_groups_that_cannot_be_are_refused() -> None:
    design = stratified(np.zeros(24, dtype=np.int64), np.array([120]), np.zeros(1, dtype=np.int64))
    with pytest.raises(ValueError, match="group codes go from 0 to 2"):
        post_stratified(design, ONES, ONES, np.repeat([0, 2], 12), np.array([60, 60]))
    with pytest.raises(ValueError, match="cannot be negative"):
        post_stratified(design, ONES, ONES, np.repeat([0, 1], 12), np.array([60, -60]))
    with pytest.raises(ValueError, match="size 0"):
        post_stratified(design, ONES, ONES, np.repeat([0, 1], 12), np.array([120, 0]))
