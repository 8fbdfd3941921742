"""What changes in a world is found, under its own name and no other."""

import numpy as np
import pytest

from gt_platform.watch.judge import judge
from tests.bench.watches_worlds import (
    World,
    declared,
    evidence,
    harder,
    of_concept,
    of_confidence,
    of_inputs,
    of_prevalence,
    to_the_right,
)

SEEDS = range(4)


def drifted(seed: int, **world: object) -> set[str]:
    """What of the last day drifts."""
    found = evidence(World(rows=3_000, labels=80, **world), np.random.default_rng(seed))  # type: ignore[arg-type]
    return {one.watched for one in judge(found, found.days[-1], declared()) if one.verdict == "drift"}


def test_days_that_differ_are_no_drift() -> None:
    assert [drifted(seed) for seed in SEEDS] == [set()] * 4


def test_a_prevalence_that_moves_is_label_shift_and_no_concept_drift() -> None:
    found = [drifted(seed, change=of_prevalence(0.3, 0.3, 0.4)) for seed in SEEDS]
    assert sum("label_shift" in one for one in found) >= 3
    assert not any("concept_drift" in one for one in found)


@pytest.mark.parametrize("more", [harder, to_the_right])
def test_other_inputs_are_neither(more: object) -> None:
    found = [drifted(seed, change=of_inputs(more)) for seed in SEEDS]  # type: ignore[arg-type]
    assert not any({"label_shift", "concept_drift"} & one for one in found)


def test_truths_that_change_are_concept_drift_and_no_label_shift() -> None:
    found = [drifted(seed, change=of_concept(0.2)) for seed in SEEDS]
    assert sum("concept_drift" in one for one in found) >= 3
    assert not any("label_shift" in one for one in found)


def test_a_model_that_is_surer_than_it_was_is_out_of_calibration_and_nothing_else() -> None:
    found = [drifted(seed, change=of_confidence(0.4)) for seed in SEEDS]
    assert sum("calibration" in one for one in found) >= 3
    assert not any({"label_shift", "concept_drift"} & one for one in found)


def test_less_feedback_and_fewer_events_are_found_each() -> None:
    assert [drifted(seed, feedback=0.4) for seed in SEEDS] == [{"feedback_rate"}] * 4
    found = evidence(World(rows=300, labels=20, events=0.1), np.random.default_rng(1))
    first = found.days[14]
    assert {one.watched for one in judge(found, first, declared()) if one.verdict == "drift"} >= {"volume"}


def test_the_estimated_prevalence_is_near_the_true_one() -> None:
    found = evidence(
        World(rows=5_000, labels=100, apart=0.0, change=of_prevalence(0.3, 0.3, 0.4)), np.random.default_rng(5)
    )
    told = {one.of: one for one in judge(found, found.days[-1], declared()) if one.watched == "label_shift"}
    assert [round(one.reference or 0, 1) for one in told.values()] == [0.5, 0.3, 0.2]
    assert told["positive"].estimate == pytest.approx(0.4, abs=0.03)
    assert (told["positive"].low or 0) < 0.2 < (told["positive"].high or 0)
