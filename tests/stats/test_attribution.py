"""The parts of a difference of scores: by hand where that is possible, and how often their intervals hold."""

from dataclasses import replace

import numpy as np
import pytest

from gt_platform.stats.attribution import REST, Sides, attribution, common_cells
from gt_platform.stats.design import Design, stratified
from tests.bench.attribution import WORLDS, covered


def two_frames() -> tuple[Sides, Design]:
    """40 labeled events a side in two cells, right 9 and 6 of 10, then 8 and 7; half and half, then one to four."""
    right = np.concatenate([np.arange(20) < count for count in (18, 12, 16, 14)]).astype(np.float64)
    side, cell = np.repeat([0, 1], 40), np.tile(np.repeat([0, 1], 20), 2)
    sizes = np.array([100, 100, 40, 160])
    design = stratified(2 * side + cell, sizes, np.array([0, 0, 1, 1]))
    weight = np.eye(2)[side] * np.repeat(design.weight, 20)[:, None]
    said = np.repeat(np.repeat(right[:, None, None], 2, axis=1), 2, axis=2)
    sides = Sides(weight=weight, numerator=said, denominator=np.ones_like(said), cell=cell,
                  traffic=sizes.reshape(2, 2).astype(np.float64), stated=np.array([0.75, 0.72]))  # fmt: skip
    return sides, design


def test_mix_and_model_are_what_kitagawa_makes_of_them() -> None:
    labels, mix, model, noise = attribution(*two_frames())
    assert mix.value == pytest.approx(-0.3 * 0.85 + 0.3 * 0.65)
    assert model.value == pytest.approx(0.35 * -0.1 + 0.65 * 0.1)
    assert (labels.value, labels.low, labels.high) == (0, 0, 0)
    assert noise.value == pytest.approx(0, abs=1e-12)
    # within four strata of 20, each rate's variance is p q / 19 with its correction, mixed with the pooled one
    assert model.error == pytest.approx(0.0979, abs=0.006)
    assert model.low < model.value < model.high


def test_revised_labels_are_told_exactly_and_all_adds_up_whatever_was_stated() -> None:
    sides, design = two_frames()
    revised = sides.numerator.copy()
    revised[18:20, :, 1] = 1  # two of the first cell, by the second side's labels
    stated = np.array([0.74, 0.71])  # as a regression might have it
    parts = attribution(replace(sides, numerator=revised, stated=stated), design)
    assert parts[0].value == pytest.approx(0.1 * 0.5 / 2)
    assert sum(part.value for part in parts) == pytest.approx(-0.03, abs=1e-12)
    alike = attribution(replace(sides, numerator=revised, stated=stated, alike=True, one=True), design)
    assert [part.value for part in alike[1:3]] == [0, 0]
    assert sum(part.value for part in alike) == pytest.approx(-0.03, abs=1e-12)


def test_cells_that_are_too_small_are_told_with_those_they_share_the_most_with() -> None:
    keys = np.array([[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [2, 0]])
    units = np.array([[20, 6, 5, 3, 9, 4], [20, 9, 9, 8, 8, 30]])
    assert common_cells(keys, units).tolist() == [0, 1, 1, 2, 2, REST]


@pytest.mark.parametrize("world", ["labels only", "all three"])
def test_intervals_hold_what_is_true_of_all_events(world: str) -> None:
    _, _, held, apart = covered(WORLDS[world], 120, np.random.default_rng(7))
    assert held.min() >= 0.89  # 95 % less three standard errors; a thousand runs of each world: docs/statistics.md
    assert apart < 1e-9
