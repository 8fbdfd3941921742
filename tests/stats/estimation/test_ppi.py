"""Prediction-powered inference, beside the reference implementation where there is one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate

from gt_platform.stats.estimation.ppi import ppi, predicted, tuned_lambdas

NONE = np.zeros(1, dtype=np.int64)


def sampled(seed: int, n: int, others: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, their predictions, and predictions of others."""
    rng = np.random.default_rng(seed)
    value = (rng.random(n) < 0.8).astype(float)
    return value, np.clip(0.3 + 0.4 * value + rng.normal(0, 0.2, n), 0, 1), rng.random(others)


@given(seed=st.integers(0, 10_000), n=st.integers(10, 80), others=st.integers(10, 400))
def test_without_strata_it_is_the_reference(seed: int, n: int, others: int) -> None:
    value, prediction, rest = sampled(seed, n, others)
    zeros = np.zeros(n, dtype=np.int64)
    summed = predicted(rest, np.zeros(others, dtype=np.int64), 1)
    found = ppi(value, prediction, zeros, summed)
    assert found.value[0] == pytest.approx(float(ppi_mean_pointestimate(value, prediction, rest)[0]), rel=1e-9)
    # theirs divides by n and has z; the variance here is mixed with its pooled self, (n + 2) / (n + 1), has a slope
    # to account for, (n - 1) / (n - 2), and the others' part is the same
    low, high = (float(bound[0]) for bound in ppi_mean_ci(value, prediction, rest, alpha=0.05))
    (slope,) = tuned_lambdas(value, prediction, zeros, summed)
    imputed = slope**2 * rest.var() / others
    own = (found.error[0] ** 2 - imputed) * (n + 1) / (n + 2) * (n - 2) / (n - 1)
    half = 1.959963984540054 * np.sqrt(own + imputed)
    assert [found.value[0] - half, found.value[0] + half] == pytest.approx([low, high], rel=1e-7)


def test_strata_have_their_own_lambda_shrunk_to_the_common_one() -> None:
    value, prediction, rest = sampled(1, 60, 300)
    stratum = np.repeat([0, 1], 30)
    prediction[30:] = np.random.default_rng(2).random(30)  # useless there
    lambdas = tuned_lambdas(value, prediction, stratum, predicted(rest, np.repeat([0, 1], 150), 2))
    assert 0 <= lambdas[1] < lambdas[0] <= 1
    assert lambdas[1] > 0  # of the common one


def test_the_stratified_estimate_worked_by_hand() -> None:
    value, prediction = np.array([1.0, 0, 1, 1]), np.array([0.8, 0.4, 0.5, 0.9])
    rest = predicted(np.array([0.6, 0.6, 0.2, 0.4, 0.6, 0.8]), np.array([0, 0, 1, 1, 1, 1]), 2)
    found = ppi(value, prediction, np.array([0, 0, 1, 1]), rest, lambdas=np.array([0.5, 1.0]))
    # strata of 4 and 6: .5 * .6 + (.5 - .5 * .6) = .5 and .5 + (1 - .7) = .8
    assert found.value[0] == pytest.approx(0.4 * 0.5 + 0.6 * 0.8)
    assert found.n.tolist() == [4]


def test_a_judge_that_says_nothing_leaves_the_plain_mean() -> None:
    value = np.array([1.0, 0, 1, 1, 1, 0, 1])
    rest = predicted(np.full(50, 0.7), np.zeros(50, dtype=np.int64), 1)
    found = ppi(value, np.full(7, 0.7), np.zeros(7, dtype=np.int64), rest)
    assert found.value[0] == pytest.approx(value.mean())


def test_labels_and_strata_that_cannot_be_are_refused() -> None:
    rest = predicted(np.full(50, 0.7), np.zeros(50, dtype=np.int64), 1)
    five, codes = np.array([1.0, 0, 1, 1, 0]), np.zeros(5, dtype=np.int64)
    with pytest.raises(ValueError, match="at least 3"):
        ppi(five[:2], five[:2], codes[:2], rest)
    with pytest.raises(ValueError, match="join those that have none"):
        ppi(five, five, codes, predicted(np.full(50, 0.7), np.zeros(50, dtype=np.int64), 2))
    with pytest.raises(ValueError, match="join those that have none"):
        ppi(five, five, codes, predicted(np.empty(0), np.empty(0, dtype=np.int64), 1))
    with pytest.raises(ValueError, match="must be finite"):
        ppi(five, np.array([np.nan, 0, 1, 1, 0]), codes, rest)
    with pytest.raises(ValueError, match="in the order of their strata"):
        ppi(five, five, np.array([0, 1, 0, 1, 0]), predicted(np.ones(4), np.array([0, 0, 1, 1]), 2))
