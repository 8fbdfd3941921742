"""Counting two samples on few values: distance and deviation against scipy and numpy, whatever the shape."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from gt_platform.stats.distances import Floats, wasserstein
from gt_platform.stats.histogram import deviation, histogram

Sample = Callable[[np.random.Generator, int], Floats]
SHAPES: dict[str, Sample] = {
    "normal": lambda rng, rows: rng.normal(size=rows),
    "log-normal": lambda rng, rows: rng.lognormal(size=rows),
    "Pareto": lambda rng, rows: rng.pareto(1.5, rows),
    "Cauchy": lambda rng, rows: rng.standard_cauchy(rows),
    "two narrow modes": lambda rng, rows: rng.choice([-100.0, 100.0], rows) + rng.normal(scale=0.01, size=rows),
    "a sentinel": lambda rng, rows: np.where(rng.random(rows) < 0.1, -999_999, rng.normal(size=rows)),
    "mostly zero": lambda rng, rows: np.where(rng.random(rows) < 0.8, 0, rng.exponential(size=rows)),
    "seconds of a day": lambda rng, rows: 1.7e9 + 86_400 * rng.random(rows),
    "lengths": lambda rng, rows: np.floor(rng.gamma(2, 40, rows)),
}
NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("reference_rows", "rows", "near"), [(2_000, 300, 1e-9), (150_000, 150_000, 2e-3)])
@pytest.mark.parametrize("moved", [1.0, 1.3])
def test_distance_and_deviation(shape: str, reference_rows: int, rows: int, near: float, moved: float) -> None:
    rng = np.random.default_rng(rows)
    reference, current = SHAPES[shape](rng, reference_rows), SHAPES[shape](rng, rows) * moved
    found = histogram(reference, current)
    assert found.distance * found.step == pytest.approx(wasserstein_distance(reference, current), rel=near)
    assert deviation(reference) == pytest.approx(np.std(reference), rel=near / 10)
    assert (found.pooled.sum(), found.current.sum()) == (reference_rows + rows, rows)
    assert (np.diff(found.values) > 0).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("reference_rows", "rows"), [(2_000, 300), (150_000, 150_000)])
def test_few_values_keep_the_distance(shape: str, reference_rows: int, rows: int) -> None:
    rng = np.random.default_rng(rows)
    found = histogram(SHAPES[shape](rng, reference_rows), SHAPES[shape](rng, rows))
    values, pooled, current = found.coarser(256)
    assert values.size <= 256
    assert (pooled.sum(), current.sum()) == (reference_rows + rows, rows)
    assert wasserstein(values, pooled, current) == pytest.approx(found.distance, rel=0.05)
    assert values @ pooled == pytest.approx(found.values @ found.pooled, rel=1e-9)


@given(NUMBERS, NUMBERS)
def test_small_samples_are_exact(reference: list[float], current: list[float]) -> None:
    found = histogram(np.array(reference), np.array(current))
    span = max(reference + current) - min(reference + current)
    expected = wasserstein_distance(reference, current)
    assert found.distance * found.step == pytest.approx(expected, rel=1e-9, abs=1e-12 * span + 1e-300)
    assert wasserstein(found.values, found.pooled, found.current) == pytest.approx(found.distance, abs=1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(sorted(SHAPES)))
def test_the_order_of_rows_changes_not_a_bit(seed: int, shape: str) -> None:
    rng = np.random.default_rng(seed)
    reference, current = SHAPES[shape](rng, 70_000), SHAPES[shape](rng, 5_000)
    found, again = histogram(reference, current), histogram(rng.permutation(reference), rng.permutation(current))
    assert (found.distance, found.step) == (again.distance, again.step)
    assert deviation(reference) == deviation(rng.permutation(reference))
    assert np.array_equal(found.values, again.values)
    assert np.array_equal(found.current, again.current)


@pytest.mark.parametrize("value", [0.0, -3.5, 5e-324, 1e308])
def test_a_constant(value: float) -> None:
    found = histogram(np.full(70_000, value), np.full(9, value))
    assert (found.distance, found.pooled.tolist()) == (0.0, [70_009])
    assert deviation(np.full(70_000, value)) == deviation(np.full(9, value)) == 0.0


def test_the_ends_of_the_range_of_floats() -> None:
    found = histogram(np.array([-1e308, 1e308]), np.array([1e308]))
    assert found.distance * found.step == pytest.approx(1e308)
    assert deviation(np.array([-1e308, 1e308])) == pytest.approx(1e308)
