"""Sign flips by hand and beside scipy, and no test that cries wolf."""

import numpy as np
import pytest
from scipy.stats import permutation_test

from gt_platform.stats.comparisons.sign_flips import sign_flips
from tests.bench.comparisons import findings_of, measure


def test_sign_flips_by_hand() -> None:
    # 1 2 3 4 all positive: only all plus and all minus sum to 10
    assert sign_flips([1.0, 2.0, 3.0, 4.0]).p_value == pytest.approx(2 / 16)
    # in two clusters there are 4 assignments, of which 2 sum to 10
    by_cluster = sign_flips([1.0, 2.0, 3.0, 4.0], clusters=["a", "a", "b", "b"])
    assert (by_cluster.p_value, by_cluster.groups, by_cluster.exact) == (0.5, 2, True)
    assert sign_flips([3.0]).p_value == 1
    assert sign_flips([0.0, 0.0]).p_value == 1


def test_sign_flips_as_scipy() -> None:
    d = np.random.default_rng(1).normal(0.4, 1, 12)
    exact = permutation_test(
        (d, np.zeros(12)), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=np.inf
    )
    assert sign_flips(d).p_value == pytest.approx(exact.pvalue)


def test_drawn_sign_flips_are_near_the_exact_ones_and_repeatable() -> None:
    d = np.random.default_rng(2).normal(0.35, 1, 40)
    one, again, other = sign_flips(d), sign_flips(d), sign_flips(d, seed=1)
    assert one == again
    assert not one.exact
    assert one.p_value == pytest.approx(other.p_value, abs=0.01)
    with pytest.raises(ValueError, match="at least 1"):
        sign_flips(d, flips=0)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "n"), [("binary", 50), ("binary", 200), ("ordinal", 50), ("clustered", 200)])
def test_no_test_cries_wolf(name: str, n: int) -> None:
    slack = 3 * np.sqrt(0.05 * 0.95 / 1000)
    for method, (found, _) in measure(name, n, 1000, findings_of, seed=3).items():
        if method != "t, plain":
            assert found <= 0.05 + slack, method
    assert name != "clustered" or measure(name, n, 300, findings_of)["t, plain"][0] > 0.12
