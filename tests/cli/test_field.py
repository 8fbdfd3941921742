"""Inputs that people reported in public threads, each with the value it should give, or why it gives none."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gt_platform.cli import app

FIELD = Path(__file__).parents[3] / "shared" / "data" / "field"
# (command line, what the row of a measure holds), to three digits
VALUES: list[tuple[str, dict[str, float]]] = [
    ("c01-one-disagreement/answers.csv", {"alpha": 0.0}),
    ("c02-one-category-two-raters/answers.csv", {"percent": 1, "ac1": 1}),
    ("c03-krippendorff-wikipedia-3x15/answers.csv", {"alpha": 0.691}),
    ("c03-krippendorff-wikipedia-3x15/answers_blank.csv", {"alpha": 0.691}),
    ("c03-krippendorff-wikipedia-3x15/answers_star.csv --na *", {"alpha": 0.691}),
    ("c03-krippendorff-wikipedia-3x15/answers_tok.csv --na - --level interval", {"alpha": 0.811}),
    ("c06-case-and-space/answers.csv --spelling fold", {"percent": 1, "alpha": 1}),
    ("c07-wide-one-column-per-rater/wide.csv --wide --task item", {"percent": 0.511}),
    ("c10-recal-29-of-30/answers.csv --level nominal", {"alpha": 0.0}),
    ("c11-complete-disagreement/answers.csv", {"cohen": -0.18627}),
    ("c12-ratio-with-zeros/answers.csv --level ratio", {"alpha": 0.998}),
    ("c13-fleiss-wikipedia-10x14/answers.csv", {"fleiss": 0.210}),
    ("c14-unequal-raters/answers.csv", {"percent": 0.398, "fleiss": 0.238}),
    ("c15-paradox/answers.csv", {"percent": 0.8, "cohen": -0.111, "ac1": 0.756}),
    (
        "c16-shrout-fleiss-6x4/answers.csv --level interval",
        {"icc_1": 0.166, "icc_2": 0.29, "icc_3": 0.715, "icc_1k": 0.443, "icc_2k": 0.62, "icc_3k": 0.909},
    ),
    ("c19-more-labels-than-units/answers.csv", {"alpha": 0.0}),
    (
        "c21b-words/answers.csv --level ordinal --order bad,poor,ok,great",
        {"cohen_quadratic": 0.7477, "cohen_linear": 0.6809},
    ),
    ("c22-toy-variable-raters/answers.csv", {"percent": 0.444}),
    ("c23-one-item-7-raters/answers.csv", {"percent": 5 / 7}),
    ("c24-unused-category-ac1/answers.csv", {"ac1": 0.8535}),
    ("c24-unused-category-ac1/answers.csv --labels a,b,c,d,e", {"ac1": 0.8811}),
]
# (command line, exit code, what it says)
SAID: list[tuple[str, int, str]] = [
    ("agreement c03-krippendorff-wikipedia-3x15/answers_star.csv", 3, "'*' (18 rows) looks like a mark of a missing"),
    ("agreement c03-krippendorff-wikipedia-3x15/answers_tok.csv", 3, "--na '-' leaves such rows unanswered"),
    ("agreement c06-case-and-space/answers.csv", 3, "differ in no more than case, space"),
    ("settle c06-case-and-space/answers.csv", 3, "'Yes' and 'Yes ' and 'yes'"),
    ("settle c06-case-and-space/answers.csv --spelling fold", 0, "20 of 20 tasks settled"),
    ("agreement c07-wide-one-column-per-rater/wide.csv", 3, "--wide reads one column an annotator"),
    ("agreement c07-wide-one-column-per-rater/wide.csv --wide", 3, "--task 'item' names the one of the tasks"),
    ("agreement c17-one-rater/answers.csv", 0, "nobody else answered the task"),
    ("agreement c18-no-overlap/answers.csv", 0, "0 tasks with two answers or more, 10 are needed"),
    ("agreement c26-everybody-disagrees-active/answers.csv", 0, "as the others' answers to a task tie"),
    ("agreement c27-settle-blank-label/answers.csv", 0, "unanswered (rows without a label), left out: 1"),
    ("settle c27-settle-blank-label/answers.csv", 0, "unanswered (rows without a label), left out: 1"),
    ("compare {f02}/old.csv {f02}/new.csv --truth {f02}/truth.csv", 3, "'1' and '1.0'"),
    ("compare {f02}/old.csv {f02}/new2.csv --truth {f02}/truth.csv", 3, "' 1' and '1'"),
    ("compare {f02}/old.csv {f02}/new2.csv --truth {f02}/truth.csv --spelling fold", 0, "wrong to right: 14"),
    ("compare {f02}/old.csv {f02}/new.csv --truth {f02}/truth.csv --kind number", 0, "wrong to right: 14"),
    ("compare {f02}/old.csv {f02}/ids.csv --truth {f02}/truth.csv", 3, "task 't000' is 't0' in"),
    ("compare {f12}/old.csv {f12}/new.csv --truth {f12}/truth.csv", 3, "labels are compared, not scores"),
    ("compare {f12}/old.csv {f12}/new.csv --scores", 0, "not worse by more than 0.02"),
    ("settle f13-three-way-winrate/a.csv --kind preference", 0, "of 99 tasks settled"),
]
pytestmark = pytest.mark.skipif(not FIELD.exists(), reason="needs the shared inputs")


@pytest.fixture(autouse=True)
def _there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIELD)


def rows(line: str) -> dict[str, dict[str, Any]]:
    """The rows over all answers, by measure."""
    told = CliRunner().invoke(app, ["agreement", *line.split(), "-f", "jsonl"])
    assert told.exit_code == 0, told.output
    found = (json.loads(row) for row in told.stdout.splitlines())
    return {row["measure"]: row for row in found if row["scope"] == "all"}


@pytest.mark.parametrize(("line", "values"), VALUES)
def test_the_value_that_is_right(line: str, values: dict[str, float]) -> None:
    found = rows(line)
    for measure, value in values.items():
        row = found[measure]
        assert row["value"] == pytest.approx(value, abs=6e-4), measure
        assert (row["low"] is None) == (row["n"] < 10) or row["reason"]
        assert row["low"] is None or row["low"] <= row["value"] <= row["high"]


def test_a_scale_that_starts_elsewhere_is_the_same_scale(tmp_path: Path) -> None:
    given = (FIELD / "c20-negative-ordinal/answers.csv").read_text().splitlines()
    cells = [line.rpartition(",") for line in given[1:]]
    shifted = tmp_path / "shifted.csv"
    shifted.write_text("\n".join([given[0], *(f"{who},{int(label) + 1}" for who, _, label in cells)]))
    values = [
        {measure: row["value"] for measure, row in rows(f"{path} --level ordinal").items()}
        for path in ("c20-negative-ordinal/answers.csv", shifted)
    ]
    assert values[0] == pytest.approx(values[1])


@pytest.mark.parametrize(("line", "code", "says"), SAID)
def test_what_is_said_instead(line: str, code: int, says: str) -> None:
    words = line.format(f02="f02-case-space-number-format", f12="f12-graded-scores-per-item").split()
    told = CliRunner(env={"COLUMNS": "200"}).invoke(app, words)
    assert told.exit_code == code, told.output
    assert says in " ".join(told.output.split())
