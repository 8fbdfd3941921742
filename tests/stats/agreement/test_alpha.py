"""Krippendorff's alpha against the reference package, on every level, with ratings missing."""

import krippendorff
import numpy as np
import pytest
from numpy.typing import NDArray

from gt_platform.stats.agreement.alpha import MOST_RANKS, alpha
from gt_platform.stats.agreement.ratings import ratings
from gt_platform.stats.agreement.scales import LEVELS, Level
from gt_platform.stats.agreement.tally import tally
from tests.support.judgements import holes, of_matrix

NAN = np.nan
# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: 4 observers, 12 units, 5 values
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)


def value(matrix: NDArray[np.float64], level: Level) -> float:
    """Alpha of a (annotators, units) matrix."""
    return float(alpha(tally(of_matrix(matrix), ordered=level != "nominal"), level).value()[0])


@pytest.mark.parametrize(
    ("level", "wanted"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_example(level: Level, wanted: float) -> None:
    assert value(PUBLISHED, level) == pytest.approx(wanted, abs=5e-4)


@pytest.mark.parametrize("level", LEVELS)
def test_equal_to_the_reference(level: Level) -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        labels, annotators, units = rng.integers(2, 9), rng.integers(2, 7), rng.integers(4, 60)
        matrix = holes(rng, rng.integers(0, labels, (annotators, units)))
        wanted = krippendorff.alpha(matrix, level_of_measurement=level)
        assert value(matrix, level) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_equal_to_the_reference_on_many_values_far_from_zero(level: Level) -> None:
    rng = np.random.default_rng(1)
    truth = rng.normal(size=80).round(2) + 1e4
    matrix = holes(rng, (truth + rng.normal(size=(3, 80))).round(2))
    assert len(np.unique(matrix)) > MOST_RANKS
    assert value(matrix, level) == pytest.approx(krippendorff.alpha(matrix, level_of_measurement=level), abs=1e-9)


def test_equal_to_the_reference_where_counts_do_not_fit_a_double() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 200, 400)
    matrix = np.where(rng.random((5, 400)) < 0.6, truth, rng.integers(0, 200, (5, 400))).astype(np.float64)
    for level in ("nominal", "ordinal"):
        assert value(matrix, level) == pytest.approx(krippendorff.alpha(matrix, level_of_measurement=level), abs=1e-12)


def test_labels_far_from_zero_are_no_trouble() -> None:
    small = np.array([[1, 2, 3, 4], [1, 2, 3, 3.0]])
    assert value(small * 1e300, "interval") == pytest.approx(value(small, "interval"), abs=1e-12)


def test_one_value_or_no_pair_is_undefined() -> None:
    for level in LEVELS:
        assert np.isnan(value(np.ones((3, 20)), level))
        assert np.isnan(value(np.array([[1, 2, NAN], [NAN, NAN, 3.0]]), level))


def test_a_ratio_scale_starts_at_zero() -> None:
    with pytest.raises(ValueError, match="starts at 0, but there is a value of -3"):
        alpha(tally(ratings([0, 0], [0, 1], [-3, 1])), "ratio")
    assert value(np.array([[0, 0, 4.0], [0, 0, 4.0]]), "ratio") == 1
