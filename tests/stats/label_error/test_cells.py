"""Cells of units whose leading answers are about as often wrong."""

import numpy as np
import pytest

from gt_platform.stats.label_error.cells import PATTERNS, cells, patterns, signatures


def test_votes_fall_into_patterns() -> None:
    leading = np.array([1.0, 2 / 3, 3 / 4, 4 / 5, 3 / 5, 1.0, 0.5])
    decided = np.array([True, True, True, True, True, False, False])
    found = [PATTERNS[code] for code in patterns(leading, decided)]
    assert found == ["unanimous", "split", "strong", "strong", "split", "undecided", "undecided"]


def test_small_cells_join_those_that_agree_with_the_output_alike() -> None:
    pattern = np.array([3] * 10 + [3] * 2 + [3] * 3 + [1])
    signature = ["a|a"] * 10 + ["b|b"] * 2 + ["a|b", "b|a", "b|a"] + ["a|a"]
    agrees = np.array([True] * 12 + [False] * 3 + [True])
    found = cells(pattern, signature, agrees, least=4)
    assert found.names == ("split: agrees", "unanimous: agrees", "unanimous: a|a", "unanimous: disagrees")
    assert found.code.tolist() == [2] * 10 + [1] * 2 + [3] * 3 + [0]
    assert found.kin.tolist() == [1, 1, 1, 0]
    assert not found.undecided.any()


def test_undecided_units_are_cells_of_their_own() -> None:
    found = cells(np.array([0, 0, 3, 3]), ["x", "x", "x", "x"], np.array([True, True, True, True]), least=2)
    assert found.names == ("unanimous: x", "undecided: x")
    assert found.undecided.tolist() == [False, True]


def test_a_units_cell_does_not_depend_on_the_order_of_the_others() -> None:
    rng = np.random.default_rng(3)
    pattern, label, agrees = rng.integers(0, 4, 200), rng.integers(0, 5, 200), rng.random(200) < 0.7
    signature = [f"{each}" for each in label]
    order = rng.permutation(200)
    one, other = (
        cells(pattern, signature, agrees),
        cells(pattern[order], [signature[at] for at in order], agrees[order]),
    )
    assert one.names == other.names
    assert one.code[order].tolist() == other.code.tolist()


def test_equal_shares_have_equal_signatures_and_numbers_fall_into_quarters() -> None:
    numerator = np.array([[1.0, 0.0], [1.0, 2.0], [1.0, 0.0], [0.0, 0.0]])
    denominator = np.array([[1.0, 0.0], [1.0, 2.0], [1.0, 0.0], [1.0, 1.0]])
    found = signatures(numerator, denominator)
    assert found[0] == found[2]
    assert len(set(found)) == 3
    errors = np.arange(100.0)[:, None]
    quarters = signatures(errors, np.ones((100, 1)))
    assert [quarters.count(each) for each in "0123"] == [25, 25, 25, 25]
    assert quarters[0] == "0"


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="2 patterns, 1 signatures, 2 agreements"):
        cells(np.array([1, 2]), ["a"], np.array([True, True]))
