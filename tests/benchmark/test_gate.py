"""Candidates beside production, and at the gate, where the odd events were drawn much more often than the others."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Set as AbstractSet
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from gt_platform import benchmark
from gt_platform.benchmark import GateError, LeaderboardError, PinError, gate, leaderboard, pin, stand
from gt_platform.cli import app
from gt_platform.cli.gate_files import markdown
from gt_platform.lake import Store
from gt_platform.lake.tables import ITEMS, PREDICTIONS, SPLITS
from gt_platform.project.candidates import Candidates
from gt_platform.stats.looks import FIRST, LATER, level_of
from tests.benchmark.labels import add_checks, add_release, add_sample, add_truth, write
from tests.sampling.rows import MOMENT, MONDAY, add_events, project
from tests.support.rows import rows as table_rows

ODD, USUAL = [f"odd{at:02}" for at in range(60)], [f"usual{at:02}" for at in range(60)]
EVENTS = [*ODD, *USUAL]
PER_ODD, PER_USUAL = 2, 18
"""How many events each drawn one stands for."""
WRONG = {*ODD[:30], *USUAL[:6]}
"""Events that are bad; production says good to all."""
METRICS = {"metrics": ["mape", "absolute_error"]}
SLICED: dict[str, Any] = {"benchmark": {"metrics": ["accuracy", "recall"], "slices": ["channel"]}}
COMPARED = """
    SELECT difference, low, high, n, lost, gained, non_inferiority, superiority, family FROM comparisons
    WHERE candidate = ? AND estimand = ? AND metric = 'accuracy' AND slice = ?
