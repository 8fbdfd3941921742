"""Labelled spans of text."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gt_platform.answers import Answers, InvalidAnswerError
from gt_platform.answers.places import HALVED, METHOD, UNNAMED
from gt_platform.answers.spans import STRETCHES, Spans
from tests.answers.pools import check_valid, pool
from tests.answers.settling import settled

KIND = Spans(labels={"PER": "a person", "ORG": "an organisation"})


def span(start: int, end: int, label: str = "PER") -> dict[str, Any]:
    return {"start": start, "end": end, "label": label}


SPAN = st.builds(
    lambda start, size, label: span(start, start + size, label),
    st.integers(0, 12),
    st.integers(1, 8),
    st.sampled_from(["PER", "ORG"]),
)
ANSWER = st.lists(SPAN, max_size=4, unique_by=str).map(KIND.validate)


def totals(output: Any, truth: Any) -> dict[tuple[str, str], tuple[float, float]]:
    return {(one.metric, one.label): (one.numerator, one.denominator) for one in KIND.measure(output, truth)}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (None, "not a list"),
        ({"start": 0}, "not a list"),
        ([span(0, 1)] * 2, "given twice"),
        ([7], "is not a place with start, end, label"),
        ([{"start": 0, "end": 1}], "is not a place with"),
        ([{**span(0, 1), "text": "x"}], "is not a place with"),
        ([span(0, 1, "LOC")], "'LOC' is not one of PER, ORG"),
        ([{**span(0, 1), "label": ["PER"]}], "is not one of PER, ORG"),
        ([span(2, 2)], "0 <= start < end"),
        ([span(-1, 2)], "0 <= start < end"),
        ([span(0, 10**400)], "0 <= start < end"),
        ([{**span(0, 1), "end": 2.0}], "whole numbers"),
        ([{**span(0, 1), "start": False}], "whole numbers"),
        ([span(at, at + 1) for at in range(1001)], "at most 1000"),
    ],
)
def test_answers_outside_the_schema_are_refused(bad: Any, told: str) -> None:
    with pytest.raises(InvalidAnswerError, match=told):
        KIND.validate(bad)


def test_spans_are_put_in_order_and_may_nest() -> None:
    assert KIND.validate([span(5, 9), span(0, 9, "ORG"), span(0, 3)]) == [span(0, 3), span(0, 9, "ORG"), span(5, 9)]
    assert KIND.validate([]) == []


@pytest.mark.parametrize("schema", [{"labels": {}}, {"overlap": 0}, {"overlap": 1.1}, {"quorum": 1}, {"quorum": -0.1}])
def test_a_schema_must_make_sense(schema: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Spans(**{"labels": {"PER": ""}, **schema})


def test_the_schema_is_read_off_texts() -> None:
    kind = Spans.fitting(['[{"start": 0, "end": 4, "label": "LOC"}]', "[]"])
    assert list(kind.labels) == ["LOC"]
    assert kind.parse(' [{"label":"LOC","end":4,"start":0}]') == [span(0, 4, "LOC")]
    assert Spans.fitting(["[]"]).parse("[]") == []
    for text in ("PER", "{}", "[3]", '[{"start": NaN, "end": 4, "label": "LOC"}]', "[" * 100_000):
        with pytest.raises(InvalidAnswerError, match=r"not a JSON list|not a place|whole numbers"):
            Spans.fitting([text])


def test_boundaries_are_medians_and_what_one_alone_marked_is_dropped() -> None:
    said = ([span(0, 10)], [span(0, 12)], [span(2, 12), span(30, 40)])
    found = KIND.settle(Answers(("i",) * 3, ("z", "y", "x"), said))["i"]
    assert found.answer == [span(0, 12)]
    # 10/12, 1, and 10/12 with a span too many
    assert found.confidence == pytest.approx((10 / 12 + 1 + 10 / 12 / 2) / 3)
    assert found.agreed == ("y", "z")


def test_of_two_middle_boundaries_the_lower_is_taken() -> None:
    assert settled(KIND, [[span(0, 10)], [span(1, 12)]]).answer == [span(0, 10)]


def test_half_the_raters_abstain_and_so_do_different_labels_of_one_place() -> None:
    half = settled(KIND, [[span(0, 10)], []])
    assert (half.answer, half.leading, half.reason, half.confidence) == (None, [span(0, 10)], HALVED, 0.5)
    unnamed = settled(KIND, [[span(0, 10)], [span(0, 10, "ORG")], [span(1, 10)], [], []])
    assert (unnamed.leading, unnamed.reason) == ([span(0, 10)], UNNAMED)
    assert settled(KIND, [[span(0, 10)], [span(0, 10)], [span(0, 10, "ORG")]]).answer == [span(0, 10)]
    assert settled(KIND, [[span(0, 10)], [], []]).answer == []


def long_spans(rng: np.random.Generator, item: int, annotator: int) -> list[dict[str, Any]]:
    """Three long spans an item, of which everyone sees another part; annotators 2 to 4 miss most of them."""
    del item
    seen = [at for at in (0, 200, 400) if rng.random() < (0.95 if annotator < 2 else 0.35)]
    return [span(at + int(rng.integers(0, 60)), at + int(rng.integers(70, 150))) for at in seen]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_long_spans_are_settled_character_by_character(seed: int) -> None:
    found = KIND.settle(pool(seed, 60, 5, long_spans))
    assert {one.method for one in found.values()} == {STRETCHES}
    check_valid(KIND, found)
    assert np.mean([len(one.leading or []) for one in found.values()]) > 2.5


def test_spans_that_overlap_are_settled_as_wholes() -> None:
    def nested(rng: np.random.Generator, item: int, _: int) -> list[dict[str, Any]]:
        return [span(at, at + 15) for at in range(0, 60, 10) if rng.random() < 0.9 and (at + item) % 3]

    assert {one.method for one in KIND.settle(pool(2, 30, 4, nested)).values()} == {METHOD}


def test_agreement_is_the_mean_f1_and_nothing_agrees_with_nothing() -> None:
    assert KIND.agreement([[span(0, 10)], [span(0, 10), span(20, 30)]]) == pytest.approx(2 / 3)
    assert KIND.agreement([[], []]) == 1
    assert KIND.agreement([[], [], [span(0, 1)]]) == pytest.approx(1 / 3)
    assert KIND.agreement([[]]) is None


def test_measures_by_hand() -> None:
    truth = [span(0, 10), span(20, 30), span(40, 50, "ORG")]
    given_out = [span(0, 10), span(22, 30), span(40, 50), span(60, 61, "ORG")]
    found = totals(given_out, truth)
    assert found["accuracy", "*"] == (0, 1)
    assert [found[name, "*"] for name in ("precision", "recall", "f1")] == [(2, 4), (2, 3), (4, 7)]
    assert [found[f"exact_{name}", "*"] for name in ("precision", "recall", "f1")] == [(1, 4), (1, 3), (2, 7)]
    assert [found[name, "PER"] for name in ("precision", "recall", "f1")] == [(2, 3), (2, 2), (4, 5)]
    assert [found[name, "ORG"] for name in ("precision", "recall", "f1")] == [(0, 1), (0, 1), (0, 2)]
    assert {metric for metric, _ in found} == KIND.metrics().keys()


def test_where_there_is_nothing_to_find_only_accuracy_counts() -> None:
    assert totals([], [])["accuracy", "*"] == (1, 1)
    assert totals("none", [])["accuracy", "*"] == (0, 1)
    assert totals([], [])["f1", "*"] == (0, 0)
    assert totals("none", [span(0, 1)])["f1", "*"] == (0, 1)


@given(said=ANSWER, annotators=st.integers(1, 5))
def test_what_all_say_is_settled_with_certainty(said: list[Any], annotators: int) -> None:
    found = KIND.settle(Answers(("i",) * annotators, tuple(map(str, range(annotators))), (said,) * annotators))["i"]
    assert (found.answer, found.confidence, len(found.agreed)) == (said, 1, annotators)
    assert KIND.agrees(said, said)


@given(said=st.lists(ANSWER, min_size=1, max_size=4), name=st.permutations(["PER", "ORG"]))
def test_items_are_settled_alone_and_labels_are_but_names(said: list[Any], name: list[str]) -> None:
    other = dict(zip(["PER", "ORG"], name, strict=True))
    renamed = [KIND.validate([{**one, "label": other[one["label"]]} for one in answer]) for answer in said]
    n = len(said)
    both = KIND.settle(Answers(("i",) * n + ("h",) * n, (*map(str, range(n)), *map(str, range(n))), (*said, *renamed)))
    if both["i"].answer is None:
        assert both["h"].answer is None
    else:
        assert both["h"].confidence == both["i"].confidence
        assert both["h"].answer == KIND.validate([{**s, "label": other[s["label"]]} for s in both["i"].answer])


@given(output=ANSWER, truth=ANSWER)
def test_exact_matches_are_overlapping_ones_and_shares_are_shares(output: list[Any], truth: list[Any]) -> None:
    found = totals(output, truth)
    assert all(0 <= part <= whole for part, whole in found.values())
    assert found["exact_f1", "*"][0] <= found["f1", "*"][0]
    assert found["f1", "*"][0] == found["f1", "PER"][0] + found["f1", "ORG"][0]
