"""What annotators' labels show: shares with Beta intervals, the majority of the others, confusion, use, and change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gt_platform.stats.annotators import (
    answers,
    changes,
    confusion,
    jeffreys,
    label_use,
    majority_of_others,
    plurality,
    self_consistency,
    shares,
    speeds,
)
from gt_platform.stats.annotators.confusion import compared_use, expected_use
from gt_platform.stats.annotators.pace import fisher
from tests.support.judgements import as_answers

# units aab, abb, abc, aa-, a--
GIVEN = as_answers(
    np.array([[0, 0, 1], [0, 1, 1], [0, 1, 2], [0, 0, 0], [0, 0, 0]]),
    3,
    np.array([[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 0], [1, 0, 0]], dtype=np.bool_),
)
UNKNOWN = np.full(5, -1)


def test_jeffreys_is_the_beta_quantile_and_ends_at_the_ends() -> None:
    low, high = jeffreys([0, 8, 10], [10, 10, 10])
    assert low.tolist() == pytest.approx([0, *stats.beta.ppf(0.025, [8.5, 10.5], [2.5, 0.5])])
    assert high.tolist() == pytest.approx([*stats.beta.ppf(0.975, [0.5, 8.5], [10.5, 2.5]), 1])
    with pytest.raises(ValueError, match="between 0 and the number"):
        jeffreys([3], [2])


def test_shares_leave_out_what_is_unknown() -> None:
    first, second, third = shares(np.array([0, 0, 0, 1]), [1, 0, -1, -1], 3)
    assert first is not None
    assert (first.value, first.n) == (0.5, 2)
    assert (second, third) == (None, None)


def test_the_majority_of_the_others_by_hand() -> None:
    # aab: for an a the others tie, for b they say a; abb: for a they say b, for a b they tie; abc: always a tie;
    # aa: the other says a; a alone: nobody else
    order = np.lexsort((GIVEN.annotator, GIVEN.unit))
    assert majority_of_others(GIVEN)[order].tolist() == [-1, -1, 0, 1, -1, -1, -1, -1, -1, 0, 0, -1]
    assert plurality(GIVEN).tolist() == [0, 1, -1, 0, 0]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), st.integers(0, 3)), max_size=30))
def test_the_majority_of_the_others_is_what_counting_them_gives(rows: list[tuple[int, int, int]]) -> None:
    distinct = {(unit, annotator): code for unit, annotator, code in rows}
    unit, annotator = (np.array([key[at] for key in distinct], dtype=np.int64) for at in (0, 1))
    code = np.array(list(distinct.values()), dtype=np.int64)
    found = majority_of_others(answers(unit, annotator, code, units=5, annotators=6, labels=4))
    for at in range(len(unit)):
        others = np.bincount(code[(unit == unit[at]) & (annotator != annotator[at])], minlength=4)
        wanted = int(others.argmax()) if (others == others.max()).sum() == 1 and others.any() else -1
        assert found[at] == wanted


def test_confusion_has_the_truth_in_its_rows() -> None:
    truth = np.array([0, 0, 2, -1, 0])
    assert confusion(GIVEN, truth, 1).tolist() == [[1, 1, 0], [0, 0, 0], [0, 1, 0]]
    assert confusion(GIVEN, truth, 0).sum() == 4


def test_expected_use_is_the_truths_or_that_of_the_others() -> None:
    # the third annotator: others of his three units said aa, ab and ab
    assert expected_use(GIVEN, UNKNOWN)[2].tolist() == pytest.approx([2, 1, 0])
    assert compared_use(GIVEN, UNKNOWN)[2].tolist() == [0, 2, 1]
    assert expected_use(GIVEN, np.array([0, 0, 2, -1, 0]))[2].tolist() == pytest.approx([2, 0, 1])
    # the first is alone with the last unit, which then tells nothing
    assert compared_use(GIVEN, UNKNOWN)[0].sum() == 4


def test_always_one_label_is_found_unless_that_is_what_there_is_to_say() -> None:
    rng = np.random.default_rng(0)
    matrix = np.repeat(rng.integers(0, 3, (100, 1)), 5, axis=1)
    matrix[:, 0] = 1
    first, *others = label_use(as_answers(matrix, 3), np.full(100, -1), minimum=10)
    assert first is not None
    assert (first.one_answer, first.label, first.share, first.entropy) == (True, 1, 1, 0)
    assert first.expected == pytest.approx((matrix[:, 1] == 1).mean())
    assert first.expected_entropy == pytest.approx(1.585, abs=0.02)
    assert all(other is not None and not other.one_answer and other.q_value > 0.01 for other in others)
    flat = as_answers(np.where(rng.random((100, 4)) < 0.97, 2, 0), 3)
    assert not any(use is not None and use.one_answer for use in label_use(flat, np.full(100, -1), minimum=10))
    assert label_use(GIVEN, UNKNOWN, minimum=10) == [None] * 3


def test_speed_is_relative_to_the_annotators_medians() -> None:
    seconds = np.r_[np.full(10, 20.0), np.full(10, 22.0), np.r_[np.full(9, 2.0), 30.0], np.nan]
    found = speeds(np.repeat([0, 1, 2, 3], [10, 10, 10, 1]), seconds, 4)
    assert [None if speed is None else (speed.median, speed.hasty.value) for speed in found] == [
        (20, 0),
        (22, 0),
        (2, 0.9),
        None,
    ]
    with pytest.raises(ValueError, match="finite and not negative"):
        speeds(np.array([0]), np.array([-1.0]), 1)


def test_self_consistency_counts_units_answered_again() -> None:
    unit, annotator = np.array([0, 0, 1, 1, 1, 2, 0]), np.array([0, 0, 0, 0, 0, 0, 1])
    first, second = self_consistency(unit, annotator, np.array([1, 1, 2, 2, 0, 1, 1]), 2)
    assert first is not None
    assert (first.value, first.n) == (0.5, 2)
    assert second is None
    assert self_consistency(unit[:0], annotator[:0], unit[:0], 1) == [None]


def test_change_is_fishers_exact_test_of_the_halves() -> None:
    for table in ([[8, 2], [1, 9]], [[3, 3], [3, 3]], [[10, 0], [7, 3]], [[0, 5], [0, 5]]):
        (one, other), (two, rest) = table
        assert fisher(one, one + other, two, two + rest) == pytest.approx(stats.fisher_exact(table).pvalue)
    annotator = np.repeat([0, 1], [20, 3])
    when = np.r_[np.arange(20)[::-1], 0, 1, 2]
    right = np.r_[np.repeat([0, 1], 10), 1, 1, 1]
    worse, few = changes(annotator, when, right, 2)
    assert worse is not None
    assert (worse.early, worse.late, worse.n) == (1, 0, 20)
    assert worse.p_value == pytest.approx(stats.fisher_exact([[10, 0], [0, 10]]).pvalue)
    assert few is None


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        (([0, 1], [0], [0]), "one of each an answer"),
        (([5], [0], [0]), "unit codes run from 5 to 5, but there are 3"),
        (([0], [0], [-1]), "label codes run from -1"),
        (([0, 0], [1, 1], [0, 1]), "annotator 1 answered unit 0 more than once"),
    ],
)
def test_what_cannot_be_answers_is_refused(columns: tuple[list[int], ...], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        answers(*columns, units=3, annotators=2, labels=2)