"""


@pytest.fixture
def world(store: Store) -> Store:
    """A release that knows 60 odd events of 120 and 60 usual ones of 1,080."""
    channel = {name: {"channel": "web" if name in ODD else "app"} for name in EVENTS}
    add_events(store, MONDAY, [{"event_id": name, "attributes": channel[name]} for name in EVENTS])
    add_sample(store, MONDAY, "odd", PER_ODD * len(ODD), ODD)
    add_sample(store, MONDAY, "usual", PER_USUAL * len(USUAL), USUAL)
    add_truth(store, {name: "bad" if name in WRONG else "good" for name in EVENTS})
    known = {"input": '"x"', "origin": "event", "first_seen": MOMENT}
    items = [known | {"item_id": f"item of {name}", "event_id": name} for name in channel]
    write(store, ITEMS, [item | {"attributes": json.dumps(channel[str(item["event_id"])])} for item in items])
    add_release(store)
    return store


def say(
    store: Store, candidate: str, bad: AbstractSet[str], *, repetition: int = 1, without: AbstractSet[str] = frozenset()
) -> None:
    """A candidate says bad to these events and good to the others, but nothing to some."""
    given = [
        {"candidate": candidate, "item_id": f"item of {name}", "repetition": repetition, "attempt": 1}
        | {"output": json.dumps("bad" if name in bad else "good"), "content_digest": str(name in bad)}
        for name in EVENTS
        if name not in without
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *given)))


def compared(store: Store, candidate: str, estimand: str = "production", slice_: str = "*") -> dict[str, Any]:
    return store.read(COMPARED, [candidate, estimand, slice_]).row(0, named=True)


def scored(store: Store, candidate: str, estimand: str = "production") -> dict[str, Any]:
    found = store.read("SELECT * FROM candidate_scores").filter(
        candidate=candidate, estimand=estimand, metric="accuracy", slice="*"
    )
    return found.row(0, named=True)


def test_both_estimands_stand_side_by_side_each_with_its_own_difference(world: Store) -> None:
    say(world, "v2", {*ODD[:20], *USUAL[30:42]})
    stood = stand(world, project(**SLICED))
    assert (stood.release, stood.candidates) == (1, 1)
    right = 1200 - 30 * PER_ODD - 6 * PER_USUAL
    by_design, plain = (compared(world, "v2", estimand) for estimand in ("production", "benchmark"))
    assert scored(world, "production")["estimate"] == pytest.approx(right / 1200)
    assert scored(world, "v2")["estimate"] == pytest.approx((right + 20 * PER_ODD - 12 * PER_USUAL) / 1200)
    assert by_design["difference"] == pytest.approx((20 * PER_ODD - 12 * PER_USUAL) / 1200)
    assert plain["difference"] == pytest.approx((20 - 12) / 120)
    assert by_design["low"] < by_design["difference"] < by_design["high"] < 0
    assert (by_design["n"], by_design["lost"], by_design["gained"]) == (120, 12, 20)
    assert (by_design["family"], plain["family"], plain["non_inferiority"]) == ("primary", "exploratory", "none")
    assert (by_design["non_inferiority"], by_design["superiority"]) == ("fail", "worse")
    web = compared(world, "v2", slice_="channel=web")
    assert (web["difference"], web["superiority"]) == (pytest.approx(20 / 60), "better")
    assert stand(world, project(**SLICED)).changed == 0


def test_what_is_missing_is_wrong_and_said_and_a_difference_of_ratios_is_that_of_the_scores(world: Store) -> None:
    say(world, "v2", {*ODD[:20]}, without={*USUAL[50:], ODD[0]})
    stand(world, project(**SLICED))
    found = scored(world, "v2")
    assert (found["missing"], found["n_invalid"], found["n"]) == (11, 11, 120)
    assert compared(world, "v2")["difference"] == pytest.approx((19 * PER_ODD - 10 * PER_USUAL) / 1200)
    recall = "FROM candidate_scores WHERE metric = 'recall' AND estimand = 'production' AND candidate = ?"
    first, second = (
        {(row["label"], row["slice"]): row["estimate"] for row in world.read(recall, [who]).iter_rows(named=True)}
        for who in ("production", "v2")
    )
    apart = world.read("FROM comparisons WHERE metric = 'recall' AND estimand = 'production'").rows(named=True)
    known = [(row["label"], row["slice"]) for row in apart if None not in (first[row["label"], row["slice"]],)]
    assert len(known) == 5
    for row in apart:
        at = row["label"], row["slice"]
        if at in known:
            assert row["difference"] == pytest.approx(second[at] - first[at], abs=1e-9)


def test_repetitions_are_averaged_and_what_trains_is_left_out(world: Store) -> None:
    say(world, "v2", {*ODD[:20]})
    say(world, "v2", {*USUAL[30:42]}, repetition=2)
    stand(world, project())
    assert compared(world, "v2")["difference"] == pytest.approx((10 * PER_ODD - 6 * PER_USUAL) / 1200)
    trained = [{"item_id": f"item of {name}", "split": "train", "held_out": False} for name in ODD[:30]]
    write(world, SPLITS, trained)
    stand(world, project())
    assert compared(world, "v2")["n"] == 90
    assert compared(world, "v2")["difference"] == pytest.approx(-6 * PER_USUAL / 1200)


def test_a_candidate_is_judged_on_what_it_was_asked_not_on_items_that_came_later(world: Store) -> None:
    say(world, "v2", {*ODD[:20]}, without={*USUAL[30:]})
    items = world.read("SELECT * FROM items").with_columns(
        first_seen=pl.when(pl.col("event_id").is_in(USUAL[30:]))
        .then(pl.lit(MOMENT.replace(year=2100)))
        .otherwise("first_seen")
    )
    world.commit("items", lambda writer: writer.replace(ITEMS, items.head(0)))
    world.commit("items", lambda writer: writer.replace(ITEMS, items))
    stand(world, project())
    assert scored(world, "v2")["missing"] == 0
    assert compared(world, "v2")["difference"] == pytest.approx(20 * PER_ODD / 1200)


def test_experts_correct_both_systems_at_once(store: Store) -> None:
    """Annotators call half of the bad ones good, where the candidate is right: experts' checks say by how much."""
    names = [f"e{at:03}" for at in range(200)]
    add_events(store, MONDAY, [{"event_id": name} for name in names])
    add_sample(store, MONDAY, "all", 400, names)
    crowd = {name: "bad" if at < 40 else "good" for at, name in enumerate(names)}
    add_truth(store, crowd)
    add_release(store)
    asked = [
        {"candidate": "v2", "item_id": f"item of {name}", "repetition": 1, "attempt": 1}
        | {"output": '"bad"' if at < 80 else '"good"'}
        for at, name in enumerate(names)
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *asked)))
    declared = project(truth="experts")
    stand(store, declared)
    assert compared(store, "v2")["difference"] == pytest.approx(0.0)
    assert compared(store, "v2")["non_inferiority"] == "insufficient_evidence"
    seen = {name: "bad" if at < 80 else "good" for at, name in enumerate(names) if at % 2}
    add_checks(store, seen, of=crowd, chance=0.5, pattern="unanimous")
    stand(store, declared)
    found = compared(store, "v2")
    # the candidate is right on 80 where production is wrong, half of which annotators had wrong, too
    assert found["difference"] == pytest.approx(0.4, abs=0.02)
    assert (found["non_inferiority"], found["superiority"]) == ("pass", "better")


