"""The gate, pinned items and ranks."""

from importlib import import_module

import numpy as np
import pytest

from gt_platform import benchmark
from gt_platform.benchmark import GateError, LeaderboardError, PinError, gate, leaderboard, pin, stand
from gt_platform.lake import Store
from gt_platform.lake.tables import PREDICTIONS
from gt_platform.project.candidates import Candidates
from gt_platform.stats.looks import FIRST, LATER, level_of
from tests.benchmark.labels import add_release, add_sample, add_truth
from tests.benchmark.uneven import ODD, PER_ODD, PER_USUAL, SLICED, USUAL, compared, say
from tests.sampling.rows import MONDAY, add_events, project
from tests.support.rows import rows as table_rows

METRICS = {"metrics": ["mape", "absolute_error"]}


def test_the_gate_passes_fails_or_says_that_it_does_not_know(world: Store) -> None:
    say(world, "better", {*ODD[:25], *USUAL[:4]})
    say(world, "worse", {*USUAL[20:50]})
    say(world, "unknown", {*ODD[:20], *USUAL[30:32]})
    verdicts = {name: gate(world, project(), name).verdict for name in ("better", "worse", "unknown")}
    assert verdicts == {"better": "pass", "worse": "fail", "unknown": "insufficient_evidence"}
    kept = project(**SLICED, candidates={"must_not_lose": ["channel=app"]})
    found = gate(world, kept, "unknown")
    assert [(one.row["slice"], one.decision) for one in found.held] == [
        ("*", "insufficient_evidence"), ("channel=app", "insufficient_evidence"),
    ]  # fmt: skip
    assert gate(world, project(candidates={"baseline": "worse"}), "better").verdict == "pass"


def test_the_very_same_answers_pass_where_the_margin_says_more_than_chance(world: Store) -> None:
    say(world, "again", set())
    found = gate(world, project(), "again")
    assert (found.verdict, found.held[0].row["difference"], found.held[0].row["superiority"]) == (
        "insufficient_evidence", 0.0, "insufficient_evidence",
    )  # fmt: skip
    # 120 items of which some stand for 18 events of 1,200 tell what 67 alike would
    assert found.held[0].row["low"] == pytest.approx(np.log(0.025) / (1200 / PER_USUAL))
    assert found.held[0].needed == pytest.approx(120 * (-found.held[0].row["low"] / 0.02 - 1), abs=1)
    assert gate(world, project(candidates={"margins": {"accuracy": 0.1}}), "again").verdict == "pass"
    say(world, "hardly", {USUAL[0]}, without={ODD[0]})
    assert stand(world, project(**SLICED)).candidates == 2
    assert compared(world, "hardly")["high"] < 0.1
    recall = "FROM comparisons WHERE candidate = 'again' AND metric = 'recall' AND label <> '*' AND low IS NOT NULL"
    assert world.read(recall).is_empty()  # of a label it is no mean over all items


def test_looking_again_at_the_same_is_one_look_and_later_ones_ask_for_more(world: Store) -> None:
    say(world, "v2", {*ODD[:25]})
    first, again = (gate(world, project(), "v2") for _ in range(2))
    assert (first.look, again.look) == (1, 1)
    assert first.level == pytest.approx(0.95)
    later = gate(world, project(candidates={"margins": {"accuracy": 0.03}}), "v2")
    assert later.look == 2
    assert later.level > first.level
    assert world.read("SELECT look, verdict FROM gates ORDER BY look").rows() == [(1, "pass"), (2, "pass")]
    spent = [(1 - level_of(look)) / 2 for look in range(1, 100_000)]
    assert FIRST < sum(spent) < FIRST + LATER
    assert (np.diff(spent[:1000]) < 0).all()


def test_of_candidates_that_compete_each_has_to_show_more(world: Store) -> None:
    say(world, "v2", {*ODD[:25]})
    alone, among = (gate(world, project(candidates={"at_once": count}), "v2") for count in (1, 20))
    assert (1 - among.level) == pytest.approx((1 - level_of(2)) / 20)
    assert alone.level == level_of(1)
    assert {alone.verdict, among.verdict} == {"pass"}


