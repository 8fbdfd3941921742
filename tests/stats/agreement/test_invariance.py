"""Names and order change nothing, and more agreement is never less."""

from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from gt_platform.stats.agreement import LEVELS, Coefficient, Level, Resampling, agreement, ratings
from gt_platform.stats.agreement.alpha import alpha, labels_against_rest
from gt_platform.stats.agreement.chance import fleiss, gwet, percent
from gt_platform.stats.agreement.tally import tally

Table = NDArray[np.int64]

QUICK = Resampling(minimum=2, replicates=30)
TABLES = st.tuples(st.integers(2, 5), st.integers(3, 12)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-1, 3))
)


def rows(table: Table) -> tuple[Table, Table, Table]:
    """Units, annotators and values of a (annotators, units) table in which -1 is missing."""
    annotator, unit = np.nonzero(table >= 0)
    return unit, annotator, table[annotator, unit]


def assert_same(one: tuple[Coefficient, ...], other: tuple[Coefficient, ...]) -> None:
    """Equal but for the rounding of sums in another order."""
    assert [(part.name, part.reason, part.units) for part in one] == [
        (part.name, part.reason, part.units) for part in other
    ]
    assert [part.alike_reason for part in one] == [part.alike_reason for part in other]
    numbers = [
        [[part.value, part.low, part.high, part.alike_low, part.alike_high] for part in found if part.value is not None]
        for found in (one, other)
    ]
    assert np.array(numbers[0], dtype=float) == pytest.approx(np.array(numbers[1], dtype=float), abs=1e-6, nan_ok=True)


def blind(found: tuple[Coefficient, ...]) -> tuple[Coefficient, ...]:
    """Those that do not look at who rated: the others resample in the order of the annotators' names."""
    return tuple(part for part in found if not part.name.startswith(("cohen", "icc_2", "icc_3")))


@given(table=TABLES, level=st.sampled_from(LEVELS), data=st.data())
def test_names_of_units_and_annotators_and_the_order_of_rows_play_no_part(
    table: Table, level: Level, data: st.DataObject
) -> None:
    unit, annotator, value = rows(table)
    order = np.array(data.draw(st.permutations(range(len(unit)))), dtype=np.int64)
    units = np.array(data.draw(st.permutations(range(table.shape[1]))), dtype=np.int64)
    annotators = np.array(data.draw(st.permutations(range(table.shape[0]))), dtype=np.int64)
    before = agreement(ratings(unit, annotator, value), level, resampling=QUICK)
    after = agreement(ratings(units[unit][order], annotators[annotator][order], value[order]), level, resampling=QUICK)
    assert_same(blind(after), blind(before))
    for one, other in zip(before, after, strict=True):
        if one.value is not None and other.value is not None:
            assert other.value == pytest.approx(one.value, abs=1e-9)


@given(table=TABLES, names=st.permutations([4, 9, 2, 7]))
def test_renaming_labels_changes_nothing_but_names(table: Table, names: list[int]) -> None:
    unit, annotator, value = rows(table)
    assume(len(value) > 0)
    plain, renamed = ratings(unit, annotator, value), ratings(unit, annotator, np.array(names)[value])
    found: list[NDArray[np.float64]] = []
    before, after = (tally(rated, ordered=False) for rated in (plain, renamed))
    for statistic in (percent, fleiss, partial(gwet, level="nominal"), partial(alpha, level="nominal")):
        assert statistic(after).value() == pytest.approx(statistic(before).value(), abs=1e-12, nan_ok=True)
    for rated, called in ((before, np.array(names)), (after, np.arange(10))):
        order = np.argsort(called[rated.values.astype(np.int64)])
        found.append(labels_against_rest(rated).value().reshape(2, -1)[:, order])
    assert found[0] == pytest.approx(found[1], abs=1e-12, nan_ok=True)


@given(table=TABLES)
def test_intervals_do_not_know_names_of_labels_used_differently_often(table: Table) -> None:
    unit, annotator, value = rows(table)
    use = np.bincount(value)
    assume(len(np.unique(use[use > 0])) == (use > 0).sum())
    before = agreement(ratings(unit, annotator, value), resampling=QUICK)
    after = agreement(ratings(unit, annotator, 3 - value), resampling=QUICK)
    assert_same(blind(after), blind(before))


@given(table=TABLES, data=st.data())
def test_agreeing_with_the_others_never_lowers_agreement(table: Table, data: st.DataObject) -> None:
    unit, annotator, value = rows(table)
    assume(len(unit) > 0)
    at = data.draw(st.integers(0, len(unit) - 1))
    others = value[(unit == unit[at]) & (annotator != annotator[at])]
    assume(len(others) > 0)
    changed = value.copy()
    changed[at] = np.bincount(others).argmax()
    before, after = (percent(tally(ratings(unit, annotator, part))).value()[0] for part in (value, changed))
    assert after >= before - 1e-12


@given(table=TABLES, level=st.sampled_from(LEVELS))
@pytest.mark.slow
def test_splitting_the_input_and_joining_it_again_changes_nothing(table: Table, level: Level) -> None:
    parts = [part[::-1] for part in rows(table)]
    joined = [np.concatenate([part[1::2], part[::2]]) for part in parts]
    whole = agreement(ratings(*parts), level, resampling=QUICK)
    assert_same(agreement(ratings(*joined), level, resampling=QUICK), whole)
