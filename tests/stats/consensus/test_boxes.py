"""Places several annotators marked: who is grouped with whom, what is kept, what is left open."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.consensus.boxes import Marks, Places, linking, settle
from gt_platform.stats.consensus.matching import Floats

PLACE = st.tuples(st.integers(0, 6), st.integers(1, 5), st.integers(0, 1)).map(lambda p: (p[0], p[0] + p[1], p[2]))
ANSWER = st.lists(PLACE, max_size=4, unique=True)


def marks(*places: tuple[float, ...]) -> Marks:
    """Bounds with a label code at the end; nothing is nothing in one dimension."""
    table = np.array(places, dtype=np.float64).reshape(len(places), len(places[0]) if places else 3)
    return Marks(table[:, :-1], table[:, -1].astype(np.int64))


def median(bounds: Floats) -> Floats:
    return np.asarray(np.median(bounds, axis=0))


def settled(*answers: Marks, threshold: float = 0.5, quorum: float = 0.5) -> Places:
    return settle(answers, threshold=threshold, quorum=quorum, centre=median)


def rows(places: Places) -> list[list[float]]:
    """Bounds, label and annotators of each place, in order."""
    return sorted(np.column_stack([places.bounds, places.label, places.annotators]).tolist())


def test_bounds_are_medians_and_what_one_of_three_marked_is_dropped() -> None:
    found = settled(marks((0, 0, 10, 10, 0)), marks((0, 0, 10, 12, 0)), marks((1, 0, 10, 10, 0), (50, 50, 60, 60, 1)))
    assert rows(found) == [[0, 0, 10, 10, 0, 3]]
    assert (found.halved, found.unnamed) == (0, 0)


def test_what_exactly_half_marked_is_doubtful() -> None:
    found = settled(marks((0, 10, 0), (20, 30, 0)), marks((0, 10, 0)))
    assert rows(found) == [[0, 10, 0, 2]]
    assert found.halved == 1
    assert (found.doubtful.tolist(), found.doubtful_label.tolist()) == ([[20, 30]], [0])


def test_what_most_saw_but_named_differently_is_doubtful_under_the_commonest_name() -> None:
    found = settled(marks((0, 10, 0)), marks((0, 10, 1)), marks((0, 12, 1)), *[marks()] * 3)
    assert rows(found) == []
    assert (found.halved, found.unnamed) == (0, 1)
    assert (found.doubtful.tolist(), found.doubtful_label.tolist()) == ([[0, 11]], [1])


def test_what_too_few_saw_under_any_name_is_not() -> None:
    assert settled(marks((0, 10, 0)), marks((0, 10, 1)), marks(), marks(), marks()).unnamed == 0


def test_most_may_name_it_alike() -> None:
    found = settled(marks((0, 10, 0)), marks((0, 10, 0)), marks((0, 11, 2)))
    assert rows(found) == [[0, 10, 0, 2]]
    assert (found.halved, found.unnamed) == (0, 0)


def test_two_places_of_one_annotator_stay_two() -> None:
    found = settled(marks((0, 10, 0), (1, 10, 0)), marks((0, 10, 0), (1, 10, 0)))
    assert rows(found) == [[0, 10, 0, 2], [1, 10, 0, 2]]


def test_a_place_goes_to_the_settled_one_it_overlaps_best() -> None:
    # crowded: the third annotator's marks both overlap both places, .8 and .67 the right one and .54 and .43 the wrong
    # one
    found = settled(marks((0, 10, 0), (4, 14, 0)), marks((0, 10, 0), (4, 14, 0)), marks((2, 10, 0), (4, 12, 0)))
    assert rows(found) == [[0, 10, 0, 3], [4, 14, 0, 3]]


def test_annotators_are_grouped_at_the_overlap_two_have_who_each_cover_half_the_truth_by_chance() -> None:
    assert linking(0.5) == pytest.approx(1 / 3)
    assert linking(1) == 1
    # IoU 6 / 16 = .375 and 4 / 16 = .25
    assert rows(settled(marks((0, 11, 0)), marks((5, 16, 0)))) == [[2.5, 13.5, 0, 2]]
    assert settled(marks((0, 10, 0)), marks((6, 16, 0))).halved == 2


def test_the_quorum_is_a_share_to_be_exceeded() -> None:
    three_of_five = [marks((0, 10, 0))] * 3 + [marks()] * 2
    assert rows(settled(*three_of_five, quorum=0.59)) == [[0, 10, 0, 3]]
    assert settled(*three_of_five, quorum=0.6).halved == 1
    below = settled(*three_of_five, quorum=0.61)
    assert (rows(below), below.halved) == ([], 0)
    assert rows(settled(*three_of_five[:1], quorum=0)) == [[0, 10, 0, 1]]


def test_one_annotator_settles_and_nothing_marked_is_an_answer() -> None:
    assert rows(settled(marks((0, 10, 0), (3, 5, 1)))) == [[0, 10, 0, 1], [3, 5, 1, 1]]
    empty = settled(marks(), marks(), marks())
    assert rows(empty) == []
    assert (empty.halved, empty.unnamed) == (0, 0)


@pytest.mark.parametrize(
    ("answers", "arguments", "told"),
    [
        ([], {}, "no answers"),
        ([marks((3, 3, 0))], {}, "end after it starts"),
        ([marks((0, np.nan, 0))], {}, "end after it starts"),
        ([marks((0, 1, 0))], {"threshold": 0.0}, "threshold 0.0 must be above 0"),
        ([marks((0, 1, 0))], {"threshold": np.nan}, "must be above 0"),
        ([marks((0, 1, 0))], {"quorum": 1.0}, "quorum 1.0 below 1"),
    ],
)
def test_what_cannot_be_settled_is_refused(answers: list[Marks], arguments: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        settled(*answers, **arguments)


@given(answers=st.lists(ANSWER, min_size=1, max_size=5), data=st.data())
def test_neither_the_order_of_annotators_nor_of_their_places_matters(answers: list[Any], data: Any) -> None:
    shuffled = [data.draw(st.permutations(places)) for places in data.draw(st.permutations(answers))]
    ours, theirs = (settled(*(marks(*places) for places in given)) for given in (answers, shuffled))
    assert rows(ours) == rows(theirs)
    assert (ours.halved, ours.unnamed) == (theirs.halved, theirs.unnamed)


@given(answer=ANSWER, annotators=st.integers(1, 6), threshold=st.floats(0.05, 1))
def test_what_all_marked_alike_is_settled_as_it_is(answer: list[Any], annotators: int, threshold: float) -> None:
    found = settled(*[marks(*answer)] * annotators, threshold=threshold)
    assert rows(found) == sorted([*map(float, place), float(annotators)] for place in answer)
    assert (found.halved, found.unnamed) == (0, 0)


@given(answers=st.lists(ANSWER, min_size=1, max_size=5), by=st.integers(1, 50), size=st.integers(1, 9))
def test_moving_and_scaling_the_input_moves_and_scales_the_places(answers: list[Any], by: int, size: int) -> None:
    ours = settled(*(marks(*places) for places in answers))
    moved = [[(a * size + by, b * size + by, label) for a, b, label in places] for places in answers]
    theirs = settled(*(marks(*places) for places in moved))
    assert theirs.bounds.tolist() == (ours.bounds * size + by).tolist()
    assert theirs.annotators.tolist() == ours.annotators.tolist()