def test_a_look_that_others_took_meanwhile_is_not_taken_twice(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    say(world, "v2", {*ODD[:25]})
    gate(world, project(), "v2")
    module = import_module("gt_platform.benchmark.gate")
    monkeypatch.setattr(module, "_look", lambda *_: 1)  # as if that one had not been kept yet
    with pytest.raises(GateError, match="held to the gate meanwhile, on other evidence"):
        gate(world, project(candidates={"margins": {"accuracy": 0.03}}), "v2")
    assert world.read("SELECT count(*) FROM gates").item() == 1


def test_of_an_error_less_is_better_and_of_one_without_bounds_the_margin_has_to_be_declared(store: Store) -> None:
    numbers = project(answer={"kind": "number", "minimum": 0, "maximum": 100, "unit": "m"}, benchmark=METRICS)
    add_events(store, MONDAY, [{"event_id": name, "output": 50 + at % 7} for at, name in enumerate(ODD)])
    add_sample(store, MONDAY, "all", 120, ODD)
    add_truth(store, dict.fromkeys(ODD, 50))
    add_release(store)
    said = [
        {"candidate": "v2", "item_id": f"item of {name}", "repetition": 1, "attempt": 1, "output": str(50 + at % 3)}
        for at, name in enumerate(ODD)
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *said)))
    assert stand(store, numbers).candidates == 1
    with pytest.raises(GateError, match=r"declare candidates: \{margins: \{mape: ...\}\}"):
        gate(store, numbers, "v2")
    declared = numbers.model_copy(update={"candidates": Candidates(margins={"absolute_error": 0.5})})
    found = gate(store, declared, "v2")
    (held,) = found.held
    assert (found.verdict, held.row["superiority"]) == ("pass", "better")
    assert held.row["difference"] == pytest.approx(np.mean(np.arange(60) % 3) - np.mean(np.arange(60) % 7))
    assert found.parted.lost == [at for at in range(60) if at % 3 > at % 7]
    assert found.parted.gained == [at for at in range(60) if at % 3 < at % 7]


def test_pinned_items_have_to_be_right(world: Store) -> None:
    say(world, "better", {*ODD[:25]})
    assert pin(world, [f"item of {ODD[0]}"], why="a complaint", actor="lee") == [f"item of {ODD[0]}"]
    assert gate(world, project(), "better").verdict == "pass"
    pin(world, benchmark.failures(world, project(), 36)[-1:], why="a failure", actor="lee")
    found = gate(world, project(), "better")
    assert (found.verdict, [(one.item_id, one.right) for one in found.pins if not one.right]) == (
        "fail", [(f"item of {USUAL[5]}", False)],
    )  # fmt: skip
    pin(world, [f"item of {USUAL[5]}"], why="it is not", actor="lee", pinned=False)
    assert gate(world, project(), "better").verdict == "pass"
    assert benchmark.pins(world).height == 1


def test_ranks_are_as_sure_as_the_differences_are_however_often_one_looks(world: Store) -> None:
    say(world, "better", {*ODD[:25], *USUAL[:6]})
    say(world, "worse", {*USUAL[20:50]})
    say(world, "alike", {*ODD[:20], *USUAL[30:32]})
    places = {place.candidate: place for place in leaderboard(world, project())}
    assert list(places) == ["better", "alike", "production", "worse"]
    assert {name: (place.first, place.last) for name, place in places.items()} == {
        "better": (1, 3), "alike": (1, 3), "production": (1, 3), "worse": (4, 4),
    }  # fmt: skip
    by_one_look = {place.candidate: (place.first, place.last) for place in leaderboard(world, project(), once=True)}
    assert by_one_look == {"better": (1, 1), "alike": (2, 3), "production": (2, 3), "worse": (4, 4)}
    found = places["better"]
    assert found.low is not None
    assert found.low < found.estimate == pytest.approx(1 - 5 * PER_ODD / 1200)
    with pytest.raises(LeaderboardError, match="recall over all labels"):
        leaderboard(world, project(benchmark={"metrics": ["recall"]}))


def test_what_cannot_be_gated_or_pinned_is_refused_with_a_sentence(world: Store) -> None:
    with pytest.raises(GateError, match="v9 has no predictions; no candidate has any"):
        gate(world, project(), "v9")
    say(world, "v2", set())
    with pytest.raises(GateError, match="v3 has no predictions; v2 have some"):
        gate(world, project(), "v2", "v3")
    with pytest.raises(GateError, match="v2 is the baseline"):
        gate(world, project(), "v2", "v2")
    with pytest.raises(PinError, match="no item with a truth has that id"):
        pin(world, ["nothing"], why="x", actor="lee")
    with pytest.raises(PinError, match="more than one item begins so"):
        pin(world, ["item"], why="x", actor="lee")
    with pytest.raises(PinError, match="say why"):
        pin(world, [f"item of {ODD[0]}"], why=" ", actor="lee")
