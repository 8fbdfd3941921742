"""What each case moves a statistic by is what leaving it out and counting it twice do, and the bootstrap agrees."""

from typing import Any

import numpy as np
import pytest

from gt_platform.metrics import Corpus, metrics
from gt_platform.stats.survey import ratio, unweighted
from tests.metrics.worlds import WORLDS, drawn

NEAR = {"map": 0.3}
"""Precision is read at 101 recalls, between which it jumps; what a case moves is the area under the curve."""
STATISTICS = sorted(name for name, metric in metrics().items() if isinstance(metric, Corpus))


def test_every_statistic_has_a_world() -> None:
    assert sorted(WORLDS) == STATISTICS


@pytest.mark.parametrize("name", STATISTICS)
def test_influence_is_what_leaving_a_case_out_and_counting_it_twice_do(name: str) -> None:
    metric: Any = metrics()[name]
    parts = drawn(name, 400, np.random.default_rng(2))
    weight = np.random.default_rng(3).uniform(1, 3, 400)
    found = metric.linearised(parts, weight)
    influence = found.influence(parts, np.ones(400))
    assert weight @ influence == pytest.approx(0, abs=1e-7 * weight.sum() * max(1, abs(found.value)))
    assert found.influence(np.zeros_like(parts), np.zeros(400)) == pytest.approx(np.zeros(400), abs=1e-12)
    for at in range(0, 400, 8):
        share, without, twice = weight[at] / weight.sum(), weight.copy(), weight.copy()
        without[at], twice[at] = 1e-12, 2 * weight[at]
        moved = (metric.linearised(parts, twice).value - found.value) * (1 + share) / share
        moved += (found.value - metric.linearised(parts, without).value) * (1 - share) / share
        assert moved / 2 == pytest.approx(influence[at], abs=NEAR.get(name, 0.01) * np.abs(influence).max())


@pytest.mark.parametrize("name", STATISTICS)
def test_the_error_is_what_the_bootstrap_says(name: str) -> None:
    metric: Any = metrics()[name]
    rng = np.random.default_rng(4)
    parts = drawn(name, 300, rng)
    found = metric.linearised(parts, np.ones(300))
    numbers = (found.value + found.influence(parts, np.ones(300)))[:, np.newaxis]
    error = ratio(unweighted(300), numbers, np.ones((300, 1))).error[0]
    again = [
        metric.linearised(parts, rng.multinomial(300, np.full(300, 1 / 300)).astype(float)).value for _ in range(250)
    ]
    assert error / np.std(again) == pytest.approx(1, abs=0.2)
