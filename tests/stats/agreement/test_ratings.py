"""Ratings in a long layout: codes without gaps, missing rows, and what is refused."""

import numpy as np
import pytest

from gt_platform.stats.agreement import ratings


def test_codes_run_without_gaps_in_the_order_of_what_they_stand_for() -> None:
    found = ratings([7, 3, 7], [20, 20, 5], [9, -2, 9])
    assert found.unit.tolist() == [1, 0, 1]
    assert found.annotator.tolist() == [1, 1, 0]
    assert found.code.tolist() == [1, 0, 1]
    assert (found.values.tolist(), found.names.tolist()) == ([-2, 9], [5, 20])
    assert (found.units, found.annotators, found.numbers.tolist()) == (2, 2, [9, -2, 9])


def test_far_apart_integers_and_fractions_are_coded_alike() -> None:
    assert ratings([0, 10**15], [0, 0], [5, 10**12]).unit.tolist() == [0, 1]
    assert ratings([0, 1, 2], [0, 0, 0], [0.5, 0.25, 0.5]).code.tolist() == [1, 0, 1]


def test_a_missing_rating_is_a_row_less() -> None:
    found = ratings([0, 1, 1], [0, 0, 1], [1.0, np.nan, 2.0])
    assert (found.unit.tolist(), found.annotator.tolist(), found.names.tolist()) == ([0, 1], [0, 1], [0, 1])
    empty = ratings([0], [0], [np.nan])
    assert (empty.units, empty.annotators, len(empty.values)) == (0, 0, 0)


def test_some_of_the_ratings_keep_their_order_and_names() -> None:
    found = ratings([0, 0, 1, 1], [4, 8, 4, 9], [1, 2, 3, 3]).where(np.array([False, True, False, True]))
    assert (found.unit.tolist(), found.names.tolist(), found.numbers.tolist()) == ([0, 1], [8, 9], [2, 3])
    assert found.values.tolist() == [1, 2, 3]  # what there was to choose from


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        (([0, 1], [0], [1, 1]), "one of each a rating"),
        (([0.5], [0], [1]), "integer codes"),
        (([0], [0], [np.inf]), "row 0: an infinite value"),
        (([3, 3, 3], [1, 0, 1], [1, 2, 3]), "annotator 1 rated unit 0 more than once"),
    ],
)
def test_what_cannot_be_ratings_is_refused(columns: tuple[list[float], ...], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        ratings(*columns)
