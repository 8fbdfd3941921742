"""What is usual, told by the days before."""

import numpy as np
import pytest

from gt_platform.stats.volume import FAR, FEWEST, usual

WEEK = np.array([1000, 1040, 980, 1010, 960, 200, 190])


def told(past: object) -> tuple[int, int]:
    found = usual(past)  # type: ignore[arg-type]
    assert found is not None
    return round(found.events), round(found.at_least)


def test_a_week_is_needed_and_then_half_of_the_lowest_day() -> None:
    assert usual(WEEK[: FEWEST - 1]) is None
    assert told(WEEK) == (980, 66)  # half of 190, less what chance takes
    assert usual([*WEEK[:6], 0]) is None  # no weekends, perhaps


@pytest.mark.parametrize(("day", "usually"), [(0, 1000), (4, 960), (5, 200), (6, 190)])
def test_each_weekday_has_its_own_usual(day: int, usually: int) -> None:
    past = np.tile(WEEK, 9)[: 56 + day]
    events, at_least = told(past)
    assert events == pytest.approx(usually, rel=0.01)
    assert at_least <= FAR * usually + 1


def test_a_day_off_that_comes_every_week_is_no_alarm() -> None:
    past = np.tile([900, 910, 890, 900, 905, 0, 0], 8)
    assert told(past)[1] > 500
    assert told(past[:-2])[1] == 0


def test_an_outage_a_week_ago_hides_none_today() -> None:
    past = np.tile(WEEK, 8).astype(float)
    whole = told(past)
    past[[-7, -14]] = 0
    assert told(past)[1] == pytest.approx(whole[1], rel=0.1)


def test_growth_is_followed_and_few_events_are_left_to_chance() -> None:
    growing = np.tile(WEEK, 8) * np.exp(0.1 * np.arange(56) / 7)
    assert told(growing)[0] == pytest.approx(1000 * np.exp(0.8), rel=0.15)
    assert told(np.random.default_rng(1).poisson(3, 56))[1] == 0


def test_days_that_differ_more_may_fall_further() -> None:
    rng = np.random.default_rng(2)
    calm, wild = (1000 * np.exp(spread * rng.standard_normal(56)) for spread in (0.05, 0.5))
    assert told(calm)[1] > 600
    assert told(wild)[1] < 400
