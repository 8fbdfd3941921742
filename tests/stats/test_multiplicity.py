"""Benjamini-Hochberg q-values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from gt_platform.stats.multiplicity import holm, q_values

P_VALUES = st.lists(st.floats(0, 1), max_size=20)


def test_worked_by_hand() -> None:
    # sorted .01 .02 .03 .5, times 4/1, 4/2, 4/3, 4/4: .04 .04 .04 .5
    assert q_values([0.03, 0.5, 0.01, 0.02]) == pytest.approx([0.04, 0.5, 0.04, 0.04])


def test_the_example_of_the_paper() -> None:
    # Benjamini and Hochberg (1995), section 3.1: four of fifteen hypotheses are rejected at 0.05
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    assert (q_values(p) <= 0.05).sum() == 4


@given(P_VALUES)
def test_holm_is_that_of_another_library(p_values: list[float]) -> None:
    if p_values:
        assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])


def test_none_and_one() -> None:
    assert q_values([]).size == 0
    assert q_values([0.2]).tolist() == [0.2]


@pytest.mark.parametrize("wrong", [[float("nan")], [-0.1], [1.1], [[0.1]]])
def test_what_is_no_p_value_is_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        q_values(wrong)


@given(P_VALUES)
def test_never_below_p_and_in_its_order(p: list[float]) -> None:
    q = q_values(p)
    assert (q >= np.array(p) - 1e-15).all()
    assert (q <= 1).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= 0).all()


@pytest.mark.parametrize("tests", [1, 7, 200])
def test_as_statsmodels_and_scipy(tests: int) -> None:
    p = np.random.default_rng(tests).beta(0.4, 1, tests).round(2)
    assert q_values(p) == pytest.approx(multipletests(p, method="fdr_bh")[1], abs=1e-12)
    assert q_values(p) == pytest.approx(false_discovery_control(p), abs=1e-12)
