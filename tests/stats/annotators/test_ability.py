"""Abilities are not flattered by an annotator's own part in the truth, and know how sure they are."""

import numpy as np

from gt_platform.stats.annotators.ability import abilities
from gt_platform.stats.consensus.votes import Votes, votes

RIGHT = np.array([0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.9, 0.95])


def crowd(seed: int, *, items: int = 600, per_item: int = 3) -> tuple[Votes, np.ndarray, np.ndarray]:
    """Votes of eight annotators of the abilities above, the truth, and the share each really got right."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, items)
    who = np.argsort(rng.random((items, len(RIGHT))), axis=1)[:, :per_item].ravel()
    item = np.repeat(np.arange(items), per_item)
    given = np.where(rng.random(len(item)) < RIGHT[who], truth[item], (truth[item] + rng.integers(1, 3, len(item))) % 3)
    real = np.bincount(who, weights=given == truth[item]) / np.bincount(who)
    return votes(item, who, given, labels=3), truth, real


def test_three_answers_an_item_tell_abilities_without_flattery() -> None:
    apart, held = [], 0
    for seed in range(12):
        cast, _, _ = crowd(seed)
        found = abilities(cast)
        apart.append(found.share - RIGHT)
        held += int(((found.low <= RIGHT) & (found.high >= RIGHT)).sum())
    assert abs(np.mean(apart)) < 0.015
    assert held / (12 * len(RIGHT)) > 0.9


def test_known_truth_alone_gives_the_share_that_is_right() -> None:
    cast, truth, real = crowd(1)
    found = abilities(cast, truth)
    assert np.abs(found.share - real).max() < 0.01
    assert found.known.tolist() == np.bincount(cast.annotator).tolist()
    assert np.allclose(np.einsum("rkk->r", found.confusion) / np.bincount(cast.annotator), real)


def test_a_label_given_too_often_shows() -> None:
    cast, _, _ = crowd(2, items=1500)
    label = np.where((cast.annotator == 3) & (cast.item % 4 == 0), 2, cast.label)
    found = abilities(votes(cast.item, cast.annotator, label, labels=3))
    assert found.over_low[3, 2] > 0.1
    assert np.abs(found.over[5]).max() < 0.06
    assert np.allclose(found.over.sum(axis=1), 0)
