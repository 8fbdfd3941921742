"""Intervals over units and annotators, against what is known of means and against leaving out by hand."""

from collections.abc import Callable

import krippendorff
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from gt_platform.stats.agreement import Coefficient, Level, Resampling, agreement, agreement_by_label, ratings
from gt_platform.stats.crossed import Left, Panel, over_both, over_units
from tests.support.judgements import holes, of_matrix

Floats = NDArray[np.float64]
Value = Callable[[Floats], float]

RNG = np.random.default_rng(8)
NUMBERS = RNG.normal(size=25) + RNG.normal(size=(4, 1)) / 2 + RNG.normal(size=(4, 25))
TRUTH = RNG.integers(0, 3, 40)
LABELS = holes(RNG, np.where(RNG.random((5, 40)) < 0.8, TRUTH, RNG.integers(0, 3, (5, 40))), 0.3)


def parts(values: Floats) -> Left:
    """One part of each kind."""
    return Left(values=values.reshape(-1, 1), frequency=np.ones(values.size, dtype=np.int64))


def left(table: Floats) -> tuple[Left, Panel]:
    """The mean of a (units, annotators) table without each unit, each annotator and each number."""
    units, annotators = table.shape
    by_unit = parts(np.array([np.delete(table, at, axis=0).mean() for at in range(units)]))
    panel = Panel(
        annotators=parts(np.array([np.delete(table, at, axis=1).mean() for at in range(annotators)])),
        ratings=parts((table.sum() - table.ravel()) / (table.size - 1)),
        answers=np.full(annotators, units),
    )
    return by_unit, panel


def test_the_variance_of_a_mean_is_that_of_textbooks() -> None:
    table = RNG.normal(size=(9, 4))
    by_unit, panel = left(table)
    assert by_unit.variance()[0] == pytest.approx(table.mean(axis=1).var(ddof=1) / 9)
    assert panel.annotators.variance()[0] == pytest.approx(table.mean(axis=0).var(ddof=1) / 4)
    assert panel.ratings.variance()[0] == pytest.approx(table.var(ddof=1) / 36)
    assert panel.effective() == 4


def test_annotators_with_few_answers_tell_less() -> None:
    nothing = parts(np.zeros(3))
    assert Panel(annotators=nothing, ratings=nothing, answers=np.array([8, 1, 1])).effective() == 100 / 66


def test_equal_parts_may_be_counted() -> None:
    one, other = parts(np.array([0.1, 0.4, 0.4, 0.4])), np.array([[0.1], [0.4]])
    assert Left(values=other, frequency=np.array([1, 3])).variance() == pytest.approx(one.variance())


def test_the_bounds_are_students_on_fishers_scale() -> None:
    value, units = np.array([0.6]), parts(np.array([0.55, 0.62, 0.6, 0.66, 0.58]))
    error = np.sqrt(units.variance()[0]) * 3 / (0.4 * 2.2)  # of log (1 + 2 r) / (1 - r)
    low, high = over_units(value, units, 3)
    for bound, sign in ((low, -1), (high, 1)):
        moved = np.log(2.2 / 0.4) + sign * stats.t.ppf(0.975, 4) * error
        assert np.log((1 + 2 * bound[0]) / (1 - bound[0])) == pytest.approx(moved)


def test_agreement_that_moves_with_every_annotator_is_hardly_known() -> None:
    value, units = np.array([0.6]), parts(0.6 + 0.001 * np.arange(-5.0, 6))
    same = Panel(annotators=parts(np.full(3, 0.6)), ratings=parts(np.full(30, 0.6)), answers=np.full(3, 10))
    low, high = over_both(value, units, same, 3)
    assert (low, high) == over_units(value, units, 3)
    apart = Panel(annotators=parts(np.array([0.4, 0.6, 0.8])), ratings=same.ratings, answers=same.answers)
    low, high = over_both(value, units, apart, 3)
    assert low[0] < 0.05
    assert high[0] > 0.9


def by_hand(value: Value, table: Floats, size: float) -> tuple[float, float]:
    """Both samples left out part by part; `table` (annotators, units)."""
    given = np.argwhere(~np.isnan(table))
    single = np.array([value(_without(table, *where)) for where in given])
    panel = Panel(
        annotators=parts(np.array([value(np.delete(table, at, axis=0)) for at in range(len(table))])),
        ratings=parts(single),
        answers=(~np.isnan(table)).sum(axis=1),
    )
    rated = ~np.isnan(table).all(axis=0)
    by_unit = parts(np.array([value(np.delete(table, at, axis=1)) for at in np.flatnonzero(rated)]))
    low, high = over_both(np.array([value(table)]), by_unit, panel, size)
    return float(low[0]), float(high[0])


def _without(table: Floats, annotator: int, unit: int) -> Floats:
    less = table.copy()
    less[annotator, unit] = np.nan
    return less


