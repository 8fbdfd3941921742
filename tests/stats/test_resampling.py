"""Bootstrap intervals over units: against scipy's, at their edges, and how often they hold the truth."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from gt_platform.stats import resampling
from gt_platform.stats.resampling import Statistic, bootstrap, columns

Floats = NDArray[np.float64]


def mean_of(values: Floats) -> Statistic:
    """The mean of values, one of each unit, alike ones counted."""
    distinct, frequency = np.unique(values, return_counts=True)
    sums = np.column_stack([distinct, np.ones(len(distinct))])
    return Statistic(sums, frequency, lambda rows: rows[:, :1] / rows[:, 1:])


def bounds(statistic: Statistic, **options: int) -> tuple[float, float]:
    """The bounds of the only value."""
    found = bootstrap(statistic, seed=5, **options)
    return float(found.low[0]), float(found.high[0])


def test_the_bounds_are_scipys_bca_but_for_students_quantiles() -> None:
    values = np.random.default_rng(1).exponential(size=400).round(2)
    wanted = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(2))
    low, high = bounds(mean_of(values), replicates=20_000)
    assert low == pytest.approx(wanted.confidence_interval.low, abs=0.01)
    assert high == pytest.approx(wanted.confidence_interval.high, abs=0.01)
    assert high - values.mean() > values.mean() - low  # skewed as the values are


def test_few_units_get_wider_bounds_than_their_quantiles() -> None:
    values = np.random.default_rng(3).normal(size=12)
    half = stats.t.ppf(0.975, 11) * values.std(ddof=1) / math.sqrt(12)
    low, high = bounds(mean_of(values), replicates=20_000)
    assert (high - low) / 2 == pytest.approx(half, rel=0.06)


def test_many_units_are_resampled_in_groups_to_the_same_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(4).normal(size=6000)
    grouped = np.array(bounds(mean_of(values)))
    monkeypatch.setattr(resampling, "MOST_GROUPS", 10_000)
    single = np.array(bounds(mean_of(values)))
    assert grouped[0] != single[0]
    assert np.abs(grouped - single).max() < 0.0025
    assert grouped[1] - grouped[0] == pytest.approx(2 * 1.96 * values.std() / math.sqrt(6000), rel=0.08)


def test_values_without_spread_still_leave_doubt() -> None:
    # 0.025 ** (1 / 30) = 0.8843: what 30 right out of 30 leave possible
    low, high = bounds(mean_of(np.ones(30)))
    assert [low, high] == pytest.approx([0.8843, 1.1157], abs=1e-4)


def test_a_contrary_unit_lowers_the_bound_of_values_without_spread() -> None:
    plain = mean_of(np.ones(30))
    contrary = Statistic(plain.sums, plain.frequency, plain.of, np.array([-4.0, 1.0]))
    # a share .1157 of units at -4: 1 - .1157 * 5
    assert bounds(contrary)[0] == pytest.approx(1 - 0.1157 * 5, abs=1e-3)


def test_undefined_resamples_and_values_have_no_bounds() -> None:
    def of(rows: Floats) -> Floats:
        return np.where(rows[:, :1] > 1, rows[:, :1], np.nan)

    sometimes = Statistic(np.array([[1.0], [0.0]]), np.array([2, 8]), of)
    assert bootstrap(sometimes, seed=1).value[0] == 2
    assert np.isnan(bounds(sometimes)).all()
    assert np.isnan(bounds(Statistic(np.array([[0.0]]), np.array([5]), of))).all()


def test_the_seed_decides() -> None:
    values = mean_of(np.random.default_rng(6).normal(size=50))
    assert bounds(values) == bounds(values)
    assert bootstrap(values, seed=1).low[0] != bootstrap(values, seed=2).low[0]


def test_nothing_to_resample_is_refused() -> None:
    with pytest.raises(ValueError, match="0 units, 10 replicates"):
        bootstrap(mean_of(np.zeros(0)), seed=1, replicates=10)
    with pytest.raises(ValueError, match="0 replicates"):
        bootstrap(mean_of(np.ones(3)), seed=1, replicates=0)


def test_columns_are_dense_or_sparse_by_the_number_of_units() -> None:
    from scipy.sparse import csr_array, issparse

    few, many = (csr_array(np.eye(size, 3)) for size in (4, resampling.MOST_GROUPS + 1))
    assert columns(np.arange(4.0), few).tolist() == np.column_stack([np.arange(4), np.eye(4, 3)]).tolist()
    assert issparse(columns(np.zeros(many.shape[0]), many))


@pytest.mark.slow
@pytest.mark.parametrize(("size", "lowest"), [(20, 0.93), (200, 0.94)])
def test_the_mean_of_skewed_values_is_covered(size: int, lowest: float) -> None:
    rng = np.random.default_rng(size)
    held = 0
    for _ in range(1000):
        low, high = bounds(mean_of(rng.gamma(4, size=size)), replicates=500)
        held += low <= 4 <= high
    assert lowest - 0.015 <= held / 1000 <= 0.97
