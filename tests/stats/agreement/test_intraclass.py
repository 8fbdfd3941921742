"""Intraclass correlations against pingouin, and with ratings missing."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from gt_platform.stats.agreement import agreement
from gt_platform.stats.agreement.intraclass import complete, of_mean, one_way, two_way
from gt_platform.stats.agreement.tally import tally
from tests.support.judgements import holes, of_matrix

Floats = NDArray[np.float64]
# Shrout and Fleiss (1979), table 2: 6 targets, 4 judges; table 4 gives .17, .29, .71 and, for means, .44, .62, .91
TARGETS = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]], dtype=np.float64)


def correlations(matrix: Floats) -> list[float]:
    """ICC(1,1), (1,k), (2,1), (3,1), (2,k) and (3,k) of a (annotators, units) matrix."""
    rated = of_matrix(matrix)
    return [*one_way(tally(rated)).value().tolist(), *two_way(complete(rated)).value().tolist()]


def test_the_published_example() -> None:
    assert correlations(TARGETS) == pytest.approx([0.17, 0.44, 0.29, 0.71, 0.62, 0.91], abs=5e-3)


def test_equal_to_pingouin() -> None:
    import pingouin  # takes a second, which each worker would pay for collecting this

    for seed in range(10):
        rng = np.random.default_rng(seed)
        units, annotators = int(rng.integers(8, 40)), int(rng.integers(2, 6))
        matrix = (
            1000
            + rng.normal(size=units)
            + 0.7 * rng.normal(size=(annotators, units))
            + rng.normal(size=(annotators, 1))
        )
        annotator, unit = np.indices(matrix.shape)
        long = pd.DataFrame({"unit": unit.ravel(), "annotator": annotator.ravel(), "value": matrix.ravel()})
        wanted = pingouin.intraclass_corr(long, "unit", "annotator", "value")["ICC"].to_numpy()
        one, two, three, one_k, two_k, three_k = wanted
        assert correlations(matrix) == pytest.approx([one, one_k, two, three, two_k, three_k], abs=1e-10)


def test_one_way_takes_units_with_any_number_of_ratings() -> None:
    # units (1, 3), (5, 7, 6), and one without a pair: between 24.3 on 1, within 2 + 2 on 3 degrees of freedom
    found = one_way(tally(of_matrix(np.array([[1, 5, 9], [3, 7, np.nan], [np.nan, 6, np.nan]])))).value()
    mean = (1 + 3 + 5 + 7 + 6) / 5
    between = 2 * (2 - mean) ** 2 + 3 * (6 - mean) ** 2
    within, usual = 4 / 3, 5 - (4 + 9) / 5
    assert found[0] == pytest.approx((between - within) / (between + (usual - 1) * within))
    assert found[1] == pytest.approx((between - within) / between)


def test_two_way_takes_the_units_that_all_rated() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=40) + rng.normal(size=(3, 40))
    missing = matrix.copy()
    missing[0, :5] = np.nan
    assert correlations(missing)[2:] == pytest.approx(correlations(matrix[:, 5:])[2:], abs=1e-12)
    scattered = holes(rng, rng.normal(size=(8, 30)), 0.5)
    found = {part.name: part for part in agreement(of_matrix(scattered), "interval")}
    assert found["icc_1"].value is not None
    assert found["icc_2"].value is None
    assert "units that all 8 annotators rated" in found["icc_2"].reason


def test_numbers_that_do_not_vary_are_undefined() -> None:
    found = {part.name: part for part in agreement(of_matrix(np.full((3, 20), 7.0)), "interval")}
    assert found["icc_1"].reason.startswith("undefined: every rating is the same")
    assert found["icc_3"].reason == "undefined: the units do not differ"
    assert found["percent"].value == 1


def test_the_mean_of_annotators_by_spearman_and_brown() -> None:
    assert of_mean(0.5, 4) == pytest.approx(0.8)
    assert of_mean(-0.1, 4) == pytest.approx(-0.4 / 0.7)
    assert [of_mean(single, 3) for single in (-0.3, -0.5, -0.9)] == [-1, -1, -1]  # below -1, or nowhere
