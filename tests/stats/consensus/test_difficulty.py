"""The probability of the most voted label: calibrated where annotators are alike, and no name or order matters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.consensus.difficulty import probability_right
from gt_platform.stats.consensus.votes import Codes, Votes, votes


def crowd(seed: int, counts: Codes, labels: int = 3) -> tuple[Votes, Codes]:
    """As many annotators as answers, all alike; of the items half are easy (95 % right) and half are hard (60 %)."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, labels, len(counts))
    skill = np.where(rng.random(len(counts)) < 0.5, 0.95, 0.6)
    item = np.repeat(np.arange(len(counts)), counts)
    right = rng.random(len(item)) < skill[item]
    label = np.where(right, truth[item], (truth[item] + rng.integers(1, labels, len(item))) % labels)
    return votes(item, np.arange(len(item)) - np.searchsorted(item, item), label, labels=labels), truth


@pytest.mark.parametrize("answers", [2, 3, 5])
def test_as_many_are_right_as_it_says(answers: int) -> None:
    cast, truth = crowd(answers, np.full(4_000, answers))
    tally = cast.tally()
    alone = (tally == tally.max(axis=1, keepdims=True)).sum(axis=1) == 1
    claimed, right = probability_right(cast)[alone], (tally.argmax(axis=1) == truth)[alone]
    assert claimed.mean() == pytest.approx(right.mean(), abs=0.05)
    for share in np.unique(tally.max(axis=1)):
        level = tally.max(axis=1)[alone] == share
        if level.sum() > 100:
            assert claimed[level].mean() == pytest.approx(right[level].mean(), abs=0.1)


def test_two_of_two_are_no_certainty_and_more_of_the_same_are_surer() -> None:
    cast = votes(
        [0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4], [0, 1, 0, 1, 0, 1, 2, 0, 1, 2, 0, 1, 2, 3],
        [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1], labels=2,
    )  # fmt: skip
    two, tie, three, divided, four = probability_right(cast)
    assert 0.5 < divided < two < three < four < 1
    assert tie == pytest.approx(0.5, abs=1e-12)


def test_wrong_answers_that_agree_count_for_less_where_there_are_fewer_labels() -> None:
    same = [np.tile([0, 0, 1], 30), np.tile([0, 1, 2], 30)]
    few, many = (
        probability_right(votes(np.repeat(np.arange(30), 3), same[1], same[0], labels=labels))[0] for labels in (2, 20)
    )
    assert few < many


@given(st.integers(0, 1_000))
@settings(max_examples=20, deadline=None)
def test_names_and_order_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cast, _ = crowd(seed, rng.integers(1, 6, 40), labels=4)
    item, annotator, label = (rng.permutation(size) for size in (cast.items, cast.annotators, cast.labels))
    row = rng.permutation(len(cast.item))
    renamed = votes(item[cast.item[row]], annotator[cast.annotator[row]], label[cast.label[row]], labels=4)
    assert np.abs(probability_right(renamed)[item] - probability_right(cast)).max() < 1e-9


def test_ten_thousand_votes_on_one_item_stay_finite() -> None:
    cast = votes(np.repeat([0, 1], [10_000, 2]), [*range(10_000), 0, 1], [0] * 9_000 + [1] * 1_000 + [0, 2], labels=3)
    with np.errstate(all="raise", under="ignore"):
        many, tie = probability_right(cast)
    assert many == pytest.approx(1, abs=1e-9)
    assert tie < 0.5


def test_items_without_votes_have_none_and_teach_nothing() -> None:
    cast, _ = crowd(1, np.full(50, 3))
    wider = Votes(
        item=cast.item,
        annotator=cast.annotator,
        label=cast.label,
        items=60,
        annotators=cast.annotators,
        labels=cast.labels,
    )
    found = probability_right(wider)
    assert (found[50:] == 0).all()
    assert found[:50] == pytest.approx(probability_right(cast), abs=1e-9)
    none = np.empty(0, dtype=np.int64)
    assert (
        probability_right(Votes(item=none, annotator=none, label=none, items=4, annotators=1, labels=3)).tolist()
        == [0] * 4
    )


def test_a_hundred_thousand_labels_need_no_table_of_them() -> None:
    item = np.repeat(np.arange(2_000), 3)
    label = np.where(np.arange(6_000) % 3 < 2, item, item + 90_000)
    found = probability_right(votes(item, np.tile([0, 1, 2], 2_000), label, labels=100_000))
    assert np.ptp(found) < 1e-12
    assert found[0] > 0.8
