"""Steps of a scale from annotators who stray: what is learned, and what must never matter."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.consensus.layout import enough_shared
from gt_platform.stats.consensus.ordinal import Consensus, misfit, settle_steps


def population(seed: int, noise: tuple[float, ...], items: int = 200) -> tuple[np.ndarray, ...]:
    """Everyone places everything on five steps; infinite noise is blind. Item, annotator, step, truth."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 5, items)
    item, annotator = np.repeat(np.arange(items), len(noise)), np.tile(np.arange(len(noise)), items)
    scale = np.array(noise)[annotator]
    seen = np.rint(truth[item] + np.where(np.isinf(scale), 0, scale) * rng.normal(size=len(item))).clip(0, 4)
    return item, annotator, np.where(np.isinf(scale), rng.integers(0, 5, len(item)), seen).astype(np.int64), truth


def settled(*given: Any) -> Consensus:
    """What they come to, being enough."""
    found = settle_steps(*given)
    assert found is not None
    return found


def test_shares_by_hand_and_the_middle_of_two() -> None:
    item, annotator = np.repeat(np.arange(20), 2), np.tile([0, 1], 20)
    step = np.array([0, 1] * 10 + [2, 4] * 10)
    found = settled(item, annotator, step, 5)
    assert found.share[0] == pytest.approx([0.5, 0.5, 0, 0, 0])
    assert found.share[19] == pytest.approx([0, 0, 0.5, 0, 0.5])
    assert (found.step[0], found.step[19]) == (0, 3)
    assert found.middle.tolist() == [True] * 10 + [False] * 10


def test_few_answers_are_not_enough() -> None:
    assert settle_steps(np.array([0, 0]), np.array([0, 1]), np.array([1, 2]), 3) is None


def test_the_blind_weigh_less() -> None:
    item, annotator, step, truth = population(2, (0.5, 0.5, 0.5, np.inf, np.inf))
    found = settled(item, annotator, step, 5)
    table = step.reshape(-1, 5)
    assert np.mean(found.step == truth) > np.mean(np.median(table, axis=1) == truth) + 0.03
    assert np.mean(found.step == truth) > np.mean(np.rint(table.mean(axis=1)) == truth) + 0.15


def test_the_severe_are_set_right() -> None:
    item, annotator, step, truth = population(3, (0.4,) * 5)
    severe = np.where(annotator < 2, (step - 1).clip(0), step)
    found = settled(item, annotator, severe, 5)
    rounded = np.rint(np.bincount(item, severe) / 5)
    assert np.mean(found.step == truth) > np.mean(rounded == truth) + 0.03


def test_known_steps_stand_and_make_probabilities() -> None:
    item, annotator, step, truth = population(4, (0.9,) * 4, items=400)
    known = np.where(np.arange(400) < 100, truth, -1)
    found = settled(item, annotator, step, 5, known)
    assert found.checked
    assert found.step[:100].tolist() == truth[:100].tolist()
    assert found.share[np.arange(100), truth[:100]].tolist() == [1.0] * 100
    rest = np.arange(100, 400)
    sure = found.share[rest, found.step[rest]]
    assert np.mean(found.step[rest] == truth[rest]) == pytest.approx(sure.mean(), abs=0.08)
    assert not settled(item, annotator, step, 5).checked


@pytest.mark.parametrize("seed", range(5))
def test_labels_that_are_no_scale_are_told_from_one_that_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    item, annotator, step, truth = population(seed, (0.4, 0.7, 0.7, 1.0, np.inf))
    assert settled(item, annotator, step, 5).is_scale
    slips = np.where(rng.random(len(item)) < 0.6, truth[item], rng.integers(0, 5, len(item)))
    assert not settled(item, annotator, slips, 5).is_scale
    assert not settled(item, annotator, np.array([0, 3, 1, 4, 2])[step], 5).is_scale
    assert settled(item, annotator, step % 2, 2).is_scale


def test_hits_lost_by_hand() -> None:
    # of two others who differ by two steps neither is what the third says, nor is it between them
    item, alike = np.zeros(3, dtype=np.int64), np.ones(3)
    assert misfit(item, np.array([0, 2, 4]), 5, alike) == pytest.approx((-1 / 3, -1))
    # 0, 0 and 4: for each 0 the majority of {0, 4} hits by half, their mean never; both are wrong about 4
    lost, errors = misfit(item, np.array([0, 0, 4]), 5, alike)
    assert (lost, errors) == pytest.approx((1 / 3, 1))
    assert misfit(np.array([0, 1]), np.array([0, 4]), 5, alike[:2]) == (0, 0)


def test_who_can_be_learned() -> None:
    ten = np.repeat(np.arange(10), 3), np.tile(np.arange(3), 10)
    assert enough_shared(*ten)
    assert not enough_shared(ten[0][:-3], ten[1][:-3])
    assert not enough_shared(np.arange(30), np.tile(np.arange(3), 10))
    assert not enough_shared(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(1, 8), st.integers(10, 30))
@settings(max_examples=40, deadline=None)
def test_shares_sum_to_one(seed: int, steps: int, annotators: int, items: int) -> None:
    rng = np.random.default_rng(seed)
    item, annotator = (code.ravel() for code in np.meshgrid(np.arange(items), np.arange(annotators), indexing="ij"))
    found = settle_steps(item, annotator, rng.integers(0, steps, len(item)), steps)
    if found is not None:
        assert found.share.sum(axis=1) == pytest.approx(np.ones(items))
        assert ((found.step >= 0) & (found.step < steps)).all()


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
@pytest.mark.slow
def test_names_order_and_direction_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    item, annotator, step, _ = population(seed, (0.4, 0.6, 1.0, np.inf), items=30)
    found = settled(item, annotator, step, 5)
    items, annotators, order = rng.permutation(30), rng.permutation(4), rng.permutation(len(item))
    other = settled(items[item[order]], annotators[annotator[order]], 4 - step[order], 5)
    assert other.share[items][:, ::-1] == pytest.approx(found.share, abs=1e-3)
    assert other.is_scale == found.is_scale


@pytest.mark.parametrize(
    ("item", "annotator", "step", "steps", "said"),
    [
        ([0, 0], [0], [1, 2], 3, "equally long"),
        ([0, 0], [0, 0], [1, 2], 3, "once"),
        ([0, 0], [0, 1], [1, 3], 3, "0 to 2"),
        ([0, 0], [0, 1], [0, 0], 1, "at least two"),
    ],
)
def test_bad_input_is_refused(item: list[int], annotator: list[int], step: list[int], steps: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settle_steps(np.array(item), np.array(annotator), np.array(step), steps)


def test_a_known_step_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="known steps"):
        settle_steps(np.array([0]), np.array([0]), np.array([1]), 2, np.array([2]))
