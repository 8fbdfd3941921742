"""Ratios from a sample whose truth experts checked in part."""

from functools import partial

import numpy as np
import pytest

from gt_platform.stats.design import Design, stratified
from gt_platform.stats.label_error.cells import Cells, Codes, Flags, Floats
from gt_platform.stats.label_error.corrections import Corrections, learned
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.two_phase import Corrected, Units, corrected
from gt_platform.stats.survey import Estimates, ratio

ZERO = np.zeros(1, dtype=np.int64)
ONES = np.ones(40)


def shares(right: Floats) -> Shares:
    """Right or wrong, as accuracy."""
    return Shares(numerator=right[:, None], denominator=np.ones((len(right), 1)))


def two_cells(code: Codes) -> Cells:
    return Cells(code, ("split: x", "unanimous: x"), np.ones(2, dtype=np.int64))


def estimated(
    design: Design, code: Codes, checked: Flags, leading: Floats, true: Floats
) -> tuple[Corrected, Corrections]:
    found = learned(two_cells(code), checked, ONES, ONES, shares(leading), shares(true))
    units = Units(
        cell=code,
        checked=checked,
        shares=shares(np.where(checked, true, leading)),
        inside=np.ones(len(code), dtype=np.bool_),
    )
    return corrected(design, units, found, partial(ratio, design)), found


def forty() -> tuple[Design, Codes, Floats, Floats]:
    """40 of 400 units, half of them split; the leading answer wrong of every fourth split one."""
    code = np.tile([0, 1], 20)
    leading = np.tile([1.0, 1, 1, 0], 10)
    true = np.where(np.arange(40) % 8 == 0, 1 - leading, leading)
    return stratified(np.zeros(40, dtype=np.int64), np.array([400]), ZERO), code, leading, true


def plain(design: Design, true: Floats) -> Estimates:
    return ratio(design, true[:, None], np.ones((len(true), 1)))


def test_where_all_are_checked_it_is_the_experts_score() -> None:
    design, code, leading, true = forty()
    found, _ = estimated(design, code, np.ones(40, dtype=np.bool_), leading, true)
    expected = plain(design, true)
    assert found.estimates.value == pytest.approx(expected.value, abs=1e-12)
    assert found.estimates.error == pytest.approx(expected.error, abs=1e-12)
    assert found.estimates.freedom == pytest.approx(expected.freedom)
    assert found.labels.tolist() == [0.0]


def test_without_label_errors_labels_add_no_variance() -> None:
    design, code, leading, _ = forty()
    found, _ = estimated(design, code, np.arange(40) < 12, leading, leading)
    assert found.labels.tolist() == [0.0]
    assert found.estimates.error == pytest.approx(plain(design, leading).error, abs=1e-12)


def test_the_unchecked_are_corrected_by_their_cell() -> None:
    design, code, leading, true = forty()
    checked = np.arange(40) < 16
    found, learnt = estimated(design, code, checked, leading, true)
    # 2 of 8 checked split ones were wrongly called right, no unanimous one
    assert learnt.numerator[:, 0] == pytest.approx([-0.25, 0.0])
    assert found.estimates.value == pytest.approx([(leading.sum() - 2 - 12 * 0.25) / 40])
    own, pooled = 8 * 0.25 * 0.75, (0.5 * 8 / 7) * 0.25 * 0.75
    split, unanimous = (own + 3 * pooled) / 10, 3 * pooled / 10
    labels = (12**2 / 8 + 12) * (split + unanimous) / 40**2
    assert found.labels * found.estimates.error**2 == pytest.approx([labels])


def test_the_variance_is_what_repeated_draws_have() -> None:
    rng = np.random.default_rng(5)
    values, variances = [], []
    for _ in range(400):
        truth = rng.random(200) < 0.8
        code = (rng.random(200) < 0.7).astype(np.int64)
        leading = np.where(rng.random(200) < np.where(code == 1, 0.05, 0.3), ~truth, truth).astype(np.float64)
        design = stratified(np.zeros(200, dtype=np.int64), np.array([10_000]), ZERO)
        checked = rng.random(200) < np.where(code == 1, 0.2, 0.5)
        found = learned(
            two_cells(code), checked, np.ones(200), np.ones(200), shares(leading), shares(truth.astype(np.float64))
        )
        mixed = shares(np.where(checked, truth, leading).astype(np.float64))
        units = Units(cell=code, checked=checked, shares=mixed, inside=np.ones(200, dtype=np.bool_))
        one = corrected(design, units, found, partial(ratio, design))
        values.append(one.estimates.value[0])
        variances.append(one.estimates.error[0] ** 2)
    assert np.mean(values) == pytest.approx(0.8, abs=0.006)
    assert np.mean(variances) == pytest.approx(np.var(values), rel=0.2)


