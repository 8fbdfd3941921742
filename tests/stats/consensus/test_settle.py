"""What the votes come to: leads, abstentions, refusals, gold that only adds; and that names and order never matter."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.consensus.expectation import UNKNOWN
from gt_platform.stats.consensus.folds import colours, thinned
from gt_platform.stats.consensus.models import together
from gt_platform.stats.consensus.settle import ABSTAINS, settle
from gt_platform.stats.consensus.votes import votes
from tests.stats.consensus.panels import panel


def test_few_answers_are_their_shares_nearly_and_ties_abstain_with_a_lead() -> None:
    found = settle(votes([0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [1, 1, 0, 0, 1], labels=2))
    assert found.label.tolist() == [1, ABSTAINS]
    assert found.leading[0] == 1
    assert found.leading[1] in (0, 1)
    assert found.confidence.tolist() == [pytest.approx(2 / 3, abs=0.01), pytest.approx(0.5, abs=0.01)]
    assert found.posterior.sum(axis=1).tolist() == pytest.approx([1, 1])


def test_annotators_are_weighed_where_the_answers_show_that_they_differ() -> None:
    cast, truth = panel(1, items=300, labels=3, manner="random", bad=3)
    found = settle(cast)
    majority = cast.tally().argmax(axis=1)
    assert (found.leading == truth).mean() > (majority == truth).mean() + 0.02
    assert not found.excluded.any()


def test_who_always_says_the_same_is_left_out_but_for_items_nobody_else_answered() -> None:
    cast, truth = panel(1, items=300, labels=3, manner="constant", bad=3)
    alone = np.isin(cast.item, np.unique(cast.item[cast.annotator == 0])[:5]) & (cast.annotator != 0)
    cast = cast.only(~alone)
    found = settle(cast)
    assert found.excluded[:3].all()
    only = np.unique(cast.item[cast.annotator == 0])[:5]
    assert (found.leading[only] == 0).all()
    assert (found.label[only] == ABSTAINS).all()
    assert found.confidence[only].tolist() == [pytest.approx(2 / 3)] * 5
    assert (found.leading == truth).mean() > 0.9


@pytest.mark.parametrize("manner", ["random", "constant", "copying"])
def test_half_of_the_annotators_dishonest_is_refused_and_a_few_are_outweighed(manner: str) -> None:
    refused = [settle(panel(seed, items=300, manner=manner, bad=5)[0]) for seed in range(5)]
    assert sum(found.refusal is not None and (found.label == ABSTAINS).all() for found in refused) >= 4
    assert all((found.leading >= 0).all() for found in refused)
    for seed in range(5):
        cast, truth = panel(seed, items=300, manner=manner, bad=3)
        found = settle(cast)
        assert found.refusal is None
        assert (found.leading == truth).mean() > 0.88


def test_what_was_taken_from_another_counts_once() -> None:
    cast, truth = panel(2, items=300, manner="taking", bad=3)
    found = settle(cast)
    assert np.flatnonzero(found.copies).tolist() == [0, 1, 2, 9]
    assert not found.excluded.any()
    assert (found.leading == truth).mean() > (cast.tally().argmax(axis=1) == truth).mean()


def test_gold_decides_where_no_majority_can() -> None:
    cast, truth = panel(3, items=300, manner="copying", bad=6)
    assert settle(cast).refusal is not None
    gold = np.where(np.arange(300) < 100, truth, UNKNOWN)
    found = settle(cast, gold)
    assert found.refusal is None
    assert (found.label[:100] == truth[:100]).all()
    assert (found.leading[100:] == truth[100:]).mean() > 0.85


@pytest.mark.parametrize("count", [5, 20, 50])
@pytest.mark.parametrize("chance", [True, False])
def test_gold_only_adds(count: int, *, chance: bool) -> None:
    """Drawn by chance or the hardest, right answers to some items settle the others no worse on average."""
    gained = []
    for seed in range(6):
        cast, truth = panel(seed, items=300, labels=2, per_item=3, manner="random", bad=4)
        tally = cast.tally()
        order = np.random.default_rng(seed).permutation(300)
        if not chance:
            order = order[np.argsort(tally[order].max(axis=1), kind="stable")]
        gold = np.full(300, UNKNOWN)
        gold[order[:count]] = truth[order[:count]]
        rest = gold == UNKNOWN
        found = settle(cast, gold, drawn=np.where(rest | (not chance), 0.0, count / 300))
        gained.append((found.leading == truth)[rest].mean() - (settle(cast).leading == truth)[rest].mean())
        assert found.calibrated == (chance and count >= 20)
    assert np.mean(gained) > -0.005


def test_few_known_items_teach_little_of_annotators_and_many_nearly_all() -> None:
    cast, truth = panel(3, items=400, labels=3, per_item=3)
    untold, correlation = settle(cast).posterior, settle(cast).correlation
    for count, least, most in ((20, 0.2, 0.4), (300, 0.8, 0.9)):
        gold = np.where(np.arange(400) < count, truth, UNKNOWN)
        by_gold = np.abs(together(cast, gold, correlation) - untold)[count:].sum()
        moved = np.abs(settle(cast, gold).posterior - untold)[count:].sum()
        assert least < moved / by_gold < most


def test_gold_drawn_by_chance_makes_confidences_true() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 2000)
    hard = rng.random(2000) < 0.3
    lured = np.where(hard, 0.35, 0.9)  # on hard items most annotators make the same mistake
    label = np.where(rng.random((6, 2000)) < lured, truth, 1 - truth)
    cast = votes(np.tile(np.arange(2000), 6), np.repeat(np.arange(6), 2000), label.ravel(), labels=2)
    drawn = np.where(np.arange(2000) < 200, 0.1, 0.0)
    found = settle(cast, np.where(drawn > 0, truth, UNKNOWN), drawn=drawn)
    rest = drawn == 0
    right = (found.leading == truth)[rest]
    untold = settle(cast)
    assert abs(found.confidence[rest].mean() - right.mean()) < 0.03
    assert untold.confidence[rest].mean() - (untold.leading == truth)[rest].mean() > 0.05
    assert (found.calibrated, untold.calibrated) == (True, False)


@given(st.integers(0, 1_000), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_names_and_order_change_nothing(seed: int, random: Random) -> None:
    cast, _ = panel(seed, items=60, annotators=7, labels=3, per_item=3, manner="random", bad=1)
    rng = np.random.default_rng(random.randint(0, 2**32))
    item, annotator, label = (rng.permutation(size) for size in (cast.items, cast.annotators, cast.labels))
    row = rng.permutation(len(cast.item))
    renamed = votes(item[cast.item[row]], annotator[cast.annotator[row]], label[cast.label[row]], labels=3)
    before, after = settle(cast), settle(renamed)
    named = np.append(label, ABSTAINS)  # ABSTAINS is -1, the last
    assert (named[before.label] == after.label[item]).all()
    assert np.abs(before.posterior - after.posterior[item][:, label]).max() < 1e-9
    assert (before.excluded == after.excluded[annotator]).all()


def test_colours_go_by_place_and_not_by_name() -> None:
    cast, _ = panel(5, items=80, annotators=9, labels=4, per_item=4)
    rng = np.random.default_rng(1)
    item, annotator, label = (rng.permutation(size) for size in (cast.items, cast.annotators, cast.labels))
    renamed = votes(item[cast.item], annotator[cast.annotator], label[cast.label], labels=4)
    (items, annotators), after = colours(cast), colours(renamed)
    assert (after[0][item] == items).all()
    assert (after[1][annotator] == annotators).all()
    assert len(np.unique(annotators)) == cast.annotators
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
