"""Several labels at once: shares by hand, what is learned, and what must never matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.consensus.multilabel import label_shares, settle_labels, settle_sets


def population(seed: int, sensitivity: tuple[float, ...], specificity: tuple[float, ...]) -> tuple[np.ndarray, ...]:
    """Everyone answers 150 items with six labels: item, annotator, given, truth."""
    rng = np.random.default_rng(seed)
    annotators = len(sensitivity)
    truth = rng.random((150, 6)) < np.array([0.5, 0.3, 0.2, 0.2, 0.1, 0.05])
    item, annotator = np.repeat(np.arange(150), annotators), np.tile(np.arange(annotators), 150)
    chance = np.where(truth[item], np.array(sensitivity)[annotator, None], 1 - np.array(specificity)[annotator, None])
    return item, annotator, rng.random(chance.shape) < chance, truth


def test_shares_by_hand() -> None:
    given_labels = np.array([[1, 0], [1, 0], [0, 0], [0, 1]], dtype=np.bool_)
    shares = label_shares(np.array([0, 0, 0, 1]), given_labels)
    assert shares == pytest.approx(np.array([[2 / 3, 0], [0, 1]]))


def test_misses_and_additions_are_found_and_weighed() -> None:
    sensitivity, specificity = (0.9, 0.9, 0.4, 0.3, 0.3), (0.98, 0.97, 0.7, 0.7, 0.7)
    item, annotator, given_labels, truth = population(1, sensitivity, specificity)
    found = settle_labels(item, annotator, given_labels)
    assert found.sensitivity == pytest.approx(sensitivity, abs=0.08)
    assert found.specificity == pytest.approx(specificity, abs=0.04)
    wrong = np.mean((found.probability > 0.5) != truth)
    assert wrong < 0.6 * np.mean((label_shares(item, given_labels) > 0.5) != truth)


def test_known_sets_stand() -> None:
    item, annotator, given_labels, truth = population(2, (0.7,) * 3, (0.9,) * 3)
    known = np.where(np.arange(150)[:, None] < 40, truth, np.nan)
    for found in (
        settle_labels(item, annotator, given_labels, known).probability,
        settle_sets(item, annotator, given_labels, known),
    ):
        assert found[:40].tolist() == truth[:40].astype(float).tolist()


def test_labels_that_some_items_hide_from_everybody_are_not_lost_to_a_majority() -> None:
    right = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        truth = rng.random((80, 8)) < 0.15
        item, annotator = (
            np.repeat(np.arange(80), 5),
            np.concatenate([rng.choice(30, 5, replace=False) for _ in range(80)]),
        )
        odds = np.where(truth, 1.1, -2.9) - np.where(truth, 1, -1) * rng.normal(0, 1.5, (80, 8))
        given_labels = rng.random((400, 8)) < 1 / (1 + np.exp(-odds[item]))
        shares = label_shares(item, given_labels)
        right.append([(share > 0.5) == truth for share in (settle_sets(item, annotator, given_labels), shares)])
    ours, majority = np.array(right).all(axis=3).mean(axis=(0, 2))
    assert ours > majority - 0.02


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_names_and_order_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    item, annotator, given_labels, _ = population(seed, (0.9, 0.6, 0.8), (0.9, 0.99, 0.7))
    found = settle_labels(item, annotator, given_labels)
    items, annotators, labels = rng.permutation(150), rng.permutation(3), rng.permutation(6)
    order = rng.permutation(len(item))
    other = settle_labels(items[item[order]], annotators[annotator[order]], given_labels[order][:, labels])
    assert other.probability[items] == pytest.approx(found.probability[:, labels], abs=1e-6)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        settle_labels(np.array([0, 0]), np.array([1, 1]), np.ones((2, 2), dtype=np.bool_))
    with pytest.raises(ValueError, match="one column"):
        settle_labels(np.array([0, 0]), np.array([0, 1]), np.ones((2, 0), dtype=np.bool_))
