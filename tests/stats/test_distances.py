"""Distances against scipy, which Evidently uses, and against values worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import distance
from scipy.stats import wasserstein_distance

from gt_platform.stats.distances import jensen_shannon, wasserstein

COUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12).filter(
    lambda pairs: sum(p for p, _ in pairs) > 0 and sum(q for _, q in pairs) > 0
)


def test_wasserstein_by_hand() -> None:
    # reference {0, 0, 10}, current {10, 10}: two thirds of the mass move by 10
    assert wasserstein(np.array([0.0, 10.0]), np.array([2, 3]), np.array([0, 2])) == pytest.approx(20 / 3)


def test_jensen_shannon_by_hand() -> None:
    assert jensen_shannon(np.array([5, 0]), np.array([0, 3])) == pytest.approx(np.sqrt(np.log(2)))
    assert jensen_shannon(np.array([2, 4]), np.array([30, 60])) == 0.0


@given(COUNTS)
def test_equal_to_scipy(pairs: list[tuple[int, int]]) -> None:
    reference, current = (np.array(side) for side in zip(*pairs, strict=True))
    values = np.sqrt(np.arange(len(pairs), dtype=np.float64))
    expected = wasserstein_distance(values, values, reference, current)
    assert wasserstein(values, reference + current, current) == pytest.approx(expected, abs=1e-9)
    # scipy does not clip, so that a distance of nearly 0 is the root of a rounding error
    assert jensen_shannon(reference, current) == pytest.approx(
        np.nan_to_num(distance.jensenshannon(reference, current)), abs=1e-7
    )


def test_one_distance_for_every_row() -> None:
    pooled, drawn = np.array([4, 4, 4]), np.array([[1, 1, 1], [3, 0, 0]])
    assert wasserstein(np.array([0.0, 1.0, 2.0]), pooled, drawn) == pytest.approx([0.0, 12 / 9])
    assert jensen_shannon(pooled - drawn, drawn)[0] == 0.0