def named(table: Floats, level: Level = "nominal") -> dict[str, Coefficient]:
    return {part.name: part for part in agreement(of_matrix(table), level, resampling=Resampling(replicates=50))}


@pytest.mark.parametrize(("table", "level"), [(LABELS, "nominal"), (NUMBERS, "interval"), (LABELS, "interval")])
def test_alpha_for_annotators_alike_is_krippendorffs_left_out_part_by_part(table: Floats, level: Level) -> None:
    def value(part: Floats) -> float:
        return float(krippendorff.alpha(reliability_data=part, level_of_measurement=level))

    sizes = (~np.isnan(table)).sum(axis=0)
    found = named(table, level)["alpha"]
    wanted = by_hand(value, table, float(sizes[sizes >= 2].mean()))
    assert (found.alike_low, found.alike_high) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.slow
def test_icc_2_for_annotators_alike_is_pingouins_left_out_annotator_by_annotator() -> None:
    import pingouin  # takes a second, which each worker would pay for collecting this

    def value(part: Floats) -> float:
        annotator, unit = np.indices(part.shape)
        long = pd.DataFrame({"unit": unit.ravel(), "annotator": annotator.ravel(), "value": part.ravel()})
        return float(pingouin.intraclass_corr(long, "unit", "annotator", "value")["ICC"].to_numpy()[1])

    def expected(table: Floats, annotator: int, unit: int) -> Floats:
        """The number replaced by what least squares expect from the others."""
        filled = table.copy()
        for _ in range(200):
            filled[annotator, unit] = filled[annotator].mean() + filled[:, unit].mean() - filled.mean()
        return filled

    where = np.argwhere(~np.isnan(NUMBERS))
    panel = Panel(
        annotators=parts(np.array([value(np.delete(NUMBERS, at, axis=0)) for at in range(4)])),
        ratings=parts(np.array([value(expected(NUMBERS, *at)) for at in where])),
        answers=np.full(4, 25),
    )
    units = parts(np.array([value(np.delete(NUMBERS, at, axis=1)) for at in range(25)]))
    low, high = over_both(np.array([value(NUMBERS)]), units, panel, 4)
    found = named(NUMBERS, "interval")
    assert (found["icc_2"].alike_low, found["icc_2"].alike_high) == pytest.approx((low[0], high[0]), abs=1e-9)
    # of the mean of all four, by Spearman and Brown
    assert found["icc_2k"].alike_low == pytest.approx(4 * low[0] / (1 + 3 * low[0]), abs=1e-9)


def test_numbers_have_students_intervals_within_those_for_annotators_alike() -> None:
    for part in named(NUMBERS, "interval").values():
        if part.name == "percent":
            continue
        assert part.low is not None
        assert part.high is not None
        assert part.alike_low is not None
        assert part.alike_high is not None
        assert part.alike_low <= part.low < part.high <= part.alike_high


def test_every_label_has_both_intervals() -> None:
    for row in agreement_by_label(of_matrix(LABELS)):
        for part in (row.specific, row.alpha):
            assert part.alike_low is not None
            assert part.value is not None
            assert part.alike_low < part.value


def test_two_annotators_tell_nothing_of_others() -> None:
    found = named(LABELS[:2])
    assert {part.alike_low for part in found.values()} == {None}
    assert {part.alike_reason for part in found.values()} == {"insufficient evidence: 2 annotators, 3 are needed"}
    assert found["alpha"].low is not None


def test_annotators_who_always_agree_tell_nothing_of_others() -> None:
    found = named(np.tile(TRUTH.astype(np.float64), (4, 1)))["alpha"]
    assert (found.value, found.alike_low) == (1, None)
    assert found.alike_reason == "insufficient evidence: all but a few ratings are the same"


def test_only_the_second_interval_holds_what_others_would_agree_on() -> None:
    """Ten annotators, half of them careless: of others like them one half is, which these ten tell only roughly."""
    held = np.zeros(2)
    for seed in range(100):
        rng = np.random.default_rng(seed)
        right = np.where(rng.random(10) < 0.5, 0.95, 0.5)
        truth = rng.integers(0, 4, (60, 1))
        answers = np.where(rng.random((60, 10)) < right, truth, rng.integers(0, 4, (60, 10)))
        unit, annotator = np.indices(answers.shape)
        rated = ratings(unit.ravel(), annotator.ravel(), answers.ravel())
        found = agreement(rated, resampling=Resampling(replicates=100, seed=seed))[1]
        assert found.low is not None
        assert found.high is not None
        assert found.alike_low is not None
        assert found.alike_high is not None
        alpha = 0.725**2  # of two labels at random, both are known with the square of the mean chance to know one
        held += found.low <= alpha <= found.high, found.alike_low <= alpha <= found.alike_high
    assert held[0] < 60
    assert held[1] >= 92
