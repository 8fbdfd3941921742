"""The heart of it: intervals hold the truth as often as they say, and those of targeted samples do not."""

import math

import pytest

from tests.bench.coverage import CASES, Case, measure

DRAWS = 1000
# three standard deviations of a share of 1000 draws, were they independent
SLACK = 3 * math.sqrt(0.95 * 0.05 / DRAWS)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_intervals_cover(case: Case) -> None:
    lowest = 0.92 if case.absolute_error else 0.95
    for row in measure(case, DRAWS, seed=7):
        if row.estimator == "by design" and row.withheld == 0:
            assert abs(row.bias) < 0.02, row
            assert lowest - SLACK <= row.covered <= 0.995, row


@pytest.mark.slow
def test_a_plain_mean_of_drifted_events_does_not() -> None:
    case = next(case for case in CASES if case.name == "week, after the shift")
    row = next(row for row in measure(case, 500) if row.estimator == "drift-targeted, plain" and row.domain == "*")
    assert row.bias < -0.06
    assert row.covered < 0.3
