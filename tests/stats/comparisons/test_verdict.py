"""Verdicts: read off the bounds, with the items still needed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.comparisons.difference import Difference
from gt_platform.stats.comparisons.verdict import (
    equivalence,
    equivalence_p_value,
    non_inferiority,
    non_inferiority_p_value,
    standing,
)


def between(low: float, high: float, n: int = 200) -> Difference:
    error = (high - low) / 2 / 1.959964
    return Difference((low + high) / 2, low, high, error, float("inf"), n, n, 0.5)


@pytest.mark.parametrize(
    ("low", "high", "gate", "alike", "stands"),
    [
        (0.01, 0.05, "pass", "insufficient evidence", "better"),
        (-0.01, 0.01, "pass", "pass", "equivalent"),
        (-0.015, 0.05, "pass", "insufficient evidence", "undecided"),
        (-0.05, 0.01, "insufficient evidence", "insufficient evidence", "undecided"),
        (-0.08, -0.01, "insufficient evidence", "insufficient evidence", "worse"),
        (-0.08, -0.03, "fail", "fail", "worse"),
        (0.03, 0.08, "pass", "fail", "better"),
    ],
)
def test_decisions_at_a_margin_of_two_points(low: float, high: float, gate: str, alike: str, stands: str) -> None:
    found = between(low, high)
    assert non_inferiority(found, 0.02).decision == gate
    assert equivalence(found, 0.02).decision == alike
    assert standing(found, 0.02) == stands


def test_items_needed_by_hand() -> None:
    # the standard error .01 at 100 items must become .02 / (1.96 + .8416): (2.8016 / 2)^2 = 1.962 times the items
    found = between(-0.0196, 0.0196, n=100)
    assert non_inferiority(found, 0.0196).decision == "insufficient evidence"
    assert non_inferiority(found, 0.019).needed == pytest.approx(100 * ((2.8016 * 0.01 / 0.019) ** 2 - 1), abs=1)
    assert non_inferiority(found, 0.02).needed is None


def test_the_items_needed_do_decide() -> None:
    rng = np.random.default_rng(1)
    error, truth, n = 0.02, 0.0, 400
    needed = non_inferiority(between(truth - 1.96 * error, truth + 1.96 * error, n), 0.03).needed
    assert needed is not None
    estimates = rng.normal(truth, error * np.sqrt(n / (n + needed)), 4000)
    passed = np.mean(estimates - 1.959964 * error * np.sqrt(n / (n + needed)) > -0.03)
    assert passed == pytest.approx(0.8, abs=0.02)


def test_on_the_margin_no_number_is_promised() -> None:
    found = non_inferiority(between(-0.05, 0.01), 0.02)
    assert (found.decision, found.needed) == ("insufficient evidence", None)
    assert "so near it" in found.reason


def test_too_few_items_or_no_interval_decide_nothing() -> None:
    few = non_inferiority(replace(between(0.1, 0.2), n=8, groups=4), 0.02)
    assert (few.decision, few.needed) == ("insufficient evidence", 12)
    none = non_inferiority(None, 0.02)
    assert (none.decision, none.needed) == ("insufficient evidence", None)
    assert equivalence(None, 0.02).decision == "insufficient evidence"
    assert standing(None) == "undecided"


@settings(deadline=None)  # the first call imports scipy
@given(st.floats(-0.5, 0.5), st.floats(0.001, 0.3), st.floats(0.001, 0.2))
def test_p_values_agree_with_the_verdicts(middle: float, half: float, margin: float) -> None:
    found = between(middle - half, middle + half)
    p = non_inferiority_p_value(found, margin)
    if abs(p - 0.025) > 1e-5:
        assert (p < 0.025) == (non_inferiority(found, margin).decision == "pass")
    both = equivalence_p_value(found, margin)
    if abs(both - 0.025) > 1e-5:
        assert (both < 0.025) == (equivalence(found, margin).decision == "pass")


def test_p_values_without_any_spread() -> None:
    found = Difference(0.0, 0.0, 0.0, 0.0, float("inf"), 20, 20, 1.0)
    assert non_inferiority_p_value(found, 0.02) == 0
    assert non_inferiority_p_value(found, 0.0) == 1


def test_impossible_margins_are_refused() -> None:
    for decide in (non_inferiority, equivalence):
        with pytest.raises(ValueError, match="0 or more"):
            decide(between(0, 1), -0.1)
    with pytest.raises(ValueError, match="exactly alike"):
        equivalence(between(0, 1), 0)
    with pytest.raises(ValueError, match="0 or more"):
        standing(between(0, 1), float("nan"))
