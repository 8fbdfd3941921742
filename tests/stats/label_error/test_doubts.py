"""What is expected of leading answers, and what checks make of it."""

import numpy as np
import pytest

from gt_platform.stats.label_error.cells import PATTERNS, Cells, Floats
from gt_platform.stats.label_error.corrections import learned
from gt_platform.stats.label_error.doubts import AGREED, GUESSED, PRIOR_ERRORS, doubts, guessed, informed
from gt_platform.stats.label_error.shares import Shares

ONE = np.ones(1, dtype=np.int64)


def f1(output: Floats, truth: Floats) -> Shares:
    return Shares(numerator=(2 * output * truth)[:, None], denominator=(output + truth)[:, None])


def test_an_output_that_agrees_makes_an_error_rarer_but_where_nobody_leads() -> None:
    pattern = np.array([0, 0, 1, 1, 3])
    found = guessed(pattern, np.array([True, False, True, False, True]))
    split, unanimous = GUESSED["split"], GUESSED[PATTERNS[3]]
    assert found == pytest.approx([0.5, 0.5, split * AGREED, split, unanimous * AGREED])


def test_an_error_changes_more_where_the_output_is_of_the_label() -> None:
    output, leading = np.array([1.0, 0, 0]), np.array([1.0, 1, 0])
    cells = Cells(np.array([0, 1, 2]), ("split: a", "split: b", "split: c"), np.array([1, 0, 1]))
    other = [(np.ones(3), f1(output, 1 - leading))]
    found = doubts(cells, np.array([0.1, 0.2, 0.3]), f1(output, leading), other)
    assert found.wrong == pytest.approx([0.1, 0.2, 0.3])
    assert found.change[:, :, 0].tolist() == [[-2, 0, 0], [-1, -1, 1]]
    assert found.squares[:, :, 0].tolist() == [[4, 0, 0], [2, 0, 0], [1, 1, 1]]


def test_where_several_labels_may_be_true_instead_each_counts_as_often_as_it_is_likely() -> None:
    cells = Cells(np.zeros(2, dtype=np.int64), ("split: a",), ONE)
    leading = Shares(numerator=np.zeros((2, 1)), denominator=np.ones((2, 1)))
    right = Shares(numerator=np.ones((2, 1)), denominator=np.ones((2, 1)))
    others = [(np.full(2, 0.25), right), (np.full(2, 0.75), leading)]
    assert doubts(cells, np.full(2, 0.3), leading, others).change[0, 0, 0] == pytest.approx(0.25)


def test_checks_of_one_pattern_inform_the_others_of_its_signature_and_no_others() -> None:
    cells = Cells(np.arange(3), ("split: a", "unanimous: a", "unanimous: b"), np.zeros(3, dtype=np.int64))
    guess = np.array([0.3, 0.05, 0.05])
    found = informed(cells, guess, np.array([0.9, 0.0, 0.0]), np.array([10.0, 0.0, 0.0]))
    odds = (9 * 0.7 + PRIOR_ERRORS) / (1 * 0.3 + PRIOR_ERRORS)
    assert found[:2] == pytest.approx([odds * 0.3 / (0.7 + odds * 0.3), odds * 0.05 / (0.95 + odds * 0.05)])
    assert found[2] == pytest.approx(0.05)


def test_a_guess_that_holds_stays() -> None:
    cells = Cells(np.arange(2), ("split: a", "unanimous: a"), np.zeros(2, dtype=np.int64))
    guess = np.array([0.3, 0.05])
    assert informed(cells, guess, guess, np.array([20.0, 20.0])) == pytest.approx(guess)


def test_a_cell_whose_checks_were_all_wrong_is_not_taken_to_have_nothing_else() -> None:
    code, checked = np.zeros(20, dtype=np.int64), np.arange(20) < 4
    cells = Cells(code, ("split: a",), ONE)
    leading = Shares(numerator=np.ones((20, 1)), denominator=np.ones((20, 1)))
    wrong = Shares(numerator=np.zeros((20, 1)), denominator=np.ones((20, 1)))
    expected = doubts(cells, np.full(20, 0.3), leading, [(np.ones(20), wrong)])
    found = learned(cells, checked, np.ones(20), np.ones(20), leading, wrong, expected)
    share = informed(cells, np.array([0.3]), np.ones(1), np.array([4.0]))[0]
    # four checks that were wrong and one that is as expected, around their mean
    together = share * (1 - share) + 4 / 5 * (1 - share) ** 2
    assert found.variance(np.zeros(1))[0, 0] == pytest.approx(together / 4)
    assert found.freedom.tolist() == [4.0]


def test_a_cell_without_checks_takes_what_is_expected_of_it() -> None:
    code, checked = np.repeat([0, 1], 10), np.arange(20) < 10
    cells = Cells(code, ("split: a", "unanimous: a"), np.ones(2, dtype=np.int64))
    leading = Shares(numerator=np.ones((20, 1)), denominator=np.ones((20, 1)))
    other = Shares(numerator=np.zeros((20, 1)), denominator=np.ones((20, 1)))
    true = Shares(numerator=np.where(np.arange(20) < 3, 0.0, 1.0)[:, None], denominator=np.ones((20, 1)))
    expected = doubts(cells, np.repeat([0.3, 0.05], 10), leading, [(np.ones(20), other)])
    found = learned(cells, checked, np.ones(20), np.ones(20), leading, true, expected)
    assert found.numerator[:, 0] == pytest.approx([-0.3, -0.05])
