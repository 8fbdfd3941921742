"""A candidate against production on a release, where the odd events were drawn much more often than the others."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner, Result

from gt_platform.benchmark import paired
from gt_platform.cli import app
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import RELEASES
from gt_platform.settings import Settings
from tests.benchmark.labels import VERSIONS, add_sample, add_truth, write
from tests.sampling.rows import MOMENT, MONDAY, add_events, project

ODD, USUAL = [f"odd{at:02}" for at in range(60)], [f"usual{at:02}" for at in range(60)]
PER_ODD, PER_USUAL = 2, 18
"""How many events each drawn one stands for."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake whose first release knows 60 odd events of 120 and 60 usual ones of 1,080; production says good to all."""
    home = tmp_path_factory.mktemp("candidates")
    folder = home / "projects" / "sentiment"
    folder.mkdir(parents=True)
    declared = project().model_dump(mode="json", exclude_unset=True)
    (folder / "project.yaml").write_text(yaml.safe_dump(declared))
    (folder / "guidelines.md").write_text("Judge the words.")
    with Lake.open(Settings(home=home)) as lake:
        fill(lake.store("sentiment"))
    return home


def fill(store: Store) -> None:
    add_events(store, MONDAY, [{"event_id": name, "output": "good"} for name in (*ODD, *USUAL)])
    add_sample(store, MONDAY, "odd", PER_ODD * len(ODD), ODD)
    add_sample(store, MONDAY, "usual", PER_USUAL * len(USUAL), USUAL)
    wrong = {*ODD[:30], *USUAL[:6]}
    add_truth(store, {name: "bad" if name in wrong else "good" for name in (*ODD, *USUAL)})
    release(store, 1)
    add_events(store, date(2026, 1, 6), [{"event_id": "later"}])
    add_sample(store, date(2026, 1, 6), "odd", 1, ["later"])
    add_truth(store, {"later": "bad"})
    release(store, 2)


def release(store: Store, number: int) -> None:
    counts = dict.fromkeys(("items", "added", "changed", "retired"), 1)
    row = {"release": number, "digest": "d", "digest_columns": "[]", "bundle": "b", "released_at": MOMENT}
    write(store, RELEASES, [row | counts | VERSIONS | {"snapshot_id": store.snapshot_id}])


def candidate(home: Path, *, by: str = "event_id", right_odd: int, wrong_usual: int, **said: str) -> Path:
    """A candidate that is right on so many of the 30 odd events production misses, and wrong on so many usual ones."""
    answers = dict.fromkeys((*ODD, *USUAL), "good") | dict.fromkeys(ODD[:right_odd], "bad")
    answers |= dict.fromkeys(USUAL[30 : 30 + wrong_usual], "bad") | said
    path = home / "candidate.jsonl"
    name = {"event_id": "{}", "item_id": "item of {}"}[by]
    path.write_text("".join(json.dumps({by: name.format(event), "output": it}) + "\n" for event, it in answers.items()))
    return path


@pytest.fixture
def gt(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GT_HOME", str(home))
    monkeypatch.setenv("GT_PROJECTS", str(home / "projects"))

    def run(*words: object) -> Result:
        line = ["compare", *map(str, words), "--project", "sentiment", "--format", "jsonl"]
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, line)

    return run


def test_a_gain_where_many_were_drawn_is_what_it_is_of_all_traffic(gt: Any, home: Path) -> None:
    told = gt(candidate(home, right_odd=20, wrong_usual=12), "--release", 1)
    row = json.loads(told.stdout)
    assert row["difference_estimate"] == pytest.approx((20 * PER_ODD - 12 * PER_USUAL) / 1200)
    assert row["first_estimate"] == pytest.approx(1 - (30 * PER_ODD + 6 * PER_USUAL) / 1200)
    assert (row["verdict"], told.exit_code) == ("fail", 1)
    assert (row["n"], row["metric"]) == (120, "accuracy on release 1")
    assert len(json.loads(row["gained"])) == 20
    gained = gt(candidate(home, by="item_id", right_odd=25, wrong_usual=0), "--release", 1)
    assert json.loads(gained.stdout)["difference_estimate"] == pytest.approx(25 * PER_ODD / 1200)
    assert gained.exit_code == 0


