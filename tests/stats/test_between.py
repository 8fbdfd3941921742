"""What users who are a sample add to a variance."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gt_platform.stats.between import Sampled, between
from gt_platform.stats.design import Codes, stratified
from gt_platform.stats.intervals import intervals
from gt_platform.stats.survey import Estimates, ratio

Flags = NDArray[np.bool_]
ONE_FRAME = np.zeros(1, dtype=np.int64)
RIGHT, ALIKE = 0.85, 0.1


def estimated(user: Codes, right: Flags) -> Estimates:
    n = len(user)
    design = stratified(np.zeros(n, dtype=np.int64), np.array([100 * n]), ONE_FRAME)
    clusters = Sampled(code=user, told=np.ones((n, 1)))
    return ratio(design, right[:, None].astype(np.float64), np.ones((n, 1)), cluster=clusters)


def drawn(rng: np.random.Generator, n: int, users: int, heavy: float) -> tuple[Codes, Flags]:
    rate = rng.beta(RIGHT * (1 / ALIKE - 1), (1 - RIGHT) * (1 / ALIKE - 1), users)
    user = np.where(rng.random(n) < heavy, 0, rng.integers(1, users, n)).astype(np.int64)
    return user, rng.random(n) < rate[user]


def test_a_user_with_a_third_of_the_traffic_is_one_of_a_sample() -> None:
    rng, held, width = np.random.default_rng(3), [], []
    for _ in range(300):
        (one,) = intervals(estimated(*drawn(rng, 400, 60, 0.3)), np.zeros(1), np.ones(1))
        assert one is not None
        held.append(one.low <= RIGHT <= one.high)
        width.append(one.high - one.low)
    assert 0.91 < np.mean(held) <= 0.99
    assert 0.1 < np.mean(width) < 0.25


def test_too_few_users_tell_nothing_of_others() -> None:
    rng = np.random.default_rng(4)
    user, right = drawn(rng, 60, 2, 0.5)
    assert intervals(estimated(user, right), np.zeros(1), np.ones(1)) == [None]
    alone = np.where(rng.random(200) < 0.3, 0, np.arange(200)).astype(np.int64)
    assert intervals(estimated(alone, rng.random(200) < RIGHT), np.zeros(1), np.ones(1)) == [None]


def test_users_met_once_add_nothing() -> None:
    right = np.random.default_rng(5).random(80) < RIGHT
    design = stratified(np.zeros(80, dtype=np.int64), np.array([8000]), ONE_FRAME)
    plain = ratio(design, right[:, None].astype(np.float64), np.ones((80, 1)))
    same = estimated(np.arange(80, dtype=np.int64), right)
    assert same.error == pytest.approx(plain.error)
    assert same.freedom == pytest.approx(plain.freedom)


def test_values_that_tell_half_of_the_truth_are_known_to_hide_three_quarters_of_what_users_differ_by() -> None:
    rng = np.random.default_rng(6)
    user = rng.integers(0, 300, 6000)
    effect = rng.normal(0, 0.3, 300)[user]
    truth = effect + rng.normal(0, 1, 6000)
    design = stratified(np.zeros(6000, dtype=np.int64), np.array([600_000]), ONE_FRAME)
    ones = np.ones((6000, 1))
    seen = 0.5 * truth + rng.normal(0, 0.5, 6000)
    extra = [
        between(
            design, (value - value.mean())[:, None], ones, Sampled(code=user, told=told * ones), np.full(1, 1 / 6000)
        )[0][0]
        for value, told in ((truth, 1.0), (seen, 0.5), (seen, 1.0))
    ]
    assert extra[1] == pytest.approx(extra[0], rel=0.35)
    assert extra[2] < 0.4 * extra[0]