def test_a_cell_nobody_checked_takes_what_its_kin_say() -> None:
    code = np.repeat([0, 1, 2], [4, 4, 4])
    names = ("a", "b", "c")
    checked = np.array([True] * 4 + [False] * 4 + [True] * 4)
    true = np.array([0.0, 1, 1, 1] + [1] * 4 + [0.0, 0, 1, 1])
    found = learned(
        Cells(code, names, np.array([1, 1, 0])),
        checked,
        np.ones(12),
        np.ones(12),
        shares(np.ones(12)),
        shares(true),
    )
    assert found.numerator[:, 0] == pytest.approx([-0.25, -0.25, -0.5])
    assert found.checks.tolist() == [4, 1, 4]


def test_the_order_of_units_changes_nothing() -> None:
    design, code, leading, true = forty()
    checked = np.arange(40) < 16
    order = np.random.default_rng(1).permutation(40)
    one, _ = estimated(design, code, checked, leading, true)
    other, _ = estimated(design, code[order], checked[order], leading[order], true[order])
    assert one.estimates.value == pytest.approx(other.estimates.value, abs=1e-12)
    assert one.estimates.error == pytest.approx(other.estimates.error, abs=1e-12)


def test_a_check_of_a_low_rate_counts_at_most_for_its_share_of_the_cell() -> None:
    code = np.zeros(8, dtype=np.int64)
    checked, true = np.arange(8) < 4, np.array([0.0, 1, 1, 1, 1, 1, 1, 1])
    probability = np.array([0.1, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1])
    found = learned(Cells(code, ("a",), ZERO), checked, np.ones(8), probability, shares(np.ones(8)), shares(true))
    # half of the cell is checked: weights 2, 1, 1, 1, not 10, 1, 1, 1
    assert found.numerator[0, 0] == pytest.approx(-2 / 5)
    assert found.checks[0] == pytest.approx(25 / 7)


def test_checks_by_weight_count_alike_and_those_at_equal_chances_by_their_weight() -> None:
    code, weight = np.zeros(8, dtype=np.int64), np.array([16.0, 16, 1, 1, 16, 16, 1, 1])
    checked, true = np.arange(8) < 4, np.array([1.0, 1, 0, 0, 1, 1, 1, 1])
    ones, one = shares(np.ones(8)), Cells(code, ("a",), ZERO)
    # of a mean weight of 8.5: by weight, half the cell's as many, and each of the four counts for 17
    by_weight = learned(one, checked, weight, np.minimum(weight / 17, 1), ones, shares(true))
    assert by_weight.numerator[0, 0] == pytest.approx(-2 / 4)
    equal = learned(one, checked, weight, np.full(8, 0.5), ones, shares(true))
    assert equal.numerator[0, 0] == pytest.approx(-2 / 34)


def test_undecided_cells_do_not_lend_their_variance_to_others() -> None:
    code, checked = np.repeat([0, 1, 2], 10), np.ones(30, dtype=np.bool_)
    true = np.concatenate([np.ones(10), np.tile([1.0, 1, 1, 1, 0], 2), np.tile([0.0, 1], 5)])
    names = ("split: x", "unanimous: x", "undecided: x")
    found = learned(
        Cells(code, names, np.ones(3, dtype=np.int64)),
        checked,
        np.ones(30),
        np.ones(30),
        shares(np.ones(30)),
        shares(true),
    )
    # 0, 10/9 of .16 and of .25: the settled cells share the mean of the first two, the third keeps its own
    assert found.expected.moments[0, :, 0] == pytest.approx([0.8 / 9, 0.8 / 9, 2.5 / 9])
