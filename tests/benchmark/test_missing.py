"""Sampled events without truth: how many, and the remark that is made of them."""

from dataclasses import replace

from gt_platform.benchmark import Missing, missing
from gt_platform.checks import scores
from gt_platform.lake import Store
from gt_platform.stats.missing import Difference
from tests.benchmark.labels import add_sample, add_tie, add_truth
from tests.sampling.rows import MONDAY, add_events, project

EVENTS = [f"e{at:02}" for at in range(60)]
UNLIKE = Difference(name="the model's confidence", odds=0.1, p=1e-6)


def test_ties_are_missing_and_what_they_differ_in_is_found(store: Store) -> None:
    unsure = EVENTS[:10]
    add_events(store, MONDAY, [{"event_id": one, "confidence": 0.5 if one in unsure else 0.9} for one in EVENTS])
    add_sample(store, MONDAY, "all", 600, EVENTS)
    assert missing(store, project()) == Missing(events=0, missing=0, differs=())  # nobody has got to them yet
    add_truth(store, dict.fromkeys(EVENTS[10:], "good"))
    assert missing(store, project()) == Missing(events=50, missing=0, differs=())
    for event in unsure:
        add_tie(store, event, ["good", "bad"])
    found = missing(store, project())
    assert (found.events, found.missing) == (60, 10)
    assert found.differs[0].name == "the model's confidence"
    assert found.differs[0].odds == 0.0


def test_the_remark_says_what_is_known() -> None:
    few = Missing(events=100, missing=2, differs=(UNLIKE,))
    many = Missing(events=100, missing=14, differs=(UNLIKE,))
    alike = Missing(events=100, missing=14, differs=())
    seen = replace(many, seen=5)
    annotators, experts = project(), project(truth="experts")
    assert scores.missing_answers(annotators, few).verdict == "pass"
    loud = scores.missing_answers(experts, many)
    assert loud.verdict == "fail"
    assert "14 of 100 sampled events (14.0%) have no truth" in loud.said
    assert "not at random: they differ in the model's confidence (p = 1e-06)" in loud.said
    assert "labeling.expert_check" in loud.said
    assert scores.missing_answers(experts, seen).verdict == "pass"
    assert scores.missing_answers(annotators, seen).verdict == "fail"
    assert scores.missing_answers(annotators, alike).verdict == "insufficient_evidence"
