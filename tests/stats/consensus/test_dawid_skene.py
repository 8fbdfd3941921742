"""Dawid and Skene's model: equal to the reference, monotone, anchored by gold, priors and history."""

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import DawidSkene
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.consensus.dawid_skene import dawid_skene
from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.one_coin import Skill, one_coin
from gt_platform.stats.consensus.votes import votes
from tests.stats.consensus.panels import panel


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("iterations", [1, 4, 9])
def test_posteriors_and_labels_are_crowd_kits_at_the_same_iteration(seed: int, iterations: int) -> None:
    cast, _ = panel(seed, labels=4)
    frame = pd.DataFrame({"task": cast.item, "worker": cast.annotator, "label": cast.label})
    theirs = DawidSkene(n_iter=iterations, tol=0).fit(frame)
    probabilities, labels = theirs.probas_, theirs.labels_
    assert probabilities is not None
    assert labels is not None
    ours = dawid_skene(cast, iterations=iterations, tolerance=-1.0)
    assert np.abs(ours.posterior - probabilities[range(4)].sort_index().to_numpy()).max() < 1e-8
    assert (ours.posterior.argmax(axis=1) == labels.sort_index().to_numpy()).all()


@given(st.integers(0, 10_000), st.integers(2, 4), st.sampled_from([None, 0.5, 8.0]))
@settings(max_examples=40, deadline=None)
def test_the_objective_never_falls(seed: int, labels: int, strength: float | None) -> None:
    cast, _ = panel(seed, items=40, annotators=6, labels=labels, per_item=3, manner="random", bad=2)
    prior = None if strength is None else strength * np.full((labels, labels), 1 / labels)
    for fit in (dawid_skene(cast, prior=prior, tolerance=0), one_coin(cast), one_coin(cast, errors="pooled")):
        steps = np.diff(fit.objective)
        assert (steps >= -1e-9 * abs(fit.objective[-1])).all()
        assert np.isfinite(fit.posterior).all()
        assert np.allclose(fit.posterior.sum(axis=1), 1)


def test_gold_is_clamped_and_teaches_who_is_right() -> None:
    # two annotators against one on every item; gold sides with the one on 30 of 40 items
    item = np.repeat(np.arange(40), 3)
    one = np.arange(40) % 2
    label = np.stack([one, 1 - one, 1 - one], axis=1).ravel()
    gold = np.where(np.arange(40) < 30, one, UNKNOWN)
    cast = votes(item, np.tile([0, 1, 2], 40), label, labels=2)
    anchored = dawid_skene(cast, prior=np.full((2, 2), 0.5), gold=gold)
    assert (anchored.posterior[:30].argmax(axis=1) == one[:30]).all()
    assert (anchored.posterior[30:].argmax(axis=1) == one[30:]).all()
    assert (dawid_skene(cast).posterior.argmax(axis=1) == 1 - one).all()


def test_a_annotators_history_outweighs_two_strangers() -> None:
    cast = votes([0, 0, 0], [0, 1, 2], [1, 0, 0], labels=2)
    history = np.full((3, 2, 2), 0.5) + np.array([1.0, 0, 0])[:, None, None] * 100 * np.eye(2)
    posterior = dawid_skene(cast, prior=history, iterations=1).posterior
    assert posterior[0, 1] > 0.9


def test_one_coin_with_known_skill_is_bayes_by_hand() -> None:
    cast = votes([0, 0, 0], [0, 1, 2], [1, 0, 0], labels=2)
    fit = one_coin(cast, skill=Skill(0.8, 1e9), iterations=1)
    # each of the two labels is as frequent as the other
    odds = 0.8 / 0.2
    assert fit.posterior[0, 0] == pytest.approx(odds / (1 + odds), abs=1e-6)


@pytest.mark.parametrize(
    ("prior", "message"),
    [(np.ones((3, 2)), "shape"), (np.full((2, 2), np.nan), "finite"), (-np.ones((2, 2)), "not negative")],
)
def test_a_prior_that_is_none_is_refused(prior: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dawid_skene(votes([0], [0], [1], labels=2), prior=prior)


def test_one_answer_alone_is_believed_and_finite() -> None:
    fit = dawid_skene(votes([0], [0], [1], labels=3))
    assert fit.posterior.argmax() == 1
    assert np.isfinite(fit.confusion).all()
