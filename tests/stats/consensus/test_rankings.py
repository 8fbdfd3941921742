"""Orders that rankings come to."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from gt_platform.stats.consensus.rankings import EXACT, agreement, borda, consensus, kemeny, pairwise

RANKINGS = st.integers(1, 6).flatmap(lambda k: st.lists(st.permutations(range(k)), min_size=1, max_size=6))


def test_kemeny_by_hand() -> None:
    # 0 before 1: 2 of 3; 0 before 2: 3 of 3; 1 before 2: 2 of 3
    found = consensus([[0, 1, 2], [0, 2, 1], [1, 0, 2]])
    assert found.order.tolist() == [0, 1, 2]
    assert found.support == pytest.approx(7 / 9)
    assert found.method == "Kemeny"


def test_kemeny_keeps_the_favourite_of_most_where_borda_does_not() -> None:
    rankings = [[0, 1, 2]] * 3 + [[1, 2, 0]] * 2
    found, count = consensus(rankings), borda(pairwise(rankings))[0]
    assert found.order.tolist() == [0, 1, 2]
    assert count.tolist() == [1, 0, 2]


def test_a_circle_of_preferences_has_no_one_best_order() -> None:
    found = consensus([[0, 1, 2], [1, 2, 0], [2, 0, 1]])
    assert not found.alone
    assert found.order.tolist() in ([0, 1, 2], [1, 2, 0], [2, 0, 1])
    assert found.support == pytest.approx(5 / 9)


def test_many_options_are_ordered_by_borda_and_ties_in_it_abstain() -> None:
    k = EXACT + 1
    up = list(range(k))
    found = consensus([up, up, [1, 0, *up[2:]]])
    assert found.alone
    assert found.order.tolist() == up
    assert found.method == "Borda"
    assert found.support == pytest.approx(1 - 1 / 3 / (k * (k - 1) / 2))
    tied = consensus([up, [1, 0, *up[2:]]])
    assert (tied.alone, tied.order.tolist()) == (False, up)
    assert tied.support == pytest.approx(1 - 0.5 / (k * (k - 1) / 2))


@given(rankings=RANKINGS)
def test_kemeny_is_the_best_of_all_orders_and_abstains_if_there_are_several(rankings: list[list[int]]) -> None:
    before = pairwise(rankings)
    k = len(before)
    totals = {
        order: sum(before[order[i], order[j]] for i in range(k) for j in range(i + 1, k))
        for order in permutations(range(k))
    }
    best = [order for order, total in totals.items() if total == max(totals.values())]
    order, alone, total = kemeny(before)
    assert total == max(totals.values())
    assert alone == (len(best) == 1)
    assert tuple(order) in best


@given(rankings=RANKINGS, data=st.data())
def test_annotators_and_the_names_of_options_do_not_matter(rankings: list[list[int]], data: Any) -> None:
    name = data.draw(st.permutations(range(len(rankings[0]))))
    ours = consensus(rankings)
    theirs = consensus([[name[option] for option in ranking] for ranking in data.draw(st.permutations(rankings))])
    assert theirs.support == ours.support
    assert theirs.alone == ours.alone
    if ours.alone:
        assert theirs.order.tolist() == [name[option] for option in ours.order]


@given(rankings=RANKINGS.filter(lambda table: len(table) > 1 and len(table[0]) > 1))
def test_agreement_is_the_mean_of_one_plus_kendalls_tau_halved(rankings: list[list[int]]) -> None:
    places = np.argsort(np.array(rankings), axis=1)
    taus = [kendalltau(a, b).statistic for i, a in enumerate(places) for b in places[:i]]
    assert agreement(rankings) == pytest.approx((1 + np.mean(taus)) / 2)


def test_without_a_pair_there_is_no_agreement() -> None:
    assert agreement([[0, 1, 2]]) is None
    assert agreement([[0], [0]]) is None
    assert consensus([[0], [0]]).support == 1


@pytest.mark.parametrize("bad", [[], [[]], [[0, 0]], [[1, 2]], [[0.0, 1.0]], [0, 1]])
def test_what_is_no_ranking_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="ranking"):
        consensus(bad)
