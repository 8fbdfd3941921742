"""Statistics of the corpus among the scores: by the design, corrected by experts, and for traffic that differs."""

from typing import Any

import numpy as np
import pytest

from gt_platform.benchmark import paired, score
from gt_platform.benchmark.experts import CORRECTED
from gt_platform.lake import Store
from gt_platform.project import Project
from tests.benchmark.labels import add_checks, add_release, add_sample, add_truth, rows
from tests.benchmark.test_candidates import release
from tests.sampling.rows import MONDAY, add_events
from tests.sampling.rows import project as plain

MEASURED = {"metrics": ["macro_f1", "accuracy", "mcc", "auc", "brier"], "slices": ["channel"]}
RNG = np.random.default_rng(1)
COMMON, RARE = [f"c{at:03}" for at in range(120)], [f"r{at:03}" for at in range(80)]
SAID = {event: str(RNG.choice(["good", "bad"], p=[0.8, 0.2])) for event in COMMON} | {
    event: str(RNG.choice(["good", "bad"], p=[0.3, 0.7])) for event in RARE
}
TRUE = {event: said if RNG.random() < 0.8 else "bad" if said == "good" else "good" for event, said in SAID.items()}
WEIGHT = dict.fromkeys(COMMON, 10.0) | dict.fromkeys(RARE, 2.0)


def project(**changes: Any) -> Project:
    return plain(**{"benchmark": MEASURED} | changes)


def frame(store: Store, truth: dict[str, str]) -> None:
    """120 of 1,200 common events, by mail, and 80 of 160 rare ones, by web."""
    sent = {event: {"channel": "mail" if event in COMMON else "web"} for event in SAID}
    rows = [
        {"event_id": event, "output": said, "attributes": sent[event], "confidence": 0.9}
        for event, said in SAID.items()
    ]
    add_events(store, MONDAY, rows)
    add_sample(store, MONDAY, "common", 1200, COMMON)
    add_sample(store, MONDAY, "rare", 160, RARE)
    add_truth(store, truth)
    add_release(store)


def known(name: str, truth: dict[str, str], events: list[str], *, weighted: bool = True) -> float:
    from sklearn import metrics

    function = {"macro_f1": metrics.f1_score, "mcc": metrics.matthews_corrcoef}[name]
    more: dict[str, Any] = {"average": "macro"} if name == "macro_f1" else {}
    weight = [WEIGHT[event] if weighted else 1.0 for event in events]
    pair = [truth[event] for event in events], [SAID[event] for event in events]
    return float(function(*pair, sample_weight=weight, **more))


def test_they_are_those_of_the_weighted_sample_with_an_interval(store: Store) -> None:
    frame(store, TRUE)
    score(store, project())
    for name in ("macro_f1", "mcc"):
        (row,) = rows(store, metric=name)
        # 100 events and more: calibrated on totals that every event has alike here, so by the weights as they are
        assert row["estimate"] == pytest.approx(known(name, TRUE, [*COMMON, *RARE]), abs=1e-9)
        assert row["low"] < row["estimate"] < row["high"]
        assert (row["n"], row["label"]) == (200, "*")
        assert "linearised" in row["method"]
        (alone,) = rows(store, metric=name, slice="channel=web")
        assert alone["estimate"] == pytest.approx(known(name, TRUE, RARE), abs=1e-9)
        (released,) = rows(store, metric=name, estimand="release")
        assert released["estimate"] == pytest.approx(known(name, TRUE, [*COMMON, *RARE], weighted=False), abs=1e-9)
        summed = store.read(
            "SELECT sum(weight * numerator) / sum(weight * denominator) FROM measurements WHERE metric = ?", [name]
        )
        assert summed.item() == pytest.approx(row["estimate"], abs=1e-9)
    (area,) = rows(store, metric="auc")
    (brier,) = rows(store, metric="brier")
    assert 0.5 < area["estimate"] < 1
    right = sum(WEIGHT[event] * (SAID[event] == TRUE[event]) for event in SAID) / sum(WEIGHT.values())
    assert brier["estimate"] == pytest.approx(right * 0.1**2 + (1 - right) * 0.9**2, abs=1e-9)


def test_experts_who_see_everything_make_it_the_statistic_of_what_they_say(store: Store) -> None:
    crowd = {
        event: ("good" if said == "bad" else "bad") if at % 7 == 0 else said
        for at, (event, said) in enumerate(TRUE.items())
    }
    frame(store, crowd)
    add_checks(store, TRUE, of=crowd, chance=1.0, pattern="unanimous")
    score(store, project(truth="experts"))
    (row,) = rows(store, metric="macro_f1")
    assert row["estimate"] == pytest.approx(known("macro_f1", TRUE, [*COMMON, *RARE]), abs=1e-9)
    assert (row["against"], row["checked"]) == ("experts", 200)


def test_experts_who_see_some_correct_it_for_all(store: Store) -> None:
    """Annotators flip one in seven; of every other event an expert says so."""
    crowd = {
        event: ("good" if said == "bad" else "bad") if at % 7 < 2 else said
        for at, (event, said) in enumerate(TRUE.items())
    }
    frame(store, crowd)
    add_checks(store, {event: TRUE[event] for event in list(TRUE)[::2]}, of=crowd, chance=0.5, pattern="unanimous")
    score(store, project(truth="experts"))
    for name in ("macro_f1", "mcc"):
        (row,) = rows(store, metric=name)
        assert CORRECTED in row["method"]
        told, wrong = (known(name, truth, [*COMMON, *RARE]) for truth in (TRUE, crowd))
        assert abs(row["estimate"] - told) < abs(wrong - told) / 3
        assert row["low"] < told < row["high"]
        assert row["sampling_share"] < 1


def test_a_gate_may_hold_one_and_a_candidate_is_compared_by_one(store: Store) -> None:
    frame(store, TRUE)
    gated = project(gates={"score": {"metric": "mcc", "at_least": 0.95}})
    release(store, 2)
    score(store, gated)
    (row,) = rows(store, metric="mcc")
    assert row["verdict"] == "fail"
    assert gated.steering == "accuracy"
    found = paired(store, gated, second=dict(TRUE), metric="macro_f1")
    assert np.average(found.second.value, weights=found.drawn.weights) == pytest.approx(1.0)
    mine = np.average(found.first.value, weights=found.drawn.weights)
    assert mine == pytest.approx(known("macro_f1", TRUE, [*COMMON, *RARE]), abs=1e-9)
    with pytest.raises(ValueError, match="files of outputs do not have"):
        paired(store, gated, second=dict(TRUE), metric="auc")
