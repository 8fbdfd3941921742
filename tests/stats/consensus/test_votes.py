"""Codes as votes: their order, their tally, and what is refused."""

import numpy as np
import pytest

from gt_platform.stats.consensus.votes import leading, votes


def test_votes_are_ordered_by_item_then_annotator_and_tallied() -> None:
    cast = votes([1, 0, 1, 0], [0, 1, 1, 0], [2, 1, 2, 0], labels=3)
    assert cast.item.tolist() == [0, 0, 1, 1]
    assert cast.annotator.tolist() == [0, 1, 0, 1]
    assert cast.tally().tolist() == [[1, 1, 0], [0, 0, 2]]


def test_a_leader_leads_alone_or_not_at_all() -> None:
    lead, alone = leading(np.array([[2.0, 1, 0], [1, 1, 0], [0, 0, 0]]))
    assert lead[0] == 0
    assert alone.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("item", "annotator", "label", "labels", "message"),
    [
        ([], [], [], 2, "no answers"),
        ([0], [0, 1], [0], 2, "one of each"),
        ([0], [0], [2], 2, "label code 2 with 2 labels"),
        ([0], [0], [0], 1, "at least 2"),
        ([0, 0], [1, 1], [0, 1], 2, "annotator 1 answers item 0 twice"),
        ([0], [-1], [0], 2, "negative"),
        ([0.5], [0], [0], 2, "whole numbers"),
        ([float("nan")], [0], [0], 2, "whole numbers"),
    ],
)
def test_what_are_no_votes_is_refused(item: list, annotator: list, label: list, labels: int, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(ValueError, match=message):
        votes(item, annotator, label, labels=labels)
