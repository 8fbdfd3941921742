"""Two-sample tests by permutation: bad input, agreement of p-value and threshold, false alarms and power."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom, wasserstein_distance

from gt_platform.stats.distances import jensen_shannon
from gt_platform.stats.permutation import Chance, TwoSample, compare_levels, compare_numbers, enough_permutations
from gt_platform.stats.units import Units

OPTIONS: dict[str, Any] = {"permutations": 199, "alpha": 0.05, "seed": 7}
NAN = float("nan")


def numbers(reference: Any, current: Any, units: Units | None = None, **options: Any) -> TwoSample:
    how = Chance(**(OPTIONS | options))
    return compare_numbers(np.asarray(reference, float), np.asarray(current, float), how, units=units)


def levels(reference: list[int], current: list[int], **options: Any) -> TwoSample:
    return compare_levels(np.array(reference), np.array(current), Chance(**(OPTIONS | options)))


def p_of(found: TwoSample, name: str) -> float | None:
    return next((aspect.p_value for aspect in found.aspects if aspect.name == name), None)


def test_value_is_in_standard_deviations_of_the_reference() -> None:
    rng = np.random.default_rng(1)
    reference, current = rng.lognormal(size=3000), rng.lognormal(0.2, size=400)
    expected = wasserstein_distance(reference, current) / np.std(reference)
    assert numbers(reference, current).value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("constant", [0.0, -3.5, 1e308])
def test_constant_columns_do_not_differ(constant: float) -> None:
    found = numbers([constant] * 60, [constant] * 50)
    assert (found.value, found.threshold, found.p_value) == (0.0, 0.0, 1.0)
    assert levels([60], [50]) == TwoSample()


def test_another_constant_drifts() -> None:
    found = numbers([1.0] * 60, [2.0] * 50)
    assert found.value == pytest.approx(1000)  # the norm of a constant reference is 0.001, as in Evidently
    assert found.p_distance == 1 / 200


def test_one_value_each_is_no_evidence() -> None:
    assert numbers([1.0], [5.0]).p_distance == pytest.approx(0.5, abs=0.01)  # both ways to deal them are as far apart


@pytest.mark.parametrize(("reference", "current"), [([], [1.0]), ([1.0], [])])
def test_empty_samples_are_refused(reference: list[float], current: list[float]) -> None:
    with pytest.raises(ValueError, match="both need some"):
        numbers(reference, current)
    with pytest.raises(ValueError, match="both need some"):
        levels([len(reference)], [len(current)])


def test_arrays_of_other_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="2 levels in the reference, 3"):
        levels([1, 2], [1, 2, 3])


def test_too_few_permutations_are_refused() -> None:
    with pytest.raises(ValueError, match="use 1000"):
        levels([5, 5], [5, 5], alpha=0.001)


def test_enough_permutations_for_one_finding_among_many() -> None:
    assert enough_permutations(999, 4, 0.01) == 999
    permutations = enough_permutations(999, 30, 0.01)
    assert 2 / (permutations + 1) * 30 <= 0.01 < 2 / permutations * 30


def test_missing_values_are_drift_of_their_own() -> None:
    rng = np.random.default_rng(2)
    reference, current = rng.normal(size=500), rng.normal(size=200)
    assert p_of(numbers(reference, current), "missing") is None
    current[:40] = NAN
    found = numbers(reference, current)
    missing = p_of(found, "missing")
    assert missing is not None
    assert missing < 1e-20
    assert found.p_value == 2 * 3 * missing  # half for the distance, half for location, scale and what is missing


def test_a_side_without_values_is_judged_by_what_is_missing() -> None:
    found = numbers([1.0] * 100, [NAN] * 100)
    assert (found.value, found.p_distance) == (0.0, 1.0)
    assert found.p_value == 2 * (p_of(found, "missing") or 1)
    assert found.p_value < 1e-50
    assert numbers([NAN, np.inf], [NAN]).p_value == 1.0


@pytest.mark.parametrize("observed", [10, 13, 20])
def test_p_value_equals_the_exact_mid_p(observed: int) -> None:
    pooled, size = np.array([50, 25]), 25
    tables = np.column_stack([np.arange(size + 1), size - np.arange(size + 1)])
    chance, exact = jensen_shannon(pooled - tables, tables), hypergeom.pmf(np.arange(size + 1), 75, 50, size)
    tied = np.isclose(chance, chance[observed], rtol=1e-9)
    mid_p = exact[(chance > chance[observed]) & ~tied].sum() + exact[tied].sum() / 2
    found = levels([50 - observed, observed], [observed, size - observed], permutations=99_999)
    assert found.p_value == pytest.approx(mid_p, rel=0.15)


NUMBERS = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=30)


def test_one_row_against_ten_is_no_surprise_however_far_it_lies() -> None:
    found = numbers([1.0], [0.0] * 10)
    assert min(aspect.p_value for aspect in found.aspects) == pytest.approx(1 / 11)


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_never_nan_whatever_comes_in(reference: list[float], current: list[float]) -> None:
    found = numbers(reference, current)
    assert np.isfinite([found.value, found.threshold]).all()
    assert 0 < found.p_value <= 1


@settings(deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_above_the_threshold_exactly_when_p_is_at_most_alpha(seed: int, many_levels: bool) -> None:
    rng = np.random.default_rng(seed)
    if many_levels:
        found = numbers(rng.normal(size=1000), rng.normal(0.2, size=50), alpha=0.1)
        assert (found.value > found.threshold) == (2 * found.p_distance <= 0.1)
    counts = [rng.multinomial(size, [0.3, 0.7]).tolist() for size in (100, 50)]
    binary = levels(*counts, alpha=0.1)
    assert (binary.value > binary.threshold) == (binary.p_value <= 0.1)


def test_order_does_not_matter_and_the_seed_does() -> None:
    rng = np.random.default_rng(3)
    reference, current = rng.normal(size=3000), rng.normal(0.1, size=100)
    found = numbers(reference, current)
    again = numbers(rng.permutation(reference), rng.permutation(current))
    assert found == again
    assert found.threshold != numbers(reference, current, seed=8).threshold


def test_binning_keeps_value_and_verdict_of_heavy_tails() -> None:
    rng = np.random.default_rng(4)
    reference, current = rng.pareto(1.5, size=20_000), rng.pareto(1.5, size=2000)
    found = numbers(reference, current)
    assert found.value == pytest.approx(wasserstein_distance(reference, current) / np.std(reference), rel=1e-9)
    assert found.p_value > 0.05
    assert numbers(reference, current * 1.5).p_value < 0.05


@pytest.mark.slow
def test_false_alarms() -> None:
    repeats, weights, draws = 80, np.arange(1, 9) / 36, 199
    few, many = binom.ppf(0.0005, repeats, 0.02), binom.ppf(0.9995, repeats, 0.07)
    alarms: dict[str, list[int]] = {"numeric": [], "missing": [], "eight": [], "binary": []}
    for reference_size in (500, 2000, 20_000):
        for size in (50, 200, 2000):
            rng = np.random.default_rng([reference_size, size])
            found: dict[str, int] = dict.fromkeys(alarms, 0)
            for seed in range(repeats):
                reference, current = rng.normal(size=reference_size), rng.normal(size=size)
                found["numeric"] += numbers(reference, current, seed=seed, permutations=draws).p_value <= 0.05
                reference[rng.random(reference_size) < 0.1] = NAN
                current[rng.random(size) < 0.1] = NAN
                found["missing"] += numbers(reference, current, seed=seed, permutations=draws).p_value <= 0.05
                for name, shares in (("eight", weights), ("binary", [0.3, 0.7])):
                    counts = [rng.multinomial(rows, shares).tolist() for rows in (reference_size, size)]
                    found[name] += levels(*counts, seed=seed, permutations=draws).p_value <= 0.05
            for name, count in found.items():
                assert few <= count <= many, (name, reference_size, size, count)
                alarms[name].append(count)
    rates = {name: sum(counts) / (len(counts) * repeats) for name, counts in alarms.items()}
    assert all(0.02 <= rate <= 0.07 for rate in rates.values()), rates


@pytest.mark.parametrize("reference_size", [500, 2000])
def test_power_at_half_a_standard_deviation(reference_size: int) -> None:
    rng = np.random.default_rng(reference_size)
    found = [
        numbers(rng.normal(size=reference_size), rng.normal(0.5, size=200), seed=seed).p_value <= 0.05
        for seed in range(60)
    ]
    assert sum(found) >= 54
