"""How days differ: worked by hand, and what a comparison makes of it."""

import numpy as np
import pytest
from scipy.stats import t

from gt_platform.stats.days import PRIOR_DAYS, USUAL, Reference, mean_moved, spread
from gt_platform.stats.permutation import Chance, TwoSample, compare_levels, compare_numbers
from gt_platform.stats.units import Units

HOW = Chance(permutations=499, alpha=0.01, seed=3)


def reference(rows: list[float], groups: list[int] | None = None) -> Reference:
    codes = np.array(groups or [0] * len(rows))
    return Reference(rows=np.array(rows), groups=codes, alike=codes == 0)


def units(days: int, rows: int, clusters: tuple[np.ndarray, np.ndarray] | None = None) -> Units:
    codes = np.zeros(days, np.int64)
    return Units(day=np.repeat(np.arange(days), rows), groups=codes, alike=codes == 0, clusters=clusters)


def drawn(seed: int, days: int, rows: int, sd: float, shift: float = 0.0) -> TwoSample:
    rng = np.random.default_rng(seed)
    before = (rng.normal(size=(days, rows)) + sd * rng.normal(size=(days, 1))).ravel()
    now = rng.normal(size=rows) + sd * rng.normal() + shift
    return compare_numbers(before, now, HOW, units=units(days, rows))


def test_the_spread_of_days_is_what_rows_do_not_explain() -> None:
    days = reference([100.0] * 3)
    # each lies 2, 2 and 4 from the mean of the other two; rows of variance 1 make 1/100 + 1/200 of that squared
    found = spread(days, np.array([4.0, 4.0, 16.0]), 1.0)
    of_days = 2 / 3 * (8 - 0.015)
    assert found.variance == pytest.approx((PRIOR_DAYS * USUAL + 2 * of_days) / (PRIOR_DAYS + 2))
    assert found.freedom == PRIOR_DAYS + 2
    assert spread(days, np.zeros(3), 1.0).variance == 0  # never less than none


def test_a_day_of_few_rows_hardly_tells_how_days_differ() -> None:
    rng = np.random.default_rng(7)
    rows = np.array([1_000.0] * 10 + [4.0])
    means = 0.1 * rng.normal(size=11) + rng.normal(size=11) / np.sqrt(rows)
    all_days, far = means.copy(), means.copy()
    far[10] = 4.0  # a mean of four rows, as far off as such may be
    without = mean_moved(reference(list(rows[:10])), means[:10], (0.5, 1_000.0), 1.0)
    for told in (all_days, far):
        assert mean_moved(reference(list(rows)), told, (0.5, 1_000.0), 1.0) == pytest.approx(without, rel=0.9)


def test_days_tell_only_of_days_like_them() -> None:
    days = reference([10.0] * 4, [0, 1, 0, 1])
    assert days.freedom == 2
    assert days.rest(np.array([1.0, 2.0, 3.0, 4.0])).tolist() == [3, 4, 1, 2]
    assert not reference([10.0] * 2, [0, 1]).told.any()


def test_with_very_many_rows_a_day_is_judged_by_students_t() -> None:
    means, rows = np.array([1.0, 2.0, 3.0, 2.0, 2.0] * 6), 1e9
    variance = 29 / 31 * means.var(ddof=1) + 2 / 31 * USUAL  # mixed with what days usually differ by
    freedom = 31**2 * variance**2 / (29 * variance**2 + 2 * USUAL**2)  # Satterthwaite's
    expected = 2 * t.sf(1.5 / np.sqrt(variance * 31 / 30), freedom)
    assert mean_moved(reference([rows] * 30), means, (3.5, rows), 1.0) == pytest.approx(expected, rel=1e-3)


def test_one_day_is_judged_by_rows() -> None:
    p_value = mean_moved(reference([50.0]), np.array([0.0]), (0.5, 50.0), 1.0)
    assert p_value == pytest.approx(2 * 0.00621, rel=1e-2)  # 2.5 standard errors


@pytest.mark.slow
def test_days_that_differ_do_not_drift_and_a_day_beyond_them_does() -> None:
    alike = [drawn(seed, 14, 5_000, 0.1).p_value <= 0.01 for seed in range(40)]
    assert sum(alike) <= 3
    as_one = [drawn(seed, 1, 5_000, 0.1).p_value <= 0.01 for seed in range(40)]
    assert sum(as_one) > 25  # what one day cannot know
    assert all(drawn(seed, 14, 5_000, 0.1, shift=0.8).p_value <= 0.01 for seed in range(10))


def test_the_distance_is_above_its_threshold_exactly_when_it_is_that_unlikely() -> None:
    for seed in range(30):
        found = drawn(seed, 7, 300, 0.1, shift=0.02 * seed)
        assert (found.value > found.threshold) == (2 * found.p_distance <= 0.01)


def test_users_are_dealt_out_whole() -> None:
    rng, alarms = np.random.default_rng(8), []
    for _ in range(40):
        own = rng.normal(size=(2, 30, 1))
        sides = (np.sqrt(0.3) * own + np.sqrt(0.7) * rng.normal(size=(2, 30, 20))).reshape(2, -1)
        whose = np.repeat(np.arange(30), 20)
        alarms.append(
            [
                compare_numbers(sides[0], sides[1], HOW, units=units(1, 600, clusters)).p_value <= 0.01
                for clusters in ((whose, whose), None)
            ]
        )
    with_users, without = np.array(alarms).sum(axis=0)
    assert with_users <= 3 < without


def test_scale_is_found_where_the_distance_is_not() -> None:
    rng = np.random.default_rng(5)
    before, after = rng.normal(size=(40, 2_800)), np.sqrt(1.5) * rng.normal(size=(40, 200))
    pairs = zip(before, after, strict=True)
    found = [compare_numbers(reference, current, HOW, units=units(14, 200)) for reference, current in pairs]
    assert sum(one.p_value <= 0.01 for one in found) > 20
    assert sum(2 * one.p_distance <= 0.01 for one in found) < 20


@pytest.mark.parametrize("rows", [200, 5_000])
def test_sentinels_do_not_hide_a_doubled_median(rows: int) -> None:
    rng = np.random.default_rng(rows)
    before, now = rng.lognormal(size=14 * rows), 2 * rng.lognormal(size=rows)
    before[::200], now[::200] = 1e6, 1e6
    found = compare_numbers(before, now, HOW, units=units(14, rows))
    assert found.p_value <= 0.01
    assert found.aspects[0].name == "location"


def test_levels_are_judged_by_days_as_well() -> None:
    rng = np.random.default_rng(6)
    alike = (np.zeros(14, np.int64), np.ones(14, np.bool_))
    found = []
    for _ in range(30):
        days = np.array([rng.multinomial(5_000, rng.dirichlet([400, 300, 300])) for _ in range(15)])
        found.append([compare_levels(days[:14], days[14], HOW, days=alike).p_value <= 0.01])
        found[-1].append(compare_levels(days[:14].sum(axis=0), days[14], HOW).p_value <= 0.01)
        found[-1].append(compare_levels(days[:14], days[14][[1, 2, 0]], HOW, days=alike).p_value <= 0.01)
    by_day, by_row, changed = np.array(found).sum(axis=0)
    assert by_day <= 2 < 10 < by_row
    assert changed == 30
