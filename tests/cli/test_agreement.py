"""`gt agreement` on files of one's own."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli.agreement import agreement_command
from gt_platform.cli.app import app
from tests.support.judgements import panel

NAMES = [f"w{number}" for number in range(6)]
KINDS = ["bird", "cat", "dog"]


def gt(*words: object, columns: int = 100) -> Result:
    """The command's result on a terminal of so many columns."""
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(app, ["agreement", *map(str, words)])


def test_the_command_is_registered() -> None:
    assert agreement_command in [command.callback for command in app.registered_commands]


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    """Six annotators' answers to 60 tasks, the first of them at random, the task's source and the seconds taken."""
    rng = np.random.default_rng(3)
    _, answers = panel(rng, annotators=6, units=60, labels=3)
    answers[:, 0] = rng.integers(0, 3, 60)
    return pl.DataFrame(
        {
            "task": [f"t{unit:02}" for unit in range(60) for _ in NAMES],
            "worker": NAMES * 60,
            "label": [KINDS[code] for code in answers.ravel()],
            "secs": [5 + annotator for _ in range(60) for annotator in range(6)],
            "source": [("web" if unit < 40 else "mail") for unit in range(60) for _ in NAMES],
            "score": answers.ravel() * 10.0,
        }
    )


@pytest.fixture
def path(frame: pl.DataFrame, tmp_path: Path) -> Path:
    frame.write_csv(tmp_path / "answers.csv")
    return tmp_path / "answers.csv"


def test_the_tables_show_every_coefficient_and_each_annotator(path: Path) -> None:
    result = gt(path)
    assert result.exit_code == 0, result.output
    assert "360 answers by 6 annotators to 60 tasks, 3 different labels" in result.output
    assert "level: nominal (labels without an order); --level ordinal, interval or ratio for another" in result.output
    for name in ("percent agreement", "Krippendorff's alpha", "Fleiss' kappa", "Gwet's AC1", "Cohen's kappa"):
        assert name in result.output
    assert all(word in result.output for word in (*KINDS, *NAMES, "1 paused", "5 active", "95 % interval"))
    assert max(len(line) for line in result.output.splitlines()) <= 100
    assert "is not above chance" in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_every_format_in_gives_the_same_rows_out(frame: pl.DataFrame, tmp_path: Path, suffix: str) -> None:
    getattr(frame, {"jsonl": "write_ndjson"}.get(suffix, f"write_{suffix}"))(tmp_path / f"answers.{suffix}")
    found = rows(gt(tmp_path / f"answers.{suffix}", "-f", "jsonl"))
    overall = {row["measure"]: row for row in found if row["scope"] == "all"}
    assert list(overall) == ["percent", "alpha", "fleiss", "ac1"]
    assert all(
        row["low"] < row["value"] < row["high"] and (row["n"], row["annotators"]) == (60, 6) for row in overall.values()
    )
    assert {row["label"] for row in found if row["scope"] == "label"} == set(KINDS)
    assert len([row for row in found if row["scope"] == "pair" and row["measure"] == "cohen"]) == 15
    states = {row["annotator"]: row["state"] for row in found if row["state"]}
    assert states == {"w0": "paused"} | dict.fromkeys(NAMES[1:], "active")
    assert next(row["value"] for row in found if row["measure"] == "median_secs" and row["annotator"] == "w2") == 7


def test_within_slices(path: Path) -> None:
    found = rows(gt(path, "--by", "source", "-f", "jsonl"))
    assert {(row["slice"], row["n"]) for row in found if row["scope"] == "slice"} == {("web", 40), ("mail", 20)}
    assert "where it is mail" in gt(path, "--by", "source").output


def test_gold_judges_annotators(frame: pl.DataFrame, path: Path, tmp_path: Path) -> None:
    gold = frame.filter(pl.col("worker") == "w1").select("task", "label").head(30)
    gold.write_csv(tmp_path / "gold.csv")
    found = rows(gt(path, "--gold", tmp_path / "gold.csv", "-f", "jsonl"))
    judged = {row["annotator"]: row for row in found if row["measure"] == "accuracy_by_truth"}
    assert (judged["w1"]["value"], judged["w1"]["n"]) == (1, 30)
    assert len(judged) == 6


