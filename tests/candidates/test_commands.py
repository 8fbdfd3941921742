"""`gt evaluate` and `gt predict` as they are typed, and `gt_platform.evaluate` as it is called."""

import json
from pathlib import Path

import pytest

import gt_platform
from gt_platform.lake.analyst import query
from gt_platform.settings import Settings
from tests.support.gt import Gt, gt_in
from tests.support.sentiment import item_of


@pytest.fixture
def gt(declared: Settings, monkeypatch: pytest.MonkeyPatch) -> Gt:
    monkeypatch.chdir(declared.home)
    return gt_in(declared.home, monkeypatch)


def test_a_file_is_taken_in_and_the_rest_is_asked_of_a_function(gt: Gt, home: Path) -> None:
    lines = [{"input": "good", "output": "positive"}, {"input": "gone", "output": "positive"}]
    (home / "a.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    listed = gt("predict", "sentiment", "--candidate", "v2", "--list").stdout.splitlines()
    assert sorted(json.loads(line)["input"] for line in listed) == ["bad", "good", "so so"]
    told = gt("evaluate", "sentiment", "a.jsonl", "--candidate", "v2", "--meta", "git=abc")
    assert told.exit_code == 0, told.stderr
    assert told.stderr.splitlines() == [
        "a.jsonl: 1 taken in, 0 known, 1 refused",
        "line 2, unknown_item: it is to no item of the project: none of its ids is known, nor its input",
        "a.jsonl.rejected.csv has all of them, with the reasons",
        "v2 has answered 1 of 3 items; 0 failed, 2 were not asked, and all of these count as wrong",
    ]
    assert '"gone' in (home / "a.jsonl.rejected.csv").read_text()
    (home / "my_model.py").write_text("def predict(text):\n    return {'bad': 'negative'}[text]\n")
    told = gt("predict", "sentiment", "-c", "v2", "--call", "my_model:predict", "--meta", "git=abc")
    assert told.exit_code == 0, told.stderr
    assert told.stderr.splitlines()[-2:] == [
        "2 of 2 came",
        "v2 has answered 2 of 3 items; 1 failed, 0 were not asked, and all of these count as wrong",
    ]
    found = query(Settings(home=home), "SELECT answered, failed, meta ->> 'git' FROM gt.sentiment.candidates")
    assert found.rows() == [(2, 1, "abc")]
    (home / "b.jsonl").write_text('{"input": "gone", "output": "positive"}\n')
    assert gt("evaluate", "sentiment", "b.jsonl", "-c", "v2").exit_code == 1


def test_how_to_ask_is_said_once(gt: Gt) -> None:
    for words, says in (
        ((), "say how to ask it: one of --run COMMAND, --url ADDRESS or --call module:function"),
        (("--run", "x", "--url", "http://x"), "say how to ask it"),
        (("--run", "x", "--per-second", "1"), "--header-from and --per-second are of --url"),
        (("--url", "x"), "--url 'x' is no address"),
    ):
        told = gt("predict", "sentiment", "-c", "v2", *words)
        assert (told.exit_code, says in told.stderr) == (1, True), told.stderr


def test_a_notebook_gets_frames(declared: Settings) -> None:
    first = gt_platform.evaluate("sentiment", lambda _: "positive", candidate="v2", limit=1, settings=declared)
    assert (first.predictions.height, first.lacks.height) == (1, 2)
    found = gt_platform.evaluate("sentiment", str.upper, candidate="v2", meta={"prompt": "p7"}, settings=declared)
    (first_asked,) = first.predictions["item_id"]
    said = {
        item: (truth, output) for item, truth, output in found.predictions.select("item_id", "truth", "output").rows()
    }
    assert said[first_asked][1] == '"positive"'
    assert found.lacks.is_empty()
    assert (found.scores.is_empty(), found.comparisons.is_empty()) == (True, True)  # there is no release yet
    others = {text: item_of(text) for text in ("good", "bad", "so so") if item_of(text) != first_asked}
    assert {said[item][1] for item in others.values()} == {json.dumps(text.upper()) for text in others}
    assert said[item_of("bad")][0] == '"negative"'