def test_errors_of_labels_count_where_two_systems_differ_and_nowhere_else(store: Store) -> None:
    """Annotators are wrong on a quarter of 400, on which both systems say the same; they differ on 12 others."""
    names = [f"e{at:03}" for at in range(400)]
    add_events(store, MONDAY, [{"event_id": name, "output": "good"} for name in names])
    add_sample(store, MONDAY, "all", 800, names)
    crowd = dict.fromkeys(names, "good")
    add_truth(store, crowd)
    add_release(store)
    differing = names[:12]
    asked = [
        {"candidate": "v2", "item_id": f"item of {name}", "repetition": 1, "attempt": 1}
        | {"output": '"bad"' if name in differing else '"good"'}
        for name in names
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *asked)))
    seen = {name: "bad" if at > 12 and at % 4 == 0 else "good" for at, name in enumerate(names) if at % 10 < 2}
    add_checks(store, seen, of=crowd, chance=0.2, pattern="unanimous")
    stand(store, project(truth="experts"))
    own, found = scored(store, "v2"), compared(store, "v2")
    assert found["difference"] == pytest.approx(-12 / 400, abs=0.005)
    assert found["high"] < 0
    assert found["high"] - found["low"] < 0.6 * (own["high"] - own["low"])


def test_days_of_which_all_is_there_to_train_with_are_said_to_be_missing(world: Store) -> None:
    say(world, "v2", {*ODD[:25], *USUAL[:4]})
    assert gate(world, project(), "v2").covered == 1
    tuesday = [f"later{at}" for at in range(10)]
    add_events(world, MONDAY + timedelta(days=1), [{"event_id": name} for name in tuesday])
    add_sample(world, MONDAY + timedelta(days=1), "all", 400, tuesday)
    rows = [{"item_id": f"item of {name}", "split": "train", "held_out": False} for name in tuesday]
    write(world, SPLITS, rows)
    found = gate(world, project(), "v2")
    assert found.covered == pytest.approx(1200 / 1600)
    assert "speaks of 75% of the traffic" in markdown(found)


def test_how_they_stood_on_an_earlier_release_stays_and_what_is_not_measured_any_more_goes(world: Store) -> None:
    say(world, "v2", {*ODD[:20]})
    stand(world, project(**SLICED))
    earlier = world.read("FROM candidate_scores ORDER BY ALL")
    add_release(world, 2)
    stand(world, project(**SLICED))
    stand(world, project())
    assert world.read("FROM candidate_scores WHERE release = 1 ORDER BY ALL").equals(earlier)
    assert world.read("SELECT DISTINCT metric, slice FROM candidate_scores WHERE release = 2").rows() == [
        ("accuracy", "*")
    ]
    assert world.read("SELECT DISTINCT release FROM current_comparisons").rows() == [(2,)]


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


def test_ranks_are_as_sure_as_the_differences(world: Store) -> None:
    say(world, "better", {*ODD[:25], *USUAL[:6]})
    say(world, "worse", {*USUAL[20:50]})
    say(world, "alike", {*ODD[:20], *USUAL[30:32]})
    places = {place.candidate: place for place in leaderboard(world, project())}
    assert list(places) == ["better", "alike", "production", "worse"]
    assert {name: (place.first, place.last) for name, place in places.items()} == {
        "better": (1, 1), "alike": (2, 3), "production": (2, 3), "worse": (4, 4),
    }  # fmt: skip
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


