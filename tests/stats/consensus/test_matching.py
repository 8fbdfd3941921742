"""Overlap, and who is matched with whom."""

from typing import Any

import numpy as np
import pytest
from faster_coco_eval import mask
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gt_platform.stats.consensus.matching import Floats, iou, match
from tests.bench.shapes import coco_matches, random_scenes

SIMILARITIES = hnp.arrays(np.float64, st.tuples(st.integers(0, 5), st.integers(0, 5)), elements=st.floats(0, 1))


def test_boxes_overlap_by_the_area_they_share() -> None:
    ours = np.array([[0.0, 0, 2, 2], [5, 5, 6, 6]])
    theirs = np.array([[1.0, 1, 3, 3], [0, 0, 2, 2], [0, 0, 2, 1]])
    assert iou(ours, theirs) == pytest.approx(np.array([[1 / 7, 1, 1 / 2], [0, 0, 0]]))


def test_a_span_is_a_box_in_one_dimension() -> None:
    assert iou(np.array([[0.0, 10]]), np.array([[5.0, 15], [10, 12]])).tolist() == [[pytest.approx(1 / 3), 0]]


def test_overlap_is_that_of_a_published_library() -> None:
    rng = np.random.default_rng(0)
    ours, theirs = (np.abs(rng.normal(10, 5, (40, 4))) + 0.1 for _ in range(2))
    corners = [np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]]) for boxes in (ours, theirs)]
    assert iou(*corners) == pytest.approx(mask.iou(ours, theirs, [0] * 40), abs=1e-12)


@pytest.mark.parametrize("bad", [[0, 0, 0, 1], [2, 0, 1, 1], [0, 0, np.nan, 1], [0, 0, np.inf, 1]])
def test_a_place_without_a_size_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="end after it starts"):
        iou(np.array([bad], dtype=np.float64), np.array([[0.0, 0, 1, 1]]))


def test_as_many_match_as_can_even_where_the_best_pair_must_part() -> None:
    similarity = np.array([[0.9, 0.5], [0.6, 0.1]])
    assert [part.tolist() for part in match(similarity, 0.5)] == [[0, 1], [1, 0]]
    assert [part.tolist() for part in match(similarity, 0.55)] == [[0], [0]]


def test_of_as_many_matches_the_most_similar_are_taken() -> None:
    similarity = np.array([[0.9, 0.8], [0.8, 0.9]])
    assert [part.tolist() for part in match(similarity, 0.5)] == [[0, 1], [0, 1]]


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_nothing_matches_nothing(shape: tuple[int, int]) -> None:
    assert [part.tolist() for part in match(np.zeros(shape), 0.5)] == [[], []]


@pytest.mark.parametrize("threshold", [0, -1, 1.1, np.nan])
def test_a_threshold_that_is_no_share_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold must be above 0"):
        match(np.ones((1, 1)), threshold)


@given(similarity=SIMILARITIES, threshold=st.floats(0.05, 1), data=st.data())
def test_matching_is_one_to_one_and_the_same_in_every_order(similarity: Floats, threshold: float, data: Any) -> None:
    rows, columns = match(similarity, threshold)
    assert len(set(rows.tolist())) == len(rows) == len(set(columns.tolist()))
    assert (similarity[rows, columns] >= threshold).all()
    order = [np.array(data.draw(st.permutations(range(n))), dtype=np.int64) for n in similarity.shape]
    shuffled = similarity[np.ix_(*order)]
    for other in (shuffled, similarity.T):
        again = match(other, threshold)
        assert len(again[0]) == len(rows)
        assert other[again].sum() == pytest.approx(similarity[rows, columns].sum())


@settings(max_examples=50)
@given(similarity=SIMILARITIES.filter(lambda table: table.size > 0), threshold=st.floats(0.05, 1))
def test_no_other_matching_has_more_pairs_or_as_many_more_similar(similarity: Floats, threshold: float) -> None:
    rows, columns = match(similarity, threshold)
    most, total = _best(similarity, threshold)
    assert len(rows) == most
    assert similarity[rows, columns].sum() == pytest.approx(total)


def _best(similarity: Floats, threshold: float) -> tuple[int, float]:
    """Pairs and total similarity of the best matching, by trying all."""
    if not similarity.size:
        return 0, 0.0
    found = [_best(similarity[1:], threshold)]
    for column in np.flatnonzero(similarity[0] >= threshold):
        pairs, total = _best(np.delete(similarity[1:], column, axis=1), threshold)
        found.append((pairs + 1, total + similarity[0, column]))
    return max(found)


def test_as_many_boxes_match_as_by_the_coco_rules_where_no_box_has_a_choice_and_never_fewer() -> None:
    scenes = random_scenes(60, 14, np.random.default_rng(1))
    theirs, _ = coco_matches(scenes)
    unambiguous = 0
    for (truth, found), coco in zip(scenes, theirs, strict=True):
        overlap = iou(found, truth)
        allowed = overlap >= 0.5
        ours = len(match(overlap, 0.5)[0])
        assert ours >= coco > 0
        if (allowed.sum(axis=0) <= 1).all() and (allowed.sum(axis=1) <= 1).all():
            assert ours == coco
            unambiguous += 1
    assert 15 < unambiguous < 60
