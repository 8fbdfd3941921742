"""Flips, and the gathering of paired differences into independent units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.comparisons.difference import mean_difference
from gt_platform.stats.comparisons.mcnemar import accuracy_difference, mcnemar
from gt_platform.stats.comparisons.pairs import differences, flips, units
from gt_platform.stats.comparisons.sign_flips import sign_flips

RIGHT_OR_WRONG = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0])), min_size=30, max_size=60)
ROWS = st.tuples(st.floats(-5, 5), st.integers(0, 30), st.floats(0.1, 9))
NAN = float("nan")


def test_flips_name_the_items() -> None:
    found = flips([1, 1, 0, 0, 1], [1, 0, 1, 0, 0])
    assert (found.lost.tolist(), found.gained.tolist(), found.n) == ([1, 4], [2], 5)


@settings(deadline=None)  # the first call imports scipy
@given(RIGHT_OR_WRONG)
def test_swapping_the_systems_swaps_flips_and_negates_the_difference(pairs: list[tuple[float, float]]) -> None:
    first, second = map(list, zip(*pairs, strict=True))
    there, back = flips(first, second), flips(second, first)
    assert there.lost.tolist() == back.gained.tolist()
    forth, reverse = accuracy_difference(first, second), accuracy_difference(second, first)
    assert (reverse.estimate, reverse.low, reverse.high) == pytest.approx((-forth.estimate, -forth.high, -forth.low))
    assert mcnemar(first, second).p_value == mcnemar(second, first).p_value
    mean, other = mean_difference(differences(first, second)), mean_difference(differences(second, first))
    if mean is None or other is None:
        assert mean is other
    else:
        assert (other.low, other.high, other.p_value) == pytest.approx((-mean.high, -mean.low, mean.p_value))


@settings(deadline=None)  # the first call imports scipy
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 30), st.floats(0.1, 9)), min_size=30, max_size=60), st.data()
)
def test_the_order_of_items_changes_nothing(rows: list[tuple[float, int, float]], data: st.DataObject) -> None:
    results = []
    for order in (rows, data.draw(st.permutations(rows))):
        value, cluster, weight = map(list, zip(*order, strict=True))
        results.append(
            (
                mean_difference(value, weights=weight, clusters=cluster),
                sign_flips(value, clusters=cluster, flips=99),
            )
        )
    assert results[0] == results[1]


def test_clusters_may_have_any_name() -> None:
    value = [1.0, 2.0, 4.0]
    by_text, by_number = units(value, clusters=["b", "a", "b"]), units(value, clusters=[7, 3, 7])
    assert by_text.total.tolist() == by_number.total.tolist() == [2.0, 5.0]
    assert by_text.size.tolist() == [1.0, 2.0]
    assert by_text.mean == pytest.approx(7 / 3)


def test_effective_and_differing_units() -> None:
    found = units([0.0, 0.0, 1.0, -1.0], weights=[1, 1, 1, 5])
    assert found.effective == pytest.approx(64 / 28)
    assert found.common == (0.0, 2)
    assert found.alike == pytest.approx(8 / 5)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ([], [], "at least one number"),
        ([1, 0], [1], "same items"),
        ([1, NAN], [1, 0], "number 2 is missing"),
        ([1, 0.5], [1, 0], "right .1. and wrong .0."),
    ],
)
def test_bad_pairs_are_refused(first: list[float], second: list[float], message: str) -> None:
    for compare in (flips, mcnemar, accuracy_difference):
        with pytest.raises(ValueError, match=message):
            compare(first, second)


def test_bad_weights_and_clusters_are_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        units([1, 2], weights=[1, 0])
    with pytest.raises(ValueError, match="same items"):
        units([1, 2], clusters=["a"])
    with pytest.raises(ValueError, match="missing or infinite"):
        differences([1, 2], [1, np.inf])
