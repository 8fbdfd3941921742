"""Who copies, who is honest, and when nobody can be trusted."""

import numpy as np
import pytest

from gt_platform.stats.consensus.honesty import honesty
from gt_platform.stats.consensus.rings import ALONE, copying, once
from gt_platform.stats.consensus.votes import Votes, votes
from tests.stats.consensus.panels import circle, experts, panel, team


@pytest.mark.parametrize("seed", range(5))
def test_honest_annotators_are_neither_refused_nor_accused(seed: int) -> None:
    found = honesty(panel(seed, items=300)[0])
    assert found.judged.all()
    assert found.refusal is None
    assert not found.copies.any()
    assert not found.constant.any()
    assert found.blind.sum() == 0


@pytest.mark.parametrize("labels", [2, 4])
def test_experts_among_the_mediocre_are_kept_and_copiers_found(labels: int) -> None:
    accused = [copying(experts(seed, labels=labels))[:2] != ALONE for seed in range(100)]
    found = [
        copying(panel(seed, items=300, labels=labels, manner="taking", bad=2)[0])[:2] != ALONE for seed in range(100)
    ]
    assert np.any(accused, axis=1).sum() <= 2
    assert np.all(found, axis=1).sum() >= 95


@pytest.mark.parametrize("labels", [2, 4])
def test_many_experts_in_a_crowd_that_shares_mistakes_are_no_ring_and_as_many_copiers_are(labels: int) -> None:
    for seed in range(5):
        assert (copying(circle(seed, labels=labels)) == ALONE).all()
        found = copying(circle(seed, labels=labels, copied=True)) != ALONE
        assert found[:13].all()
        assert not found[13:].any()


def test_good_annotators_are_no_ring_among_bad_ones() -> None:
    casts = [team(seed) for seed in range(50)]
    accused = [(copying(one)[:8] != ALONE).any() for one in casts]
    found = [(copying(one)[8:] != ALONE).all() for one in casts]
    assert sum(accused) <= 2
    assert sum(found) >= 45
    assert not any(honesty(one).refusal for one in casts)


def chained(apart: bool) -> Votes:
    """Two who each take half of what a third says, and share other items: alike there too, or apart."""
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 2, 600)
    said = np.where(rng.random((9, 600)) < 0.75, truth, 1 - truth)
    said[1, :200], said[2, 200:400] = said[0, :200], said[0, 200:400]
    if not apart:
        said[2, 400:] = said[1, 400:]
    asked = np.ones((9, 600), dtype=np.bool_)
    asked[0, 400:] = asked[1, 200:400] = asked[2, :200] = False
    who, item = np.nonzero(asked)
    return votes(item, who, said[who, item], labels=2)


def test_a_ring_is_one_where_each_answers_like_each() -> None:
    assert (copying(chained(apart=False))[:3] != ALONE).all()
    assert (copying(chained(apart=True)) == ALONE).all()


def test_a_ring_has_one_voice_for_each_item_its_busiest_members() -> None:
    cast = votes([0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 0], [1, 1, 0, 0, 1, 1], labels=2)
    counted = once(cast, np.array([ALONE, 5, 5]))
    assert counted.sum() == 4
    first = cast.only(counted)
    assert (first.item[:2].tolist(), first.annotator[0], first.annotator[1] in (1, 2)) == ([0, 0], 0, True)
    assert once(cast, np.full(3, ALONE)).all()


def test_suspects_with_few_of_the_answers_are_no_reason_to_refuse() -> None:
    """Most of a crowd's annotators may be too new to judge; those few who can be must not speak for all."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 600)
    item = np.repeat(np.arange(600), 4)
    who = np.concatenate([[at % 2, *(2 + rng.choice(150, 3, replace=False))] for at in range(600)])
    blind = who < 2
    label = np.where(rng.random(2400) < np.where(blind, 0.5, 0.85), truth[item], 1 - truth[item])
    found = honesty(votes(item, who, label, labels=2))
    assert found.suspects[:2].all()
    assert found.refusal is None
