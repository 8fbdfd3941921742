"""Looking again as evidence comes in."""

import numpy as np
import pytest
from scipy.special import ndtr

from gt_platform.stats.looks import at_every_look, level_of


def test_a_p_value_for_every_look_is_seldom_small_at_any_of_them() -> None:
    looks = np.arange(100, 2700, 100)
    steps = np.random.default_rng(1).normal(0, 10, (1000, len(looks))).cumsum(axis=1)
    once = 2 * ndtr(-np.abs(steps / np.sqrt(looks)))
    every = [
        [at_every_look(p_value, units) for p_value, units in zip(run, looks.tolist(), strict=True)]
        for run in once.tolist()
    ]
    assert (once.min(axis=1) <= 0.05).mean() > 0.2
    assert (np.array(every).min(axis=1) <= 0.05).mean() <= 0.05
    # of what is there, four standard errors are found at once
    assert at_every_look(2 * float(ndtr(-4.0)), 200) < 0.005
    assert at_every_look(0.0, 1) == 0.0


def test_what_later_looks_may_spend_adds_up_to_what_is_left() -> None:
    spent = [(1 - level_of(look)) / 2 for look in range(1, 10_000)]
    assert spent[0] == pytest.approx(0.025)
    assert 0.0499 < sum(spent) <= 0.05
    with pytest.raises(ValueError, match="the first is 1"):
        level_of(0)
    with pytest.raises(ValueError, match=r"of 0 units"):
        at_every_look(0.5, 0)
