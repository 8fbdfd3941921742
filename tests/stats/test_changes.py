"""Dating changes of a series of days, and telling steps from slopes and seasons."""

from typing import Any

import numpy as np
import pytest

from gt_platform.stats.changes import Change, Floats, change, gone, noise_of, returned, season

RNG = np.random.default_rng(4)
NOISE = RNG.normal(size=500) * 0.15


def series(days: int, level: Any) -> tuple[Any, Floats]:
    numbers = np.arange(days)
    return numbers, np.array([float(level(day)) for day in numbers]) + NOISE[:days]


@pytest.mark.parametrize("since", [10, 25, 39])
def test_a_step_is_dated_to_the_day_from_its_first_day_on(since: int) -> None:
    assert change(*series(40, lambda day: day >= since)) == Change(kind="level", since=since)


def test_a_slope_is_gradual_and_begins_where_it_began() -> None:
    found = change(*series(45, lambda day: np.clip((day - 19) / 20, 0, 1)))
    assert found is not None
    assert found.kind == "gradual"
    assert abs(found.since - 20) <= 3


def test_the_last_change_counts_and_an_old_one_is_found_again() -> None:
    assert change(*series(80, lambda day: -1.0 * (day < 30) + (day >= 70))) == Change(kind="level", since=70)
    assert change(*series(400, lambda day: day >= 30)) == Change(kind="level", since=30)


def test_nothing_is_dated_where_nothing_changed() -> None:
    assert change(*series(40, lambda _: 0)) is None
    assert change(np.arange(1), np.ones(1)) is None


def test_weekends_are_a_season_of_the_week_and_a_step_is_none() -> None:
    assert season(*series(41, lambda day: day % 7 == 5)) == "week"
    assert season(*series(41, lambda day: day >= 38)) is None
    assert season(*series(41, lambda day: day >= 10)) is None


def test_a_season_of_the_year_is_one_from_its_second_time_on() -> None:
    def summer(day: int) -> bool:
        return 100 <= day % 364 < 180

    assert season(*series(480, summer)) == "year"
    assert season(*series(150, summer)) is None
    assert season(*series(480, lambda day: day >= 100)) is None


def test_what_was_left_for_some_days_came_back() -> None:
    _, x = series(40, lambda day: not 20 <= day < 30)
    assert returned(x, 30) == 20
    _, x = series(40, lambda day: day >= 30)
    assert returned(x, 30) is None


def test_days_are_placed_between_then_and_now_by_what_moved_beyond_chance() -> None:
    before, now, noise = np.array([0.0, 5.0]), np.array([2.0, 5.1]), np.array([0.1, 1.0])
    assert gone(np.array([[0.0, 90.0], [1.0, 5.0], [2.0, 0.0]]), before, now, noise).tolist() == [0.0, 0.5, 1.0]
    assert gone(np.array([[3.0, 3.0]]), before, before, noise).tolist() == [0.0]


def test_a_step_does_not_make_noise() -> None:
    profiles = np.concatenate([np.zeros((20, 1)), np.ones((20, 1))])
    assert noise_of(profiles, np.array([0.01])).tolist() == [0.01]
