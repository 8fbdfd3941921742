"""What tells missing values from others."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from gt_platform.stats.missing import differences

RNG = np.random.default_rng(7)


def test_it_is_the_rank_test_of_mann_and_whitney_with_ties() -> None:
    values = RNG.integers(0, 5, 60).astype(np.float64)
    missing = RNG.random(60) < 0.3
    (found,) = differences(missing, {"value": values, "constant": np.ones(60)})
    expected = mannwhitneyu(values[missing], values[~missing], method="asymptotic", use_continuity=False)
    assert found.name == "value"
    assert found.p == pytest.approx(expected.pvalue)
    assert found.odds == pytest.approx(expected.statistic / (missing.sum() * (~missing).sum()))


def test_what_they_differ_in_comes_first_and_is_corrected_for_looking_often() -> None:
    missing = np.arange(200) < 40
    noise = RNG.normal(size=200)
    found = differences(missing, {"noise": noise, "cause": np.where(missing, -1.0, 1.0)})
    assert [one.name for one in found] == ["cause", "noise"]
    assert found[0].odds == 0.0
    assert found[0].p < 1e-9
    assert found[1].p == pytest.approx(min(1.0, 2 * differences(missing, {"noise": noise})[0].p))


def test_of_none_missing_or_all_nothing_can_be_said() -> None:
    for missing in (np.zeros(9, dtype=np.bool_), np.ones(9, dtype=np.bool_)):
        assert differences(missing, {"value": np.arange(9.0)}) == []


def test_alarms_are_as_rare_as_they_say() -> None:
    alarms = 0
    for _ in range(400):
        missing = RNG.random(80) < 0.2
        known = {name: RNG.normal(size=80) for name in "abc"}
        alarms += any(one.p < 0.05 for one in differences(missing, known))
    assert alarms / 400 < 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5
