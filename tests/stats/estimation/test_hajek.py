"""Weighted ratios of units and of whole clusters."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.estimation.hajek import hajek
from gt_platform.stats.intervals import intervals

ZERO_ONE = np.zeros(1), np.ones(1)


def test_the_weighted_ratio_by_hand() -> None:
    found = hajek(np.array([0.5, 0.25, 0.25]), np.array([[1.0], [0], [1]]), np.ones((3, 1)))
    # weights 2, 4, 4; residuals .4, -.6, .4 weighted .8, -2.4, 1.6; 3 / 2 of .64 + 5.76 + 2.56, over 10
    assert found.value[0] == pytest.approx(0.6)
    assert found.error[0] == pytest.approx(np.sqrt(1.5 * 8.96) / 10)
    assert (found.n[0], found.freedom[0]) == (3, 2)
    assert found.effective[0] == pytest.approx(100 / 36)


def test_clusters_vary_as_wholes() -> None:
    right, cluster = np.array([[1.0], [1], [0], [0], [1], [0]]), np.array([0, 0, 1, 1, 2, 2])
    found = hajek(np.full(6, 0.1), right, np.ones((6, 1)), cluster=cluster)
    # totals of residuals 1, -1, 0: 3 / 2 * 2 over 36
    assert found.error[0] == pytest.approx(np.sqrt(3 / 36))
    assert found.freedom[0] == 2
    alone = hajek(np.full(6, 0.1), right, np.ones((6, 1)))
    assert found.error[0] > alone.error[0]


def test_over_all_samples_of_clusters_the_error_is_the_true_one() -> None:
    value = np.array([[1.0, 1, 0], [0, 0, 1], [1, 1, 1], [0, 1, 0], [1, 1, 0], [0, 0, 0], [1, 0, 1], [1, 1, 1]])
    estimates = []
    for chosen in combinations(range(8), 4):
        units = value[list(chosen)].reshape(-1, 1)
        estimates.append(hajek(np.full(12, 0.5), units, np.ones((12, 1)), cluster=np.repeat(chosen, 3)))
    found = np.array([one.value[0] for one in estimates])
    assert found.mean() == pytest.approx(value.mean())
    # drawn without replacement, half of all: the true variance is half of what drawing with replacement has
    variance = np.mean([one.error[0] ** 2 for one in estimates])
    assert variance * 0.5 == pytest.approx(found.var())


def test_strata_take_out_what_differs_between_them() -> None:
    right, stratum = np.repeat([[1.0], [0.0]], 4, axis=0), np.repeat([0, 1], 4)
    assert hajek(np.full(8, 0.1), right, np.ones((8, 1)), stratum=stratum).error[0] == pytest.approx(0)
    assert hajek(np.full(8, 0.1), right, np.ones((8, 1))).error[0] > 0.1


def test_one_cluster_is_insufficient_evidence() -> None:
    found = hajek(np.full(20, 0.1), np.eye(20)[:, :1], np.ones((20, 1)), cluster=np.zeros(20, dtype=np.int64))
    assert np.isnan(found.error[0])
    assert intervals(found, *ZERO_ONE) == [None]
    nothing = hajek(np.empty(0), np.empty((0, 1)), np.empty((0, 1)))
    assert intervals(nothing, *ZERO_ONE) == [None]


@pytest.mark.parametrize("probability", [0.0, -0.1, 1.1, np.nan, np.inf])
def test_impossible_probabilities_are_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="could not have been drawn"):
        hajek(np.array([0.5, probability]), np.ones((2, 1)), np.ones((2, 1)))


def test_other_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="values must be finite"):
        hajek(np.ones(2), np.array([[1.0], [np.nan]]), np.ones((2, 1)))
    with pytest.raises(ValueError, match="several strata"):
        hajek(np.ones(2), np.ones((2, 1)), np.ones((2, 1)), stratum=np.array([0, 1]), cluster=np.array([7, 7]))


@given(seed=st.integers(0, 1000), n=st.integers(2, 30), scale=st.floats(0.01, 1))
def test_names_order_and_scale_of_weights_do_not_matter(seed: int, n: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    probability, value = rng.uniform(0.1, 1, n), rng.random((n, 1))
    cluster, ones = rng.integers(0, 6, n), np.ones((n, 1))
    stratum = cluster % 2
    found = hajek(probability, value, ones, stratum=stratum, cluster=cluster)
    order = rng.permutation(n)
    other = hajek(
        probability[order] * scale, value[order], ones, stratum=3 - stratum[order], cluster=10 - cluster[order]
    )
    for field in ("value", "error", "freedom", "effective"):
        assert getattr(other, field) == pytest.approx(getattr(found, field), rel=1e-9, abs=1e-12, nan_ok=True)
