"""What counts as new in a frame."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.sampling.novelty import novel
from gt_platform.sampling.strata import stratify


def frame(seed: int = 0, events: int = 400, shift: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Drift scores and channels; the last channel's scores are higher by `shift`, a standard deviation being .1."""
    rng = np.random.default_rng(seed)
    channel = rng.integers(0, 5, events)
    return np.clip(0.48 + shift * (channel == 4) + rng.normal(0, 0.1, events), 0, 1), channel


def test_a_slice_that_scores_higher_is_new_as_a_whole() -> None:
    drift, channel = frame()
    assert novel(drift, [channel]).tolist() == (channel == 4).tolist()
    assert not novel(drift, []).any()


def test_without_drift_nothing_is_new() -> None:
    frames = [frame(seed, shift=0) for seed in range(200)]
    found = [novel(drift, [channel]).any() for drift, channel in frames]
    assert np.mean(found) < 0.03


def test_single_events_count_where_the_classifier_does_not_err_to_both_sides() -> None:
    one_sided = np.array([0.5] * 80 + [0.9] * 20)
    assert novel(one_sided, []).sum() == 20
    assert novel(np.array([0.5] * 60 + [0.9] * 20 + [0.1] * 20), []).sum() == 0
    assert novel(np.array([0.5] * 98 + [0.9] * 2), []).sum() == 0


def test_a_handful_of_events_is_no_slice() -> None:
    drift = np.array([0.5] * 100 + [0.6] * 19)
    channel = np.array([0] * 100 + [1] * 19)
    assert not novel(drift, [channel]).any()
    assert novel(np.append(drift, 0.6), [np.append(channel, 1)]).sum() == 20


def test_events_without_the_attribute_are_judged_by_themselves() -> None:
    drift, channel = frame()
    gone = np.where(channel == 4, -1, channel)
    assert not novel(drift, [gone]).any()
    assert not novel(drift, [np.full(len(drift), -1)]).any()


def test_a_new_slice_is_a_stratum_that_is_drawn_from_more_often() -> None:
    drift, channel = frame(events=2000)
    confidence, none = np.tile([0.6, 0.9], 1000), np.zeros(2000, dtype=np.bool_)
    strata = stratify(drift, confidence, none, smallest=4, most=12, slices=[channel])
    high = np.array([name.startswith("drift high") for name in strata.names])
    assert (high[strata.code] == (channel == 4)).all()
    assert strata.deviations[high].min() > 3 * strata.deviations[~high].max()
    plain = stratify(drift, confidence, none, smallest=4, most=12)
    assert plain.deviations.max() <= 0.5


def test_what_is_new_weighs_less_the_more_of_the_frame_it_is() -> None:
    none, sure = np.zeros(1000, dtype=np.bool_), np.full(1000, 0.9)
    ratios = []
    for new in (100, 200, 400, 600):
        strata = stratify(np.repeat([0.5, 0.9], [1000 - new, new]), sure, none, smallest=4, most=12)
        ratios.append(strata.deviations[1] / strata.deviations[0])
    assert ratios == sorted(ratios, reverse=True)
    # half the frame or more: an error of .82 of a half is all there is to tell them apart
    assert ratios[-1] == pytest.approx(np.sqrt(0.42 * 0.58) / 0.3)


def test_a_judge_of_yes_and_no_parts_the_frame() -> None:
    confidence = np.repeat([0.6, 0.9], [20, 80])
    strata = stratify(np.full(100, 0.5), confidence, np.zeros(100, dtype=np.bool_), smallest=4, most=12)
    assert strata.sizes.tolist() == [20, 80]


@given(seed=st.integers(0, 1000), shift=st.floats(0, 0.3))
def test_names_and_order_do_not_matter(seed: int, shift: float) -> None:
    drift, channel = frame(seed, 150, shift)
    found = novel(drift, [channel])
    order = np.random.default_rng(seed).permutation(150)
    assert novel(drift[order], [4 - channel[order]]).tolist() == found[order].tolist()