def test_numbers_have_correlations_of_their_own(frame: pl.DataFrame, tmp_path: Path) -> None:
    frame.drop("label").rename({"score": "label"}).write_csv(tmp_path / "scores.csv")
    found = rows(gt(tmp_path / "scores.csv", "--level", "interval", "-f", "jsonl"))
    measures = [row["measure"] for row in found if row["scope"] == "all"]
    assert measures == ["percent", "alpha", "ac2", "icc_1", "icc_1k", "icc_2", "icc_3", "icc_2k", "icc_3k"]
    states = {row["annotator"]: row["state"] for row in found if row["measure"] == "correlation_by_others"}
    assert states["w0"] == "paused"
    assert "off by" in gt(tmp_path / "scores.csv", "--level", "interval").output


def test_an_order_makes_labels_ordinal(path: Path) -> None:
    found = {
        order: next(
            row["value"]
            for row in rows(gt(path, "--level", "ordinal", "--order", order, "-f", "jsonl"))
            if row["measure"] == "alpha"
        )
        for order in ("bird,cat,dog", "dog,cat,bird", "cat,bird,dog")
    }
    assert found["bird,cat,dog"] == pytest.approx(found["dog,cat,bird"])
    assert found["bird,cat,dog"] != pytest.approx(found["cat,bird,dog"], abs=1e-3)


def test_insufficient_evidence_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("task,worker,label\n1,a,x\n1,b,y\n1,b,x\n2,a,\n")
    result = gt(tmp_path / "few.csv")
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "insufficient evidence: 1 tasks with two answers or more, 10 are needed: percent agreement" in said
    assert "unanswered (rows without a label), left out: 1" in said
    assert "of which the last counts: 1" in said
    assert "same answer again" in said
    assert "NaN" not in gt(tmp_path / "few.csv", "-f", "json").stdout
    assert "units" not in gt(tmp_path / "few.csv", "-f", "csv").stdout


@pytest.mark.parametrize(
    ("text", "words", "wrong"),
    [
        ("task,worker\n1,a\n", [], "has no column label"),
        ("task,worker,label\n1,a,\n", [], "no row has a label"),
        ("task,worker,label\n1,,x\n", [], "row 1 has no worker"),
        ("task,worker,label\n1,a,x\n", ["--level", "odd"], "--level is 'odd'; allowed: nominal"),
        ("task,worker,label\n1,a,x\n", ["--level", "interval"], "label 'x' is not a number"),
        ("task,worker,label\n1,a,inf\n", ["--level", "ratio"], "label 'inf' is not a number"),
        ("task,worker,label\n1,a,-1\n", ["--level", "ratio"], "a ratio scale starts at 0"),
        ("task,worker,label\n1,a,x\n", ["--level", "ordinal"], "ordinal labels need an order"),
        ("task,worker,label\n1,a,x\n", ["--level", "ordinal", "--order", "y"], "--order leaves out 'x'"),
        ("task,worker,label\n1,a,x\n", ["--order", "x,x"], "--order names a label twice"),
        ("task,worker,label\n1,a,x\n", ["--by", "kind"], "has no column kind"),
        ("task,worker,label,secs\n1,a,x,soon\n", [], "secs 'soon' is no number of seconds"),
        ("task,worker,label\n1,a,x\n", ["--pause", "0.9"], "--pause 0.9 is above --watch 0.7"),
        ("task,worker,label\n1,a,x\n", ["-f", "xml"], "--format is 'xml'"),
    ],
)
def test_mistakes_are_told_in_a_sentence(tmp_path: Path, text: str, words: list[str], wrong: str) -> None:
    (tmp_path / "answers.csv").write_text(text)
    result = gt(tmp_path / "answers.csv", *words, columns=400)
    assert result.exit_code == 3, result.output
    assert wrong in result.output
    assert "Traceback" not in result.output


def test_gold_that_contradicts_itself_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "gold.csv").write_text("task,label\nt01,cat\nt01,dog\n")
    result = gt(path, "--gold", tmp_path / "gold.csv", columns=400)
    assert (result.exit_code, "task 't01' has more than one label, 'cat' and 'dog'" in result.output) == (3, True)
