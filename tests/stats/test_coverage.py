"""The heart of it: intervals hold the truth as often as they say, and those of targeted samples do not."""

import math

import numpy as np
import pytest

from gt_platform.stats.intervals import intervals
from tests.bench.coverage import CASES, Case, measure
from tests.bench.design import population, worth
from tests.bench.estimators import SIZES, Population, populations, run

DRAWS, RUNS = 400, 250
# three standard deviations of a share of so many, were they independent
SLACK, WIDER = (3 * math.sqrt(0.95 * 0.05 / count) for count in (DRAWS, RUNS))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_intervals_cover(case: Case) -> None:
    for row in measure(case, DRAWS, seed=7):
        if row.estimator in {"by design", "by design, GREG"} and row.withheld == 0:
            assert abs(row.bias) < 0.02, row
            assert 0.95 - SLACK <= row.covered <= 0.995, row


@pytest.mark.slow
def test_a_plain_mean_of_drifted_events_does_not() -> None:
    case = next(case for case in CASES if case.name == "week, after the shift")
    row = next(row for row in measure(case, RUNS) if row.estimator == "drift-targeted, plain" and row.domain == "*")
    assert row.bias < -0.06
    assert row.covered < 0.3


@pytest.mark.slow
@pytest.mark.parametrize("budget", SIZES)
@pytest.mark.parametrize("made", list(populations(np.random.default_rng(3))), ids=lambda made: made.name)
def test_every_estimator_covers(made: Population, budget: int) -> None:
    for name, estimates in run(made, budget, RUNS, np.random.default_rng(5)).items():
        found = intervals(estimates, np.zeros(RUNS), np.full(RUNS, made.highest))
        true = made.value[made.drifted].mean() if name.endswith("slice") else made.value.mean()
        if None not in found:
            held = np.mean([one.low <= true <= one.high for one in found if one is not None])
            assert held >= 0.94 - WIDER, (name, held)


@pytest.mark.slow
def test_a_label_of_the_default_design_is_worth_more_than_a_uniform_one() -> None:
    rng = np.random.default_rng(2)
    made = population("right on 70 / 88 %", 2.0, rng)
    headline, drifted, *_ = worth(made, 1000, 1000, rng, declared=True)
    assert headline > 1.4
    assert drifted > 2.8  # 3 give or take what 1,000 runs leave open
