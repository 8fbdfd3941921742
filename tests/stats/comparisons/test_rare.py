"""Systems that hardly ever part."""

import numpy as np
import pytest
from scipy.stats import poisson

from gt_platform.stats.comparisons.difference import Besides, mean_difference
from gt_platform.stats.comparisons.verdict import non_inferiority


def test_the_very_same_answers_pass_once_there_are_enough() -> None:
    decisions = {}
    for n in (100, 184, 185):
        found = mean_difference(np.zeros(n), most=1.0)
        assert found is not None
        assert (found.estimate, found.p_value) == (0.0, 1.0)
        decisions[n] = non_inferiority(found, 0.02)
    assert [one.decision for one in decisions.values()] == ["insufficient_evidence", "insufficient_evidence", "pass"]
    assert decisions[100].needed == 85
    assert mean_difference(np.zeros(1000)) is None  # nobody says how far apart one can be
    assert mean_difference(np.zeros(1000), most=1.0, besides=Besides(labels=0.01)) is None


def test_a_bound_is_what_so_few_are_just_likely_at() -> None:
    """Eight of 400 lost: as many or fewer are 2.5 % likely at the bound, and less where a unit weighs more."""
    lost = np.repeat([-1.0, 0.0], [8, 392])
    found = mean_difference(lost, most=1.0)
    assert found is not None
    assert poisson.cdf(8, -400 * found.low) == pytest.approx(0.025)
    assert found.estimate == -0.02
    later = found.at(0.99)
    assert poisson.cdf(8, -400 * later.low) == pytest.approx(0.005)
    assert (found.negated.at(0.99).high, found.negated.estimate) == (-later.low, 0.02)
    heavy = mean_difference(lost, weights=np.repeat([1.0, 2.0], [200, 200]), most=1.0)
    assert heavy is not None
    assert heavy.low == pytest.approx(found.low * 400 / 300)
    assert mean_difference(np.repeat([-1.0, 0.0], [9, 391]), most=1.0) == mean_difference(
        np.repeat([-1.0, 0.0], [9, 391])
    )


def test_all_that_is_common_is_where_the_interval_begins() -> None:
    found = mean_difference(np.repeat([1.0, 0.0], [99, 1]), most=1.0)
    assert found is not None
    assert found.high == 1.0
    assert 0 < found.low < 0.9
