"""Confidence beside rightness: production's and a candidate's, by design, and against experts' truth."""

import json
from typing import Any

import pytest

from gt_platform.benchmark import WeaknessError, reliability
from gt_platform.lake import Store
from gt_platform.lake.tables import PREDICTIONS
from tests.benchmark.labels import add_checks, add_release, add_sample, add_truth
from tests.sampling.rows import MONDAY, add_events, project
from tests.support.rows import rows as table_rows

EVENTS = [f"e{at:03}" for at in range(200)]
SURE = {name: 0.6 if at < 100 else 0.9 for at, name in enumerate(EVENTS)}
WRONG = {name for at, name in enumerate(EVENTS) if (at % 5 in {0, 1} if at < 100 else at % 10 < 3)}
"""Sixty of a hundred are right where it says so, seventy of a hundred where it says ninety."""
TRUTH = {name: "bad" if name in WRONG else "good" for name in EVENTS}


@pytest.fixture
def world(store: Store) -> Store:
    others = {f"o{at:03}": 0.6 if at < 200 else 0.9 for at in range(300)}
    events = [{"event_id": name, "confidence": sure} for name, sure in (SURE | others).items()]
    add_events(store, MONDAY, events)
    add_sample(store, MONDAY, "unsure", 300, EVENTS[:100])
    add_sample(store, MONDAY, "sure", 200, EVENTS[100:])
    add_truth(store, TRUTH)
    add_release(store)
    return store


def test_bins_are_held_against_the_truth_by_design(world: Store) -> None:
    found = reliability(world, project())
    assert (found.labeled, found.n, found.against) == (200, 200, "annotators")
    unsure, sure = found.bins
    assert [unsure.low, unsure.high, unsure.n, unsure.confidence] == pytest.approx([0.0, 0.6, 100, 0.6])
    assert [sure.right.estimate, sure.confidence] == pytest.approx([0.7, 0.9])
    assert [unsure.share, sure.share] == pytest.approx([0.6, 0.4])
    assert sure.right.low < 0.7 < sure.right.high < 0.9
    assert found.error is not None
    # three fifths are calibrated, the others are off by .2
    assert found.error.seen == pytest.approx(0.08)
    assert found.error.low < 0.03 < found.error.estimate < 0.08 < found.error.high < 0.16
    assert found.brier is not None
    assert found.brier.estimate == pytest.approx(0.6 * 0.24 + 0.4 * (0.7 * 0.01 + 0.3 * 0.81))


def test_experts_correct_it(world: Store) -> None:
    said = dict.fromkeys(EVENTS[100::2], "good")
    add_checks(world, said, of=TRUTH, chance=0.5, pattern="unanimous")
    found = reliability(world, project(truth="experts"))
    assert found.against == "experts"
    # of those that annotators call wrong an expert calls half, and all that were asked, right
    assert found.bins[-1].right.estimate > 0.8
    assert found.error is not None


def test_a_candidate_is_held_against_its_own_confidence(world: Store) -> None:
    given: list[dict[str, Any]] = [
        {"candidate": "v2", "item_id": f"item of {name}", "repetition": at, "attempt": 1, "confidence": 0.95}
        | {"output": json.dumps("good" if at == 1 else TRUTH[name])}
        for name in EVENTS
        for at in (1, 2)
    ]
    given += [row | {"candidate": "silent", "confidence": None} for row in given]
    world.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *given)))
    found = reliability(world, project(), "v2")
    (only,) = found.bins
    wrong = (0.6 * 0.4 + 0.4 * 0.3) / 2
    assert [only.confidence, only.right.estimate] == pytest.approx([0.95, 1 - wrong])
    assert found.error is not None
    assert found.error.seen == pytest.approx(0.95 - (1 - wrong))
    silent = reliability(world, project(), "silent")
    assert (silent.n, silent.bins, silent.error, silent.brier) == (0, [], None, None)


def test_what_cannot_be_told_is_refused_or_said(store: Store) -> None:
    assert reliability(store, project()).error is None
    with pytest.raises(WeaknessError, match="v9 has no predictions; there are production"):
        reliability(store, project(), "v9")
