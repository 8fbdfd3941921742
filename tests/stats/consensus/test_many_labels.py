"""Labels by the thousand, such as free text taken for categories: the majority within bounded memory, or a refusal."""

import tracemalloc

import numpy as np
import pytest

from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.honesty import blind_to, honesty
from gt_platform.stats.consensus.settle import ABSTAINS, Consensus, settle
from gt_platform.stats.consensus.votes import MOST_CELLS, Codes, Votes, votes

MOST_BYTES = 4 * 8 * MOST_CELLS


def crowd(labels: int, items: int, annotators: int, right: float) -> tuple[Votes, Codes]:
    """Everybody answers everything, wrong answers anywhere."""
    rng = np.random.default_rng(labels)
    truth = rng.integers(0, labels, items)
    item, annotator = np.repeat(np.arange(items), annotators), np.tile(np.arange(annotators), items)
    given = np.where(rng.random(len(item)) < right, truth[item], rng.integers(0, labels, len(item)))
    return votes(item, annotator, given, labels=labels), truth


def settled(cast: Votes, gold: Codes | None = None) -> Consensus:
    """Settle, and see that no more than MOST_BYTES was needed at any time."""
    tracemalloc.start()
    try:
        found = settle(cast, gold)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    return found


@pytest.mark.slow
def test_five_thousand_labels_are_settled_by_weighted_votes_in_little_memory() -> None:
    cast, truth = crowd(5_000, 3_000, 30, 0.8)
    found = settled(cast)
    assert found.models == ("weighted votes",)
    assert (found.leading == truth).all()
    assert not found.excluded.any()


@pytest.mark.slow
def test_gold_with_many_labels_stands_and_shows_the_blind() -> None:
    cast, truth = crowd(5_000, 1_000, 12, 0.7)
    blind = cast.annotator < 2
    cast = votes(cast.item, cast.annotator, np.where(blind, cast.item % 50, cast.label), labels=5_000)
    gold = np.where(np.arange(1_000) < 200, truth, UNKNOWN)
    found = settled(cast, gold)
    assert (found.label[:200] == truth[:200]).all()
    assert blind_to(cast, gold).tolist() == [True] * 2 + [False] * 10
    assert (found.leading == truth).mean() > 0.99


@pytest.mark.slow
@pytest.mark.parametrize("right", [1.0, 0.0])
def test_texts_that_all_agree_or_all_differ_accuse_nobody(right: float) -> None:
    items, annotators = 3_000, 6
    item, annotator = np.repeat(np.arange(items), annotators), np.tile(np.arange(annotators), items)
    label = item if right else item * annotators + annotator
    cast = votes(item, annotator, label, labels=int(label.max()) + 1)
    assert not honesty(cast).suspects.any()
    found = settled(cast)
    assert found.refusal is None
    assert not found.excluded.any()
    assert (found.label == (np.arange(items) if right else ABSTAINS)).all()
    assert (found.leading == label[::annotators]).all()


@pytest.mark.slow
def test_a_blind_annotator_is_outweighed_among_thousands_of_labels() -> None:
    cast, truth = crowd(6_000, 2_000, 8, 0.8)
    shuffled = np.random.default_rng(0).permutation(cast.label[cast.annotator == 3])
    given = cast.label.copy()
    given[cast.annotator == 3] = shuffled
    cast = votes(cast.item, cast.annotator, given, labels=6_000)
    found = settled(cast)
    assert np.flatnonzero(honesty(cast).blind).tolist() == [3]
    assert (found.leading == truth).mean() > 0.99


def test_more_labels_than_memory_are_refused_in_a_sentence() -> None:
    cast = votes([0, 1], [0, 1], [0, 69_999_999], labels=70_000_000)
    with pytest.raises(
        ValueError, match=r"2 items and 2 annotators with 70,000,000 different labels .* settle .* as text"
    ):
        settle(cast)
