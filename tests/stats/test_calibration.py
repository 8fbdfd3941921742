"""Dealing counts out again: exact where rows are few, normal with the right moments where they are many."""

import numpy as np
import pytest
from scipy.stats import multivariate_hypergeom

from gt_platform.stats.calibration import DENSE, by_chance, judged, redealt
from gt_platform.stats.distances import Counts, Floats, jensen_shannon, wasserstein

SPARSE = np.array([3, 40, 7, 2])
MIXED = np.array([9, 400_000, 30, 250_000, 350_000])


def draw(pooled: Counts, size: int, permutations: int = 40_000) -> Floats:
    return np.concatenate(list(redealt(pooled, size, permutations, np.random.default_rng(3))))


@pytest.mark.parametrize(("pooled", "size"), [(SPARSE, 20), (MIXED, 300_000), (MIXED[1:2], 1000), (MIXED[3:], 500_000)])
def test_moments_are_the_hypergeometric_ones(pooled: Counts, size: int) -> None:
    counts, rows = draw(pooled, size), pooled.sum()
    share = pooled / rows
    covariance = (np.diag(share) - np.outer(share, share)) * size * (rows - size) / (rows - 1)
    deviation = np.sqrt(np.diag(covariance))
    assert counts.sum(axis=1) == pytest.approx(size)
    assert counts.mean(axis=0) == pytest.approx(size * share, abs=float(0.03 * deviation.max()) + 1e-9)
    scale = np.maximum(np.outer(deviation, deviation), 1e-9)
    assert (np.atleast_2d(np.cov(counts.T)) - covariance) / scale == pytest.approx(0, abs=0.05)


def test_sparse_levels_stay_whole_numbers_beside_dense_ones() -> None:
    counts = draw(MIXED, 300_000, 500)
    assert (counts[:, [0, 2]] == counts[:, [0, 2]].round()).all()
    assert counts[:, 1] != pytest.approx(counts[:, 1].round(), abs=1e-3)


def test_sparse_tables_come_as_often_as_they_should() -> None:
    tables, times = np.unique(draw(SPARSE, 5), axis=0, return_counts=True)
    expected = multivariate_hypergeom.pmf(tables.astype(int), SPARSE, 5)
    assert times / times.sum() == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("others", [1, 10])
def test_normal_counts_give_the_tail_of_exact_ones(others: int) -> None:
    pooled, size = np.full(8, DENSE * (1 + others)), 8 * DENSE
    rng = np.random.default_rng(others)
    exact = rng.multivariate_hypergeometric(pooled, size, 60_000, method="marginals")
    normal = draw(pooled, size, 60_000)
    assert normal[0].tolist() != normal[0].round().tolist()
    for tail in (0.05, 0.01):
        threshold = np.quantile(jensen_shannon(pooled - normal, normal), 1 - tail)
        assert (jensen_shannon(pooled - exact, exact) > threshold).mean() == pytest.approx(tail, rel=0.2)


@pytest.mark.parametrize("seed", range(200))
def test_above_the_threshold_exactly_when_p_is_at_most_alpha(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(int(rng.integers(2, 5))))
    reference, current = rng.multinomial(30, shares), rng.multinomial(12, shares[::-1])
    pooled = (reference + current)[reference + current > 0]
    drawn = current[reference + current > 0]
    values = np.arange(pooled.size, dtype=np.float64)
    observed, chance = by_chance(
        lambda counts: wasserstein(values, pooled, counts), pooled, drawn, rng=rng, permutations=199
    )
    threshold, p_value = judged(observed, chance, 0.05)
    assert (observed > threshold) == (p_value <= 0.05)
