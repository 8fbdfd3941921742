"""What a night's answers count for: all of them where nights are alike, few where nights follow one another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.nights import discounted, effective, watched
from tests.bench.gate import NEVER, World, measure


def test_answers_count_by_what_earlier_nights_errors_say() -> None:
    share, n = np.full(4, 0.8), np.array([30.0, 30.0, 30.0, 60.0])
    plain = np.sqrt(0.16 / n)
    told = effective(share, plain, n)
    # of the first night nothing is known; error^2 makes up for what a sample's own share hides of the scatter
    assert told == pytest.approx([0.0, 31.0, 31.0, 62.0])
    assert effective(share, plain / 2, n)[1:] == pytest.approx(4 * np.array([30.25, 30.25, 60.5]))
    assert effective(share, np.zeros(4), n).tolist() == [0.0] * 4


def test_alike_nights_count_in_full_once_that_is_known_and_others_for_little() -> None:
    rng = np.random.default_rng(1)
    alike = rng.binomial(30, 0.85, 300) / 30
    days = 0.85 + 0.05 * rng.standard_normal(300)
    differing = rng.binomial(30, days) / 30
    counts, fewer = (discounted(share, np.full(300, 30.0), at_least=0.85) for share in (alike, differing))
    assert counts[0] < 5
    assert counts[-30:].mean() == pytest.approx(30, abs=1)
    assert fewer[-30:].mean() < 20


def test_a_fall_does_not_pass_for_nights_that_differ() -> None:
    rng = np.random.default_rng(3)
    share = np.concatenate([rng.binomial(30, 0.87, 200), rng.binomial(30, 0.75, 40)]) / 30
    counts = discounted(share, np.full(240, 30.0), at_least=0.85)
    assert counts[200:215].mean() > 0.9 * counts[150:200].mean()


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 1)), min_size=1, max_size=80))
def test_no_night_counts_for_more_than_it_has_in_all(nights: list[tuple[int, float]]) -> None:
    count, share = (np.array(part, dtype=np.float64) for part in zip(*nights, strict=True))
    told = discounted(share, count, at_least=0.9)
    assert (told >= 0).all()
    assert (told == np.floor(told)).all()
    assert (np.cumsum(told) <= np.cumsum(count) + 1e-6).all()
    assert (told[count == 0] == 0).all()


def test_bad_values_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        watched([1.2, 0.5], [0.1, 0.1], [10, 10], at_least=0.8)
    with pytest.raises(ValueError, match="at_least"):
        watched([0.5, 0.5], [0.1, 0.1], [10, 10], at_least=1.0)


@pytest.mark.slow
def test_years_that_hold_are_quiet_however_days_differ_and_falls_are_found() -> None:
    for world in (World(50, days=0.05), World(50, days=0.05, follow=0.8), World(20, days=0.05, follow=0.8, above=0.02)):
        assert measure(world, 25, seed=2)[0] <= 0.12  # of 25 years at 5 %, 4 or more in 3 of 100
    assert measure(World(30, 200), 25, seed=2)[1] <= 720
    assert measure(World(30, 100, kind="stratified"), 25, seed=2)[1] <= 600
    assert measure(World(30, NEVER, kind="stratified"), 25, seed=2)[0] <= 0.12
