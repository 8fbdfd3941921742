"""Verdicts: read off the bounds, with the items still needed."""

from dataclasses import replace

import numpy as np
import pytest

from gt_platform.stats.comparisons.difference import Difference
from gt_platform.stats.comparisons.verdict import non_inferiority


def between(low: float, high: float, n: int = 200) -> Difference:
    error = (high - low) / 2 / 1.959964
    return Difference(
        estimate=(low + high) / 2, low=low, high=high, error=error, freedom=float("inf"), n=n, groups=n, p_value=0.5
    )


@pytest.mark.parametrize(
    ("low", "high", "decision"),
    [
        (0.01, 0.05, "pass"),
        (-0.015, 0.05, "pass"),
        (-0.05, 0.01, "insufficient_evidence"),
        (-0.08, -0.01, "insufficient_evidence"),
        (-0.08, -0.03, "fail"),
    ],
)
def test_decisions_at_a_margin_of_two_points(low: float, high: float, decision: str) -> None:
    assert non_inferiority(between(low, high), 0.02).decision == decision


def test_items_needed_by_hand() -> None:
    # the standard error .01 at 100 items must become .02 / (1.96 + .8416): (2.8016 / 2)^2 = 1.962 times the items
    found = between(-0.0196, 0.0196, n=100)
    assert non_inferiority(found, 0.0196).decision == "insufficient_evidence"
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
    assert (found.decision, found.needed) == ("insufficient_evidence", None)
    assert "so near it" in found.reason


def test_too_few_items_or_no_interval_decide_nothing() -> None:
    few = non_inferiority(replace(between(0.1, 0.2), n=8, groups=4), 0.02)
    assert (few.decision, few.needed) == ("insufficient_evidence", 12)
    none = non_inferiority(None, 0.02)
    assert (none.decision, none.needed) == ("insufficient_evidence", None)


def test_impossible_margins_are_refused() -> None:
    for margin in (-0.1, float("nan")):
        with pytest.raises(ValueError, match="0 or more"):
            non_inferiority(between(0, 1), margin)
