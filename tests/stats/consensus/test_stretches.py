"""Spans from votes on stretches: by hand, by simulated annotators of unequal care, and what must never matter."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.stats.consensus.stretches import Span, likely, runs, text

SPAN = st.builds(
    lambda start, size, label: (start, start + size, label), *[st.integers(0, 12), st.integers(1, 8)], st.integers(0, 1)
)
ANSWER = st.lists(SPAN, max_size=4, unique=True)


def shares(answers: list[list[Span]], labels: int = 1) -> list[Span]:
    """The spans of more than half."""
    one = text(answers, labels)
    return runs(one, one.given.mean(axis=0), 0.5)


def test_stretches_by_hand() -> None:
    one = text([[(0, 10, 0)], [(0, 12, 0)], [(2, 12, 0), (30, 40, 0)]], 1)
    assert one.bounds.tolist() == [0, 2, 10, 12, 30, 40]
    assert one.given[:, :, 0].tolist() == [
        [True, True, False, False, False],
        [True, True, True, False, False],
        [False, True, True, False, True],
    ]
    assert one.whole[:, 0, 0].tolist() == [True, True, False]
    assert runs(one, one.given.mean(axis=0), 0.5) == [(0, 12, 0)]
    assert runs(one, one.given.mean(axis=0), 0.3) == [(0, 12, 0), (30, 40, 0)]


def test_spans_that_touch_stay_two_where_most_say_so() -> None:
    two, one = [(0, 5, 0), (5, 9, 0)], [(0, 9, 0)]
    assert shares([two, two, one]) == two
    assert shares([two, one, one]) == one


def test_labels_do_not_mix() -> None:
    assert shares([[(0, 5, 0), (5, 9, 1)], [(0, 5, 0), (5, 9, 1)]], 2) == [(0, 5, 0), (5, 9, 1)]
    assert shares([[], []]) == []


def test_those_who_see_more_are_believed_though_they_are_fewer() -> None:
    """Two of five find nearly all, three find four in ten; nobody invents much."""
    rng = np.random.default_rng(1)
    care = np.array([0.9, 0.9, 0.4, 0.4, 0.4])
    truth = [
        [(at, at + int(size), 0) for at, size in zip(range(0, 300, 60), rng.integers(5, 40, 5), strict=True)]
        for _ in range(60)
    ]
    texts = [text([[span for span in spans if rng.random() < each] for each in care], 1) for spans in truth]
    found, telling = likely(texts, [np.arange(5)] * 60)
    right = [len(set(runs(one, p, 0.5)) & set(spans)) for one, p, spans in zip(texts, found, truth, strict=True)]
    majority = [
        len(set(runs(one, one.given.mean(axis=0), 0.5)) & set(spans)) for one, spans in zip(texts, truth, strict=True)
    ]
    assert sum(right) > 0.93 * 300
    assert sum(majority) < 0.8 * 300
    assert telling[:2].min() > 0.8 > 0.6 > telling[2:].max()


@given(answers=st.lists(ANSWER, min_size=1, max_size=4), data=st.data())
def test_runs_are_spans_in_order_that_do_not_overlap_and_nobodys_place_matters(
    answers: list[list[Span]], data: st.DataObject
) -> None:
    found = shares(answers, 2)
    for label in (0, 1):
        own = [span for span in found if span[2] == label]
        assert all(start < end for start, end, _ in own)
        assert all(before[1] <= after[0] for before, after in pairwise(own))
    assert shares(data.draw(st.permutations(answers)), 2) == found


@given(answer=ANSWER)
def test_one_alone_is_taken_at_their_word_but_for_overlaps(answer: list[Span]) -> None:
    covered = {(at, label) for start, end, label in answer for at in range(start, end)}
    assert {(at, label) for start, end, label in shares([answer], 2) for at in range(start, end)} == covered
