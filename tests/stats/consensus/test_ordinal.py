"""Steps of a scale from annotators who stray: what is learned, and what must never matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.consensus.layout import enough_shared
from gt_platform.stats.consensus.manners import CONCENTRATIONS, manners
from gt_platform.stats.consensus.ordinal import settle_steps


def population(seed: int, noise: tuple[float, ...], items: int = 200) -> tuple[np.ndarray, ...]:
    """Everyone places everything on five steps; infinite noise is blind. Item, annotator, step, truth."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 5, items)
    item, annotator = np.repeat(np.arange(items), len(noise)), np.tile(np.arange(len(noise)), items)
    scale = np.array(noise)[annotator]
    seen = np.rint(truth[item] + np.where(np.isinf(scale), 0, scale) * rng.normal(size=len(item))).clip(0, 4)
    return item, annotator, np.where(np.isinf(scale), rng.integers(0, 5, len(item)), seen).astype(np.int64), truth


def test_manners_are_probabilities_and_mirror_each_other() -> None:
    table, prior, mirror = manners(5, 3)
    assert np.exp(table).sum(axis=2) == pytest.approx(np.ones(table.shape[:2]))
    assert prior.sum() == pytest.approx(1)
    assert table[mirror] == pytest.approx(table[:, ::-1, ::-1])
    assert np.exp(table[0]) == pytest.approx(np.full((15, 5), 0.2))


def test_a_manner_worked_by_hand() -> None:
    # two steps, the truth in the middle of the first, concentration 1 by power 1 and no severity: 1 against 1/e
    table, _, _ = manners(2, 3)
    at = 1 + CONCENTRATIONS.index(1.0) * 11 + 1 + 2
    assert np.exp(table[at, 1]) == pytest.approx([np.e / (1 + np.e), 1 / (1 + np.e)])


def test_everyone_agreeing_is_sure_and_right() -> None:
    item, annotator, step, truth = population(1, (0.0,) * 4)
    found = settle_steps(item, annotator, step, 5)
    assert found.step.tolist() == truth.tolist()
    assert found.probability.max(axis=1).min() > 0.999
    assert found.exact.min() > 0.99
    assert found.apart.max() < 0.01


def test_the_blind_are_found_out() -> None:
    item, annotator, step, truth = population(2, (0.5, 0.5, np.inf, np.inf, np.inf))
    found = settle_steps(item, annotator, step, 5)
    median = np.median(step.reshape(-1, 5), axis=1)
    assert np.mean(found.step == truth) > np.mean(median == truth) + 0.15
    assert found.exact[2:].max() < 0.35
    assert found.exact[:2].min() > 0.6


def test_the_severe_are_set_right() -> None:
    item, annotator, step, truth = population(3, (0.4,) * 5)
    severe = np.where(annotator < 2, (step - 1).clip(0), step)
    found = settle_steps(item, annotator, severe, 5)
    rounded = np.rint(np.bincount(item, severe) / 5)
    assert np.mean(found.step == truth) > np.mean(rounded == truth) + 0.05


def test_known_steps_stand_and_teach() -> None:
    item, annotator, step, truth = population(4, (0.7, 0.7, np.inf, np.inf, np.inf, np.inf))
    known = np.where(np.arange(200) < 60, truth, -1)
    found = settle_steps(item, annotator, step, 5, known)
    assert found.step[:60].tolist() == truth[:60].tolist()
    assert found.probability[np.arange(60), truth[:60]] == pytest.approx(np.ones(60))
    assert found.exact[:2].min() > found.exact[2:].max()


def test_who_can_be_learned() -> None:
    ten = np.repeat(np.arange(10), 3), np.tile(np.arange(3), 10)
    assert enough_shared(*ten)
    assert not enough_shared(ten[0][:-3], ten[1][:-3])
    assert not enough_shared(np.arange(30), np.tile(np.arange(3), 10))
    assert not enough_shared(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(1, 8), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_the_bound_never_falls_and_posteriors_sum_to_one(seed: int, steps: int, annotators: int, items: int) -> None:
    rng = np.random.default_rng(seed)
    item, annotator = (code.ravel() for code in np.meshgrid(np.arange(items), np.arange(annotators), indexing="ij"))
    found = settle_steps(item, annotator, rng.integers(0, steps, len(item)), steps)
    assert (np.diff(found.bounds) >= -1e-7 * np.maximum(1, np.abs(found.bounds[1:]))).all()
    assert found.probability.sum(axis=1) == pytest.approx(np.ones(items))
    assert ((found.step >= 0) & (found.step < steps)).all()


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_names_order_and_direction_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    item, annotator, step, _ = population(seed, (0.4, 0.6, 1.0, np.inf), items=30)
    found = settle_steps(item, annotator, step, 5)
    items, annotators, order = rng.permutation(30), rng.permutation(4), rng.permutation(len(item))
    other = settle_steps(items[item[order]], annotators[annotator[order]], 4 - step[order], 5)
    assert other.probability[items][:, ::-1] == pytest.approx(found.probability, abs=1e-6)


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
