"""Cutting frames into strata."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.sampling.strata import stratify

EVENT = st.tuples(st.floats(0, 1), st.one_of(st.just(math.nan), st.floats(0, 1)), st.booleans())


def arrays(events: list[tuple[float, float, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Drift scores, confidences and negative feedback."""
    drift, confidence, negative = zip(*events, strict=True)
    return np.array(drift), np.array(confidence), np.array(negative)


def test_a_frame_is_cut_by_drift_and_confidence() -> None:
    drift, confidence = np.repeat([0.2, 0.5, 0.9], 10), np.tile([0.6, 0.9], 15)
    strata = stratify(drift, confidence, np.zeros(30, dtype=bool), smallest=4, most=12)
    assert strata.sizes.tolist() == [5] * 6
    assert strata.names[0] == "drift low, confidence low, feedback other"
    assert strata.names[-1] == "drift high, confidence high, feedback other"
    assert strata.code[0] == 0
    assert strata.code[-1] == 5


def test_equal_values_are_never_parted() -> None:
    strata = stratify(np.full(40, 0.5), np.full(40, 0.7), np.zeros(40, dtype=bool), smallest=4, most=12)
    assert strata.sizes.tolist() == [40]


def test_events_without_confidence_are_a_stratum() -> None:
    confidence = np.array([math.nan] * 10 + [0.6] * 10 + [0.9] * 10)
    strata = stratify(np.full(30, 0.5), confidence, np.zeros(30, dtype=bool), smallest=4, most=12)
    assert [name.split(", ")[1] for name in strata.names] == ["confidence low", "confidence high", "confidence missing"]
    assert strata.sizes.tolist() == [10, 10, 10]


def test_negative_feedback_is_a_stratum_unless_tiny() -> None:
    negative = np.arange(40) < 5
    strata = stratify(np.full(40, 0.5), np.full(40, 0.7), negative, smallest=4, most=12)
    assert strata.sizes.tolist() == [35, 5]
    merged = stratify(np.full(40, 0.5), np.full(40, 0.7), negative, smallest=6, most=12)
    assert merged.names == ("drift low, confidence low, feedback other + drift low, confidence low, feedback negative",)


def test_a_tiny_cell_joins_the_nearest_drift_first() -> None:
    drift = np.array([0.1] * 20 + [0.5] * 2 + [0.9] * 10)
    confidence = np.array([0.6] * 10 + [0.9] * 10 + [0.6] * 2 + [0.6] * 5 + [0.9] * 5)
    strata = stratify(drift, confidence, np.zeros(32, dtype=bool), smallest=4, most=12)
    assert int(strata.sizes.sum()) == 32
    assert (strata.sizes >= 4).all()
    # the two in the middle are unsure, and stay with unsure ones
    assert "confidence high" not in strata.names[strata.code[20]]


def test_guessed_deviations_follow_confidence_drift_and_feedback() -> None:
    drift = np.repeat([0.5, 1.0], 20)
    confidence = np.tile([0.9, 0.6], 20)
    strata = stratify(drift, confidence, np.zeros(40, dtype=bool), smallest=4, most=12)
    # errors .1 and .4 as owned up to; one half where nothing looks like the reference
    assert strata.deviations.tolist() == pytest.approx([math.sqrt(0.24), math.sqrt(0.09), 0.5, 0.5])
    negative = stratify(np.full(10, 0.5), np.full(10, 0.9), np.ones(10, dtype=bool), smallest=4, most=12)
    assert negative.deviations.tolist() == [0.5]


@given(
    events=st.lists(EVENT, min_size=1, max_size=60),
    smallest=st.integers(1, 10),
    most=st.integers(1, 12),
    data=st.data(),
)
def test_strata_are_few_large_enough_and_the_same_in_any_order(
    events: list[tuple[float, float, bool]], smallest: int, most: int, data: st.DataObject
) -> None:
    strata = stratify(*arrays(events), smallest=smallest, most=most)
    assert len(strata.names) == len(set(strata.names)) <= most
    assert strata.sizes.tolist() == np.bincount(strata.code, minlength=len(strata.names)).tolist()
    assert len(strata.names) == 1 or (strata.sizes >= smallest).all()
    order = np.array(data.draw(st.permutations(range(len(events)))))
    shuffled = stratify(*arrays([events[at] for at in order]), smallest=smallest, most=most)
    assert shuffled.names == strata.names
    assert shuffled.code.tolist() == strata.code[order].tolist()
