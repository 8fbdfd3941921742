"""The paired t: by hand, beside scipy and statsmodels, and its coverage."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from gt_platform.stats.comparisons.difference import jackknife, mean_difference
from gt_platform.stats.comparisons.pairs import units
from tests.bench.comparisons import intervals_of, measure


def symmetric(n: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    half = np.random.default_rng(n).exponential(1, n // 2)
    return np.concatenate([half, -half]) + 0.3


def test_of_symmetric_differences_it_is_the_paired_t() -> None:
    d = symmetric(60)
    found, reference = mean_difference(d), ttest_1samp(d, 0)
    assert found is not None
    assert found.p_value == pytest.approx(reference.pvalue, rel=1e-9)
    bounds = reference.confidence_interval()
    assert (found.low, found.high) == pytest.approx((bounds.low, bounds.high), rel=1e-9)
    assert (found.n, found.groups, found.freedom) == (60, 60, 59)


def test_of_skewed_differences_it_is_never_narrower() -> None:
    d = np.random.default_rng(5).exponential(1, 50)
    found, bounds = mean_difference(d), ttest_1samp(d, 0).confidence_interval()
    assert found is not None
    assert found.low <= bounds.low + 1e-12
    assert found.high > bounds.high + 0.01


def test_clustered_errors_are_the_jackknifes() -> None:
    import statsmodels.api as sm  # takes a second, which each worker would pay for collecting this

    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(40), rng.integers(1, 9, 40))
    d = rng.normal(0, 1, 40)[cluster] + rng.normal(0, 1, cluster.size)
    error, _ = jackknife(units(d, clusters=cluster))
    means = [d[cluster != out].mean() for out in range(40)]
    assert error == pytest.approx(np.sqrt(39 / 40 * np.sum((means - np.mean(means)) ** 2)))
    robust = sm.OLS(d, np.ones(d.size)).fit(cov_type="cluster", cov_kwds={"groups": cluster})
    assert error == pytest.approx(robust.bse[0], rel=0.06)


def test_weighting_every_item_alike_changes_nothing() -> None:
    d = symmetric(40)
    assert mean_difference(d, weights=np.full(40, 4.0)) == mean_difference(d)


def test_weights_stand_for_items_not_drawn() -> None:
    found = mean_difference(np.arange(12.0), weights=np.arange(1.0, 13.0))
    assert found is not None
    assert found.estimate == pytest.approx((np.arange(12) * np.arange(1, 13)).sum() / 78)
    assert found.freedom == pytest.approx(78**2 / (np.arange(1, 13) ** 2).sum() - 1)


@pytest.mark.parametrize("d", [[0.0], [0.0] * 500, [1.0] * 500, [0.0] * 60 + [1.0] * 8])
def test_too_few_differences_are_insufficient_evidence(d: list[float]) -> None:
    assert mean_difference(d) is None


@pytest.mark.slow
@pytest.mark.parametrize("n", [50, 200])
@pytest.mark.parametrize("name", ["binary", "skewed", "clustered", "weighted"])
def test_intervals_cover(name: str, n: int) -> None:
    slack = 3 * np.sqrt(0.05 * 0.95 / 1000)
    for method, (covered, withheld) in measure(name, n, 1000, intervals_of, shift=0.03, seed=5).items():
        if method != "t, plain" and withheld < 0.5:
            assert 0.95 - slack <= covered <= 0.985, method
