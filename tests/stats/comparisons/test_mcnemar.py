"""McNemar's exact test beside scipy and statsmodels, and Tango's interval beside its definition."""

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import mcnemar as reference

from gt_platform.stats.comparisons.mcnemar import accuracy_difference, mcnemar


def systems(both: int, lost: int, gained: int, neither: int) -> tuple[list[int], list[int]]:
    first = [1] * both + [1] * lost + [0] * gained + [0] * neither
    second = [1] * both + [0] * lost + [1] * gained + [0] * neither
    return first, second


def test_worked_by_hand() -> None:
    # 1 of 5 discordant pairs lost: 2 (1 + 5) / 32; the mid-p takes 5 / 32 off
    found = mcnemar(*systems(10, 1, 4, 5))
    assert (found.lost, found.gained, found.n) == (1, 4, 20)
    assert found.p_value == pytest.approx(12 / 32)
    assert found.mid_p == pytest.approx(7 / 32)


@pytest.mark.parametrize(("lost", "gained"), [(0, 1), (3, 3), (2, 9), (40, 61), (300, 200), (0, 25)])
def test_as_scipy_and_statsmodels(lost: int, gained: int) -> None:
    found = mcnemar(*systems(50, lost, gained, 20))
    assert found.p_value == pytest.approx(binomtest(lost, lost + gained).pvalue, rel=1e-12)
    table = np.array([[50, lost], [gained, 20]])
    assert found.p_value == pytest.approx(reference(table, exact=True).pvalue, rel=1e-12)
    assert found.mid_p < found.p_value or found.p_value == 1


def test_without_discordant_pairs_nothing_is_found() -> None:
    found = mcnemar(*systems(5, 0, 0, 5))
    assert (found.p_value, found.mid_p) == (1, 1)
    one = mcnemar([1], [0])
    assert (one.p_value, one.mid_p, one.n) == pytest.approx((1, 0.5, 1))


def test_the_interval_without_discordant_pairs() -> None:
    # z^2 / (n + z^2) on either side
    none = accuracy_difference(*systems(30, 0, 0, 14))
    assert (none.low, none.high) == pytest.approx((-3.8415 / 47.8415, 3.8415 / 47.8415), abs=1e-5)


@pytest.mark.parametrize(("lost", "gained"), [(0, 5), (12, 4), (30, 31)])
def test_the_bounds_are_what_the_score_test_just_does_not_reject(lost: int, gained: int) -> None:
    n = 100
    found = accuracy_difference(*systems(n - lost - gained, lost, gained, 0))
    for bound in (found.low, found.high):
        # the likeliest share of lost items given the difference, by search
        shares = np.linspace(max(0, -bound), (1 - bound) / 2, 400_001)[1:-1]
        rest = 1 - 2 * shares - bound
        likelihood = gained * np.log(shares + bound) + lost * np.log(shares) + (n - lost - gained) * np.log(rest)
        share = shares[np.argmax(likelihood)]
        z = (gained - lost - n * bound) / np.sqrt(n * (2 * share + bound * (1 - bound)))
        assert abs(z) == pytest.approx(1.959964, abs=2e-3)


def test_the_interval_agrees_with_the_plain_one_in_large_samples() -> None:
    found = accuracy_difference(*systems(80_000, 6_000, 9_000, 5_000))
    assert found.estimate == pytest.approx(0.03)
    assert (found.low, found.high) == pytest.approx((0.03 - 1.96 * found.error, 0.03 + 1.96 * found.error), abs=2e-5)
    assert found.n == found.groups == 100_000
