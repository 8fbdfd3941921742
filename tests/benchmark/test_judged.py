"""Answers that judge outputs: scores are shares and means of the judgement, by the design, whatever the outputs say.

The world is `labeled_day`: of 100 sure events ten are drawn, nine of them judged good; of 20 unsure ten, four good. So
(100 x 9/10 + 20 x 4/10) / 120 of production is good. Every output reads "good", which is what must not matter.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from gt_platform.benchmark import missing, paired, regression, score
from gt_platform.benchmark.believed import IMPUTED_ALONE
from gt_platform.benchmark.experts import CORRECTED
from gt_platform.checks import scores
from gt_platform.declarations import declare
from gt_platform.labeling.expert_checks.cells import judgement_cell
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import ANNOTATIONS, ASSIGNMENTS, GROUND_TRUTH
from gt_platform.project import Project
from gt_platform.sampling.events import events_of
from gt_platform.sampling.flags import flagged_of
from gt_platform.sampling.spending import spend
from gt_platform.settings import Settings
from tests.benchmark.labels import (
    VERSIONS,
    add_answers,
    add_checks,
    add_release,
    add_sample,
    add_truth,
    labeled_day,
    rows,
    write,
)
from tests.sampling.rows import MOMENT, MONDAY, add_events, add_feedback
from tests.sampling.rows import project as of_input

GOOD = (100 * 9 / 10 + 20 * 4 / 10) / 120
SHARES = {"metrics": ["share of good", "share of bad"], "slices": ["channel"]}
GATE = {"score": {"metric": "share of good", "at_least": 0.4}}
SCALE = {"kind": "ordinal", "scale": {"1": "useless", "3": "fair", "5": "useful"}}
EVENTS = [f"e{at:02}" for at in range(40)]


def project(**changes: Any) -> Project:
    return of_input(**{"ask": "about the output", "benchmark": SHARES, "gates": GATE} | changes)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Lake.open(Settings(home=tmp_path_factory.mktemp("judged"))) as lake:
        store = lake.store("sentiment")
        labeled_day(store, MONDAY, sure=9, unsure=4)
        add_answers(store, "s9", ["bad", "bad"])
        add_feedback(store, MONDAY, [("s0", "thumb", "up"), ("s9", "thumb", "up"), ("s1", "correction", "good")])
        add_feedback(store, MONDAY, [("s2", "correction", "bad"), ("s3", "correction", "so so")])
        add_release(store)
        declare(store, project())
        score(store, project())
        yield store


def test_a_score_is_the_share_of_production_that_is_judged_so(world: Store) -> None:
    (row,) = rows(world, metric="share of good")
    (other,) = rows(world, metric="share of bad")
    assert (row["estimate"], row["n"], row["n_invalid"]) == (pytest.approx(GOOD), 20, 0)
    assert other["estimate"] == pytest.approx(1 - GOOD)
    assert 0.5 < row["low"] < GOOD < row["high"] < 1
    assert row["verdict"] == "pass"
    assert rows(world, metric="share of good", estimand="release")[0]["estimate"] == pytest.approx(13 / 20)
    assert world.read("SELECT DISTINCT metric FROM scores ORDER BY metric")["metric"].to_list() == [
        "share of bad",
        "share of good",
    ]
    assert f"share of good {GOOD:.3f}" in scores.score(world, project()).said
    (seen,) = regression(world, project())
    assert (seen.nights, seen.answers, seen.day) == (1, 20, None)
    assert score(world, project()).written == 0


def test_views_say_of_judgements_what_is_right_or_nothing(world: Store) -> None:
    flat = "SELECT sum(weight * y) / sum(weight * y_of), any_value(output), count(*) FROM labels_flat"
    assert world.read(flat).row(0) == (pytest.approx(GOOD), "good", 20)
    assert world.read("FROM confusion").is_empty()
    assert world.read("FROM unanimous_against").is_empty()
    thumbs = "SELECT n, estimate FROM feedback_vs_truth WHERE signal = 'thumb'"
    assert world.read(thumbs).rows() == [(2, 0.5)]
    gated = world.read("SELECT model, slice FROM slice_gates ORDER BY ALL").rows()
    assert gated == [("*", "channel=app"), ("*", "channel=web"), ("m1", "*"), ("m2", "*")]
    declare(world, of_input())
    assert world.read("SELECT count(*) FROM confusion WHERE model = 'm1'").item() == 2
    assert world.read("SELECT said FROM unanimous_against").item() == "bad"
    declare(world, project())


def test_outputs_are_neither_read_nor_compared(world: Store) -> None:
    declared = project()
    assert declared.outputs.invalid(['{"any": "thing"}', "null"]) == {}
    assert missing(world, declared).events == 20
    with pytest.raises(ValueError, match=r"^sentiment judges outputs, so a candidate's need judgements of their own"):
        paired(world, declared, second={"s0": "good"})
    # a correction that repeats the output says that it is fine, any other that it is not
    found = flagged_of(world, declared, MONDAY, events_of(world, declared, MONDAY), late=False)
    assert sorted(found.at_once) == ["s2", "s3"]
    kind = declared.answer_kind
    assert judgement_cell(kind, "split", '"good"') == "split: annotators good"
    assert judgement_cell(kind, "undecided", None) == "undecided"


def test_a_correction_with_its_keys_in_another_order_is_none(store: Store) -> None:
    outputs = {"same": {"b": 1, "a": 2}, "other": {"b": 1, "a": 3}}
    add_events(store, MONDAY, [{"event_id": name, "output": output} for name, output in outputs.items()])
    add_feedback(store, MONDAY, [(name, "correction", {"a": 2, "b": 1}) for name in outputs])
    declared = project()
    found = flagged_of(store, declared, MONDAY, events_of(store, declared, MONDAY), late=False)
    assert sorted(found.at_once) == ["other"]


def test_grades_are_averaged_by_what_their_labels_count(store: Store) -> None:
    labeled_day(store, MONDAY, sure=0, unsure=0)
    grades = {**{f"s{at}": "5" if at < 7 else "3" for at in range(10)}, **{f"u{at}": "1" for at in range(10)}}
    store.commit("nothing", lambda writer: writer.replace(GROUND_TRUTH, GROUND_TRUTH.frame([])))
    add_truth(store, grades)
    add_release(store)
    graded = {"metrics": ["mean", "share of 5"]}
    declared = project(answer=SCALE, benchmark=graded, gates={"score": {"metric": "mean", "at_most": 4.5}})
    score(store, declared)
    (mean,) = rows(store, metric="mean")
    assert mean["estimate"] == pytest.approx((100 * (7 * 5 + 3 * 3) / 10 + 20 * 1) / 120)
    assert 1 <= mean["low"] < mean["estimate"] < mean["high"] <= 5
    assert rows(store, metric="share of 5")[0]["estimate"] == pytest.approx(70 / 120)


@pytest.mark.slow
def test_where_the_distribution_is_the_truth_an_output_is_good_by_its_share(store: Store) -> None:
    add_events(store, MONDAY, [{"event_id": event} for event in EVENTS])
    add_sample(store, MONDAY, "all", 400, EVENTS)
    add_truth(store, dict.fromkeys(EVENTS, "good"))
    for at, event in enumerate(EVENTS):
        add_answers(store, event, ["good", "good", "bad"] if at < 10 else ["good"])
    add_release(store)
    score(store, project(truth="distribution"))
    assert rows(store, metric="share of good")[0]["estimate"] == pytest.approx((10 * 2 / 3 + 30) / 40)


def test_experts_correct_what_the_crowd_judges(store: Store) -> None:
    said = {event: {"text": f"no two are alike: {event}"} for event in EVENTS}
    crowd = {event: "good" if at < 32 else "bad" for at, event in enumerate(EVENTS)}
    add_events(store, MONDAY, [{"event_id": event, "output": said[event]} for event in EVENTS])
    add_sample(store, MONDAY, "all", 400, EVENTS)
    add_truth(store, crowd)
    add_release(store)
    seen = [*EVENTS[:16], *EVENTS[32:36]]
    experts = {event: "bad" if event in EVENTS[:2] else crowd[event] for event in seen}
    add_checks(store, experts, of=crowd, chance=0.5, pattern="unanimous")
    declared = project(truth="experts")
    score(store, declared)
    (row,) = rows(store, metric="share of good")
    # experts call two of 16 good ones bad, so it is of the 16 they have not seen; they changed none of the bad ones
    assert row["estimate"] == pytest.approx((14 + 14) / 40)
    assert (row["against"], row["checked"], row["verdict"]) == ("experts", 20, "pass")
    assert f"{CORRECTED};" in row["method"]
    night = {"backend": "replay", "expert_check": {"budget": 2}, "cost": {"night": 200}}
    split = spend(store, project(truth="experts", labeling=night), MONDAY.replace(day=6), events=400)
    assert split["known_items"] == 40
    assert 0 < split["half_width"] < 0.5


def test_without_experts_judgements_are_imputed_from_three_answers_each(store: Store) -> None:
    events = [f"e{at:03}" for at in range(80)]
    add_events(store, MONDAY, [{"event_id": event, "output": event} for event in events])
    add_sample(store, MONDAY, "all", 800, events)
    asked: list[dict[str, Any]] = []
    given: list[dict[str, Any]] = []
    for at, event in enumerate(events):
        true = "good" if at < 56 else "bad"
        for slot in range(3):
            wrong = (at * 3 + slot) % 9 == 0
            plain = {"assignment_id": f"{event}-{slot}", "item_id": f"item of {event}"} | VERSIONS
            asked.append(plain | {"slot": slot + 1, "input": '"x"', "backend": "files", "assigned_at": MOMENT})
            answer = {"good": "bad", "bad": "good"}[true] if wrong else true
            given.append(plain | {"annotator": f"a{slot}", "answer": f'"{answer}"', "collected_at": MOMENT})
    write(store, ASSIGNMENTS, asked)
    write(store, ANNOTATIONS, given)
    add_truth(store, {event: "good" if at < 56 else "bad" for at, event in enumerate(events)})
    add_release(store)
    score(store, project(truth="experts"))
    (row,) = rows(store, metric="share of good")
    assert IMPUTED_ALONE in row["method"]
    assert row["low"] < 0.7 < row["high"]
    assert row["verdict"] == "insufficient_evidence"
