"""Combined inclusion probabilities, by counting every sample there could be."""

from itertools import combinations

import numpy as np
import pytest

from gt_platform.stats.inclusion import any_frame, composed, further_draw
from gt_platform.stats.survey import ratio, stratified


def test_two_frames_by_counting_all_pairs_of_samples() -> None:
    # units 0-3 in frame A, of which two are drawn; 2-6 in frame B, of which three are drawn
    counted, pairs = np.zeros(7), 0
    for first in combinations(range(4), 2):
        for second in combinations(range(2, 7), 3):
            counted[list({*first, *second})] += 1
            pairs += 1
    in_a, in_b = np.arange(7) < 4, np.arange(7) >= 2
    probability = any_frame(np.stack([0.5 * in_a, 0.6 * in_b], axis=1))
    assert probability == pytest.approx(counted / pairs)


def test_a_further_draw_by_counting_all_sequences() -> None:
    # of six, two are drawn, then three of the four that are left: as five of six at once
    counted, sequences = np.zeros(6), 0
    for first in combinations(range(6), 2):
        for second in combinations([unit for unit in range(6) if unit not in first], 3):
            counted[[*first, *second]] += 1
            sequences += 1
    probability = further_draw(np.full(6, 2 / 6), np.full(6, 3 / 4))
    assert probability == pytest.approx(counted / sequences)
    assert probability == pytest.approx(np.full(6, 5 / 6))


def test_crossed_strata_hold_units_with_equal_chances() -> None:
    first, second = np.array([0, 0, 0, 1, 1, 1, 1, 1]), np.array([5, 5, 7, 7, 7, 5, -1, -1])
    found = composed(np.stack([first, second], axis=1))
    assert found.sizes.tolist() == [2, 1, 2, 1, 2]
    assert found.code.tolist() == [0, 0, 1, 4, 4, 3, 2, 2]


def test_over_all_samples_the_composed_estimate_is_unbiased() -> None:
    value = np.array([1.0, 0, 1, 1, 0, 0, 1])
    # one stratum first: three of seven; then two of the rest of the last four: strata cross as 0-2 and 3-6
    cells = composed(np.stack([np.zeros(7, dtype=np.int64), np.array([-1, -1, -1, 0, 0, 0, 0])], axis=1))
    found, chance = [], []
    for first in combinations(range(7), 3):
        left = [unit for unit in range(3, 7) if unit not in first]
        for second in combinations(left, min(2, len(left))):
            units = np.array(sorted([*first, *second], key=lambda unit: (cells.code[unit], unit)))
            if len(np.unique(cells.code[units])) == 2:  # a cell nobody was drawn from is joined, and no longer exact
                design = stratified(cells.code[units], cells.sizes, np.zeros(2, dtype=np.int64))
                found.append(ratio(design, value[units, None], np.ones((len(units), 1))).value[0])
                chance.append(1 / len(list(combinations(left, min(2, len(left))))))
    assert np.average(found, weights=chance) == pytest.approx(value.mean())


def test_chances_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="could not have been drawn"):
        any_frame(np.array([[0.5, 0.1], [0.0, 0.0]]))
    with pytest.raises(ValueError, match="from 0 to 1"):
        any_frame(np.array([[0.5, np.nan]]))
    with pytest.raises(ValueError, match="could not have been drawn"):
        further_draw(np.array([0.0]), np.array([0.0]))
    with pytest.raises(ValueError, match="from 0 to 1"):
        further_draw(np.array([1.5]), np.array([0.5]))
    with pytest.raises(ValueError, match="in no frame"):
        composed(np.array([[-1, -1]]))
    with pytest.raises(ValueError, match="a stratum in every draw"):
        composed(np.array([[-2, 0]]))
    assert any_frame(np.array([[1.0, 0.3]])).tolist() == [1.0]