@pytest.fixture
def home(world: Store, lake_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    say(world, "better", {*ODD[:25]})
    say(world, "worse", {*USUAL[20:50]})
    say(world, "unknown", {*ODD[:20], *USUAL[30:32]})
    folder = lake_home / "projects" / "sentiment"
    folder.mkdir(parents=True)
    (folder / "project.yaml").write_text(yaml.safe_dump(project().model_dump(mode="json", exclude_unset=True)))
    (folder / "guidelines.md").write_text("Judge the words.")
    monkeypatch.setenv("GT_HOME", str(lake_home))
    monkeypatch.setenv("GT_PROJECTS", str(lake_home / "projects"))
    return lake_home


def test_a_pipeline_reads_the_exit_code_junit_and_markdown(home: Path) -> None:
    told = {}
    for name, words in (("better", []), ("worse", []), ("unknown", ["--fail-on", "insufficient"]), ("unknown", [])):
        line = ["gate", "sentiment", "--candidate", name, "--junit", str(home / f"{name}.xml")]
        line += ["--markdown", str(home / "summary.md"), *words]
        told[name, len(words)] = CliRunner(env={"COLUMNS": "200"}).invoke(app, line)
    assert [one.exit_code for one in told.values()] == [0, 1, 2, 0]
    assert "right to wrong: 30 (usual20" in told["worse", 0].stdout
    assert "insufficient evidence is no pass" in told["unknown", 0].stderr
    suites = {name: ET.parse(home / f"{name}.xml").getroot() for name in ("better", "worse", "unknown")}  # noqa: S314
    counts = {name: (root.get("tests"), root.get("failures"), root.get("skipped")) for name, root in suites.items()}
    assert counts == {"better": ("1", "0", "0"), "worse": ("1", "1", "0"), "unknown": ("1", "0", "1")}
    summary = (home / "summary.md").read_text()
    assert [line[:5] for line in summary.splitlines() if line.startswith("### ")] == [
        "### ✅",
        "### ❌",
        "### ⚠",
        "### ⚠",
    ]
    assert CliRunner().invoke(app, ["gate", "sentiment", "--candidate", "v9"]).exit_code == 3
    pinned = CliRunner().invoke(app, ["pin", "sentiment", f"item of {ODD[0]}", "--why", "a complaint"])
    assert pinned.exit_code == 0, pinned.output
    assert "a complaint" in CliRunner().invoke(app, ["pin", "sentiment"]).stdout


@pytest.mark.slow
def test_the_ready_action_ends_in_a_shell_with_each_exit_code(home: Path) -> None:
    file = home / "predictions.jsonl"
    records = [
        {"item_id": f"item of {name}", "output": "bad" if name in {*USUAL[20:50]} else "good"} for name in EVENTS
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    ended = {
        name: acted(home, CANDIDATE=name, PREDICTIONS=str(file) if name == "filed" else "")
        for name in ("better", "filed", "unknown", "nobody")
    }
    assert {name: (one.returncode, one.stderr) for name, one in ended.items() if one.returncode not in range(4)} == {}
    assert [one.returncode for one in ended.values()] == [0, 1, 2, 3]
    assert "nobody has no predictions" in ended["nobody"].stderr
    assert (home / "summary.md").read_text().count("### ") == 3
    assert ET.parse(home / "gate.xml").getroot().get("skipped") == "1"  # noqa: S314


def acted(home: Path, **given: str) -> "subprocess.CompletedProcess[str]":
    """Run the action's step as a runner does."""
    action = yaml.safe_load((Path(__file__).parents[2] / ".github/actions/gate/action.yml").read_text())
    (step,) = action["runs"]["steps"]
    inputs = {name: one.get("default", "") for name, one in action["inputs"].items()} | {"project": "sentiment"}
    told = {name: inputs[re.findall(r"inputs\.([a-z-]+)", asked)[0]] for name, asked in step["env"].items()}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    more = {"GITHUB_SHA": "abc123", "GITHUB_STEP_SUMMARY": str(home / "summary.md"), "PATH": path, "COLUMNS": "200"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        command, cwd=home, env={**os.environ, **told, **more, **given}, capture_output=True, text=True, check=False
    )
