"""What the votes come to: the model chosen, abstentions, refusals; and that names and order never matter."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.folds import folds, thinned
from gt_platform.stats.consensus.honesty import honesty
from gt_platform.stats.consensus.models import MAJORITY
from gt_platform.stats.consensus.selection import choose
from gt_platform.stats.consensus.settle import ABSTAINS, settle
from gt_platform.stats.consensus.votes import votes
from tests.stats.consensus.panels import panel


def test_few_answers_are_settled_by_the_majority_and_ties_abstain() -> None:
    found = settle(votes([0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [1, 1, 0, 0, 1], labels=2))
    assert found.choice.name == MAJORITY
    assert found.label.tolist() == [1, ABSTAINS]
    assert found.confidence.tolist() == [pytest.approx(2 / 3), 0.5]
    assert found.posterior[0].argmax() == 1


def test_annotators_are_weighed_where_the_answers_show_that_they_differ() -> None:
    cast, truth = panel(1, items=300, labels=3, manner="random", bad=3)
    found = settle(cast)
    majority = cast.tally().argmax(axis=1)
    assert (found.leading == truth).mean() > (majority == truth).mean() + 0.02
    assert found.excluded[:3].all()


def test_equal_annotators_are_left_to_the_majority() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 400)
    given_labels = np.where(rng.random((5, 400)) < 0.85, truth, (truth + rng.integers(1, 3, (5, 400))) % 3)
    cast = votes(np.tile(np.arange(400), 5), np.repeat(np.arange(5), 400), given_labels.ravel(), labels=3)
    assert choose(cast).name == MAJORITY


@pytest.mark.parametrize("manner", ["random", "constant", "copying"])
def test_half_of_the_annotators_dishonest_is_refused_and_a_few_are_left_out(manner: str) -> None:
    refused = [settle(panel(seed, items=300, manner=manner, bad=5)[0]) for seed in range(5)]
    assert sum(found.refusal is not None and (found.label == ABSTAINS).all() for found in refused) >= 4
    for seed in range(5):
        cast, truth = panel(seed, items=300, manner=manner, bad=3)
        found = settle(cast)
        assert found.refusal is None
        assert (found.leading == truth).mean() > 0.88


@pytest.mark.parametrize("seed", range(5))
def test_honest_annotators_are_neither_refused_nor_left_out(seed: int) -> None:
    found = honesty(panel(seed, items=300)[0])
    assert found.judged.all()
    assert found.refusal is None
    assert not found.copies.any()
    assert found.blind.sum() == 0


def test_gold_decides_where_no_majority_can() -> None:
    cast, truth = panel(3, items=300, manner="copying", bad=6)
    gold = np.where(np.arange(300) < 100, truth, UNKNOWN)
    found = settle(cast, gold)
    assert found.refusal is None
    assert (found.label[:100] == truth[:100]).all()
    assert (found.leading[100:] == truth[100:]).mean() > 0.85
    assert "gold items" in found.choice.evidence


@given(st.integers(0, 1_000), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_names_and_order_change_nothing(seed: int, random: Random) -> None:
    cast, _ = panel(seed, items=60, annotators=7, labels=3, per_item=3, manner="random", bad=1)
    rng = np.random.default_rng(random.randint(0, 2**32))
    item, annotator, label = (rng.permutation(size) for size in (cast.items, cast.annotators, cast.labels))
    row = rng.permutation(len(cast.item))
    renamed = votes(item[cast.item[row]], annotator[cast.annotator[row]], label[cast.label[row]], labels=3)
    before, after = settle(cast), settle(renamed)
    assert before.choice.name == after.choice.name
    named = np.append(label, ABSTAINS)  # ABSTAINS is -1, the last
    assert (named[before.label] == after.label[item]).all()
    assert np.abs(before.posterior - after.posterior[item][:, label]).max() < 1e-6
    assert (before.excluded == after.excluded[annotator]).all()


def test_folds_go_by_place_and_not_by_name() -> None:
    cast, _ = panel(5, items=80, annotators=9, labels=4, per_item=4)
    rng = np.random.default_rng(1)
    item, annotator, label = (rng.permutation(size) for size in (cast.items, cast.annotators, cast.labels))
    renamed = votes(item[cast.item], annotator[cast.annotator], label[cast.label], labels=4)
    before = dict(zip(zip(item[cast.item], annotator[cast.annotator], strict=True), folds(cast, 5), strict=True))
    after = dict(zip(zip(renamed.item, renamed.annotator, strict=True), folds(renamed, 5), strict=True))
    assert before == after
    assert np.bincount(folds(cast, 5), minlength=5).min() > 0.1 * len(cast.item)
    assert 0.3 < len(thinned(cast, len(cast.item) // 2).item) / len(cast.item) < 0.7


def test_one_annotator_one_item_one_label() -> None:
    assert settle(votes([0], [0], [0], labels=2)).label.tolist() == [0]
    same = settle(votes(np.repeat(np.arange(50), 3), np.tile([0, 1, 2], 50), np.zeros(150, dtype=int), labels=2))
    assert same.label.tolist() == [0] * 50
    assert np.isfinite(same.posterior).all()


def test_annotators_who_are_all_blind_to_the_gold_settle_nothing_but_the_gold() -> None:
    rng = np.random.default_rng(2)
    cast = votes(np.repeat(np.arange(100), 3), np.tile([0, 1, 2], 100), rng.integers(0, 2, 300), labels=2)
    gold = np.where(np.arange(100) < 60, rng.integers(0, 2, 100), UNKNOWN)
    found = settle(cast, gold)
    assert found.refusal == "no annotator follows the known truth better than blindly"
    assert (found.label[:60] == gold[:60]).all()
    assert (found.label[60:] == ABSTAINS).all()


def test_annotators_of_a_rare_label_are_not_taken_for_blind() -> None:
    rng = np.random.default_rng(4)
    truth = (rng.random(60) < 0.03).astype(np.int64)
    given_labels = np.where(rng.random((5, 60)) < 0.97, truth, 0)
    cast = votes(np.tile(np.arange(60), 5), np.repeat(np.arange(5), 60), given_labels.ravel(), labels=2)
    found = settle(cast)
    assert found.refusal is None
    assert not found.excluded.any()
