"""`gt plan` as anyone types it."""

import json

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from gt_platform.cli.plan import plan


def gt(*words: object) -> Result:
    assert callable(plan)
    return CliRunner().invoke(app, ["plan", *(str(word) for word in words)], env={"COLUMNS": "160"})


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_labels_for_a_half_width() -> None:
    (uniform,) = rows(gt("--half-width", 0.03, "--overlap", 3, "--format", "jsonl"))
    assert (uniform["design"], uniform["labels"], uniform["answers"]) == ("uniform", 547, 1641)
    assert uniform["half_width"] == 0.03


def test_the_half_width_a_budget_buys_by_every_design() -> None:
    known = ("--judge-correlation", 0.5, "--cluster-size", 5, "--icc", 0.1, "--population", 20_000)
    found = rows(gt("--budget", 500, *known, "--format", "jsonl"))
    width = {row["design"]: float(str(row["half_width"])) for row in found}
    assert list(width) == [
        "uniform",
        "uniform, clustered",
        "stratified, proportional",
        "stratified, Neyman, floor 0.5",
        "uniform, with the judge",
    ]
    assert width["uniform, clustered"] > width["uniform"] > width["uniform, with the judge"] > 0
    assert all(row["labels"] == row["answers"] == 500 for row in found)


def test_strata_make_the_expected_rate() -> None:
    shown = gt("--budget", 300, "--strata", "0.15:0.55,0.85:0.9").output
    assert "a rate of 0.8475" in shown
    assert "stratified, Neyman, floor 0.5" in shown


def test_people_are_told_what_the_columns_mean() -> None:
    shown = gt("--half-width", 0.03, "--population", 100_000).output
    assert "95 % interval of a rate of 0.85" in shown
    assert "--judge-correlation or --strata" in shown
    assert "takes no correction for the population" in shown
    few = gt("--budget", 5).output
    assert "insufficient evidence below 10 labels" in few
    assert "not even all of the population is enough" in gt("--half-width", 0.03, "--population", 9).output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "give one of --half-width and --budget"),
        (("--half-width", 0.03, "--budget", 500), "give one of --half-width and --budget"),
        (("--project", "mood", "--budget", 500), "leave --half-width and --budget out"),
        (("--half-width", 0.7), "half-width 0.7: need more than 0 and less than 0.5"),
        (("--budget", 0), "0 labels: need at least 1"),
        (("--budget", 100, "--expect", 1.5), "expected rate 1.5"),
        (("--budget", 100, "--population", 50), "at most all of it"),
        (("--budget", 100, "--judge-correlation", -0.5), "judge's correlation -0.5"),
        (("--budget", 100, "--icc", 2), "0 to 1"),
        (("--budget", 100, "--strata", "a lot"), "write it as SHARE:RATE,SHARE:RATE"),
        (("--budget", 100, "--strata", "0.5:0.9"), "add up to 0.5, not to 1"),
    ],
)
def test_what_cannot_be_planned_is_told_in_a_sentence(words: tuple[object, ...], told: str) -> None:
    result = gt(*words)
    assert result.exit_code == 3
    assert told in result.output.replace("\n", " ")


def test_where_labels_err_a_budget_is_split() -> None:
    words = ("--budget", 3000, "--expect", 0.9, "--annotators-right", 0.85, "--overlap", 3, "--hard", 0)
    both, annotators, experts = rows(gt(*words, "--format", "jsonl"))
    assert both["design"] == "annotators and expert checks"
    assert 3 * int(str(both["items"])) + 8 * int(str(both["checks"])) <= 3000
    assert float(str(both["half_width"])) < float(str(experts["half_width"])) == 0.0306
    assert (experts["items"], experts["checks"]) == (375, 375)
    assert (annotators["items"], annotators["half_width"]) == (1000, None)
    assert str(annotators["how"]).startswith("seems to be 0.851")
    shown = gt(*words).output
    assert "300 more of it narrows ±0.02" in shown
    assert "by expert checks" in shown


def test_a_budget_is_found_for_a_half_width_where_labels_err() -> None:
    words = ("--half-width", 0.04, "--expect", 0.9, "--annotators-right", 0.85, "--overlap", 3)
    found = rows(gt(*words, "--format", "jsonl"))[0]
    assert 0.038 < float(str(found["half_width"])) <= 0.04
    assert "too little for checks in every cell" in gt("--budget", 60, *words[2:]).output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--cost", "1"), "write it as ANNOTATOR:EXPERT"),
        (("--cost", "0:8"), "both must be above 0"),
        (("--annotators-right", "0.4"), "annotators must be better than chance"),
    ],
)
def test_what_cannot_be_planned_with_checks_is_refused(words: tuple[str, str], told: str) -> None:
    refused = gt("--budget", 500, "--annotators-right", 0.85, *words)
    assert refused.exit_code == 3
    assert told in refused.output
