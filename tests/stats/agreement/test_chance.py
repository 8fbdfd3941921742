"""Percent agreement, Fleiss' kappa and Gwet's coefficients: by hand, against statsmodels, and as published."""

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.stats.inter_rater import fleiss_kappa

from gt_platform.stats.agreement.chance import fleiss, gwet, percent
from gt_platform.stats.agreement.ratings import ratings
from gt_platform.stats.agreement.scales import Level
from gt_platform.stats.agreement.tally import Tally, tally
from tests.stats.agreement.test_alpha import PUBLISHED
from tests.support.judgements import holes, of_matrix

# Gwet (2014), Handbook of Inter-Annotator Reliability, 4th ed., chapter 2: two abstractors, 100 pregnancies, 3 kinds
ABSTRACTORS = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]])


def counted(matrix: NDArray[np.float64]) -> Tally:
    """The tally of a (annotators, units) matrix."""
    return tally(of_matrix(matrix))


def of_table(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """The two annotators' ratings behind a contingency table, (2, units)."""
    first, second = np.indices(table.shape)
    return np.array([np.repeat(first, table.ravel()), np.repeat(second, table.ravel())], dtype=np.float64)


def test_by_hand() -> None:
    # units aab, bb, a: pairs that agree 1/3 and 1/1; a given to 2/3, 0 and 1 of their units, so 5/9 of the time
    found = counted(np.array([[0, 1, 0], [0, 1, np.nan], [1, np.nan, np.nan]]))
    observed, by_chance = 2 / 3, (5 / 9) ** 2 + (4 / 9) ** 2
    assert percent(found).value()[0] == pytest.approx(observed)
    assert fleiss(found).value()[0] == pytest.approx((observed - by_chance) / (1 - by_chance))
    assert gwet(found, "nominal").value()[0] == pytest.approx((observed - 40 / 81) / (1 - 40 / 81))


def test_fleiss_is_statsmodels_where_each_unit_has_as_many_ratings() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        counts = rng.multinomial(6, rng.dirichlet(np.ones(4)), size=50)
        matrix = np.array([np.repeat(np.arange(4), row) for row in counts], dtype=np.float64).T
        assert fleiss(counted(matrix)).value()[0] == pytest.approx(fleiss_kappa(counts), abs=1e-12)


def test_the_published_example_with_missing_ratings() -> None:
    # Gwet (2014), chapter 4: observed .818, chance .239 for Fleiss and .190 for AC1
    found = counted(PUBLISHED)
    assert percent(found).value()[0] == pytest.approx(0.818, abs=5e-4)
    assert fleiss(found).value()[0] == pytest.approx(0.761, abs=5e-4)
    assert gwet(found, "nominal").value()[0] == pytest.approx(0.775, abs=5e-4)


@pytest.mark.parametrize(("level", "wanted"), [("ordinal", 0.899), ("interval", 0.914), ("ratio", 0.857)])
def test_ac2_as_published(level: Level, wanted: float) -> None:
    assert gwet(counted(PUBLISHED), level).value()[0] == pytest.approx(wanted, abs=5e-4)


@pytest.mark.parametrize(("level", "wanted"), [("nominal", 0.8493), ("ordinal", 0.925), ("interval", 0.940)])
def test_two_annotators_as_published(level: Level, wanted: float) -> None:
    found = gwet(counted(of_table(ABSTRACTORS)), level).value()[0]
    assert found == pytest.approx(wanted, abs=5e-5 if level == "nominal" else 5e-4)


def test_labels_nobody_used_lower_chance() -> None:
    used = of_matrix(holes(np.random.default_rng(0), np.random.default_rng(1).integers(0, 2, (3, 40))))
    found, of_five, of_one = (
        tally(ratings(used.unit, used.annotator, used.numbers, scale=scale)) for scale in (None, range(5), [1])
    )
    assert gwet(of_five, "nominal").value()[0] > gwet(found, "nominal").value()[0]
    assert gwet(of_one, "nominal").value()[0] == gwet(found, "nominal").value()[0]
    assert fleiss(of_five).value()[0] == fleiss(found).value()[0]


def test_one_label_alone_agrees_but_shows_nothing_beyond_chance() -> None:
    found = counted(np.ones((3, 12)))
    assert (percent(found).value()[0], gwet(found, "nominal").value()[0], gwet(found, "interval").value()[0]) == (
        1,
        1,
        1,
    )
    assert np.isnan(fleiss(found).value()[0])
