"""What events of one user add to a variance."""

import numpy as np
import pytest

from gt_platform.stats.clusters import together
from gt_platform.stats.design import stratified
from gt_platform.stats.survey import ratio

ONE_FRAME = np.zeros(1, dtype=np.int64)
DESIGN = stratified(np.zeros(6, dtype=np.int64), np.array([60]), ONE_FRAME)
RIGHT, ONES = np.array([[1.0], [1], [0], [0], [1], [0]]), np.ones((6, 1))


def test_pairs_that_agree_widen_the_interval() -> None:
    cluster = np.array([4, 4, 7, 7, 9, 8])
    extra, freedom = together(DESIGN, RIGHT - 0.5, ONES, cluster)
    # four clusters; two pairs of .25 twice over, weights 10 of 60
    assert extra[0] == pytest.approx(4 * 0.25 * 100 / 3600 * 4 / 3)
    assert freedom[0] == pytest.approx(36 / (4 + 4 + 1 + 1) - 1)
    plain, clustered = ratio(DESIGN, RIGHT, ONES), ratio(DESIGN, RIGHT, ONES, cluster=cluster)
    assert clustered.value == plain.value
    assert clustered.error[0] ** 2 == pytest.approx(plain.error[0] ** 2 + extra[0])
    share = extra[0] / clustered.error[0] ** 2
    assert clustered.freedom[0] == pytest.approx((1 - share) * plain.freedom[0] + share * 2.6)


def test_pairs_that_disagree_narrow_nothing() -> None:
    cluster = np.array([0, 1, 0, 1, 2, 2])
    assert together(DESIGN, RIGHT - 0.5, ONES, cluster)[0].tolist() == [0.0]
    plain, same = ratio(DESIGN, RIGHT, ONES), ratio(DESIGN, RIGHT, ONES, cluster=cluster)
    assert (same.error, same.freedom) == (plain.error, plain.freedom)


def test_users_met_once_change_nothing() -> None:
    plain, same = ratio(DESIGN, RIGHT, ONES), ratio(DESIGN, RIGHT, ONES, cluster=np.arange(6))
    assert (same.error, same.freedom) == (plain.error, plain.freedom)


def test_one_user_alone_says_nothing_of_others() -> None:
    assert np.isnan(ratio(DESIGN, RIGHT, ONES, cluster=np.zeros(6, dtype=np.int64)).error[0])


def test_every_unit_needs_a_cluster() -> None:
    with pytest.raises(ValueError, match="give each unit one"):
        together(DESIGN, RIGHT, ONES, np.zeros(5, dtype=np.int64))