def test_two_candidates_meet_as_production_and_a_candidate_do(gt: Any, home: Path) -> None:
    path = candidate(home, right_odd=20, wrong_usual=12)
    old = home / "old.csv"
    old.write_text("event_id,output\n" + "".join(f"{event},good\n" for event in (*ODD, *USUAL)))
    alone, both = (json.loads(gt(*files, "--release", 1).stdout) for files in ([path], [old, path]))
    assert alone == both


def test_the_newest_release_and_what_has_no_answer_are_said(gt: Any, home: Path) -> None:
    told = gt(candidate(home, right_odd=20, wrong_usual=12))
    assert json.loads(told.stdout)["metric"] == "accuracy on release 2"
    assert "left out: 1 sampled events that have a truth, and no answer in every file" in told.stderr


def test_outputs_are_read_as_the_project_reads_them_and_what_is_none_is_wrong(gt: Any, home: Path) -> None:
    said = {"usual50": '"good"', "usual51": "Good", "usual52": ""}
    told = gt(candidate(home, right_odd=20, wrong_usual=0, **said), "--release", 1)
    assert "2 of 120 answers are no valid answers, and count as wrong" in " ".join(told.stderr.split())
    assert json.loads(told.stdout)["difference_estimate"] == pytest.approx((20 * PER_ODD - 2 * PER_USUAL) / 1200)


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        ("event_id,output\nodd00,good\n", ("--release", 9), "there is no release 9; there are 1 to 2"),
        ("event_id,output\nodd00,good\n", ("--metric", "speed"), "there is no metric 'speed'"),
        ("event_id,output\nodd00,good\n", ("--metric", "f1"), "f1 is measured label by label"),
        ("event_id,output\nelse,good\n", (), "no answer is to one of the 121 sampled events that release 2"),
        ("event_id,output\nodd00,Good\nodd01,GOOD\n", (), "2 of 2 answers are no valid answers"),
        ("event_id,output\nodd00,good\n", ("--truth", "x.csv"), "--truth is what the project says"),
        ("event_id,said\nodd00,good\n", (), "has no column label; its columns are event_id, said"),
    ],
)
def test_what_cannot_be_compared_is_refused(gt: Any, tmp_path: Path, text: str, words: Any, says: str) -> None:
    (tmp_path / "new.csv").write_text(text)
    told = gt(tmp_path / "new.csv", *words)
    assert told.exit_code == 3, told.output
    assert says in " ".join(told.output.split())


def test_a_ratio_of_totals_is_no_mean_of_ratios(store: Store) -> None:
    """Events whose truth has two spans count twice in F1; identical outputs are neither better nor worse."""
    spans = project(answer={"kind": "spans", "labels": {"x": "a place"}}, benchmark={"metrics": ["f1"]})
    one, two = ([{"start": at, "end": at + 2, "label": "x"} for at in range(0, 4 * n, 4)] for n in (1, 2))
    names = [f"e{at:02}" for at in range(40)]
    add_events(store, MONDAY, [{"event_id": name, "output": one} for name in names])
    add_sample(store, MONDAY, "all", 80, names)
    add_truth(store, {name: two if at % 2 else one for at, name in enumerate(names)})
    release(store, 1)
    found = paired(store, spans, second={name: json.dumps(two if at < 20 else one) for at, name in enumerate(names)})
    assert np.average(found.first.value, weights=found.drawn.weights) == pytest.approx(2 * 40 / (40 + 60))
    assert np.average(found.second.value, weights=found.drawn.weights) == pytest.approx(2 * (30 + 20) / (60 + 60))
    assert (found.first.own[20:] == found.second.own[20:]).all()
    assert found.drawn.design.population == 80
