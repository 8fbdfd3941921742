"""`gt settle` on files of one's own, good and bad."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app

Settle = Callable[..., Result]
ROWS = [("t1", "a", "yes"), ("t1", "b", "yes"), ("t1", "c", "no"), ("t2", "a", "no"), ("t2", "b", "yes")]
READ: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": pl.read_csv,
    ".jsonl": pl.read_ndjson,
    ".parquet": pl.read_parquet,
}
DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def settle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settle:
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["settle", *map(str, words)])


@pytest.fixture
def answers(tmp_path: Path) -> pl.DataFrame:
    frame = pl.DataFrame(ROWS, schema=["task", "worker", "label"], orient="row")
    frame.write_csv(tmp_path / "answers.csv")
    frame.write_ndjson(tmp_path / "answers.jsonl")
    frame.write_parquet(tmp_path / "answers.parquet")
    frame.write_csv(tmp_path / "answers.tsv", separator="\t")
    return frame


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("source", ["answers.csv", "answers.tsv", "answers.jsonl", "answers.parquet"])
@pytest.mark.parametrize("target", ["truth.csv", "truth.jsonl", "truth.parquet"])
def test_every_format_in_and_out_settles_the_same(settle: Settle, tmp_path: Path, source: str, target: str) -> None:
    told = settle(source, "--kind", "choice", "-o", target)
    assert told.exit_code == 0, told.output
    first, second = READ[Path(target).suffix](tmp_path / target).rows(named=True)
    assert list(first) == ["task", "label", "confidence", "method", "votes", "status", "soft", "confidence_is"]
    assert (first["task"], first["label"], first["status"]) == ("t1", "yes", "settled")
    assert first["confidence"] == pytest.approx(2 / 3, abs=0.01)
    assert json.loads(first["votes"]) == {"yes": 2, "no": 1}
    assert (second["task"], second["status"]) == ("t2", "adjudicate")
    assert json.loads(first["soft"]) == pytest.approx({"no": 1 / 3, "yes": 2 / 3}, abs=0.01)
    assert first["confidence_is"] == "share of votes"
    assert "1 of 2 tasks settled" in told.output
    assert "1 to adjudicate: a tie for first place" in told.output


def test_gold_is_kept(settle: Settle, tmp_path: Path, answers: pl.DataFrame) -> None:
    pl.DataFrame({"task": ["t2", "elsewhere"], "label": ["no", "yes"]}).write_csv(tmp_path / "gold.csv")
    assert settle("answers.csv", "--gold", "gold.csv", "-o", "truth.csv").exit_code == 0
    truth = pl.read_csv(tmp_path / "truth.csv")
    assert truth.height == answers["task"].n_unique()
    assert truth.row(1, named=True)["label"] == "no"
    assert truth.row(1, named=True)["status"] == "settled"


@pytest.mark.parametrize(("chosen", "means"), [((), {"probability"}), (("--gold-chosen",), {"share of votes"})])
def test_gold_drawn_by_chance_calibrates(
    settle: Settle, tmp_path: Path, chosen: tuple[str, ...], means: set[str]
) -> None:
    rows = [(f"t{task:02}", who, "yes" if task % 2 else "no") for task in range(50) for who in "abc"]
    pl.DataFrame(rows, schema=["task", "worker", "label"], orient="row").write_csv(tmp_path / "answers.csv")
    gold = pl.DataFrame(rows[:75:3], schema=["task", "worker", "label"], orient="row").drop("worker")
    gold.write_csv(tmp_path / "gold.csv")
    assert settle("answers.csv", "--gold", "gold.csv", *chosen, "-o", "truth.csv").exit_code == 0
    assert set(pl.read_csv(tmp_path / "truth.csv")["confidence_is"][25:]) == means


@pytest.mark.parametrize(
    ("kind", "label", "settled"),
    [
        ("number", "3.5", "3.5"),
        ("text", "a cat", "a cat"),
        ("ordinal", "4", "4"),
        ("choices", '["x", "y"]', '["x", "y"]'),
        ("preference", "first", "first"),
        ("ranking", '["b", "a"]', '["b", "a"]'),
        ("tree", "animal/dog", "animal/dog"),
    ],
)
def test_other_kinds_of_answers(settle: Settle, tmp_path: Path, kind: str, label: str, settled: str) -> None:
    frame = pl.DataFrame({"task": ["t"] * 3, "worker": ["a", "b", "c"], "label": [label] * 3})
    frame.write_csv(tmp_path / "answers.csv")
    told = settle("answers.csv", "--kind", kind, "-o", "truth.csv")
    assert told.exit_code == 0, told.output
    (row,) = pl.read_csv(tmp_path / "truth.csv", infer_schema=False).rows(named=True)
    assert (row["label"], row["status"]) == (settled, "settled")


def test_a_second_answer_of_an_annotator_replaces_the_first_and_is_told(settle: Settle, tmp_path: Path) -> None:
    rows = [*ROWS, ("t1", "c", "yes")]
    pl.DataFrame(rows, schema=["task", "worker", "label"], orient="row").write_csv(tmp_path / "answers.csv")
    told = settle("answers.csv", "-o", "truth.csv")
    assert "1 answers were given again, by the same annotator to the same task" in told.output
    assert json.loads(pl.read_csv(tmp_path / "truth.csv").row(0, named=True)["votes"]) == {"yes": 3}


@pytest.mark.parametrize(
    ("name", "content", "words", "says"),
    [
        ("a.csv", None, (), "there is no such file"),
        ("a.xls", "", (), "the name decides how it is read"),
        ("a.csv", "task,worker\nt,a\n", (), "has no column label; its columns are task, worker"),
        ("a.csv", "task,worker,label\n", (), "has no rows"),
        ("a.csv", "", (), "cannot be read as csv"),
        ("a.csv", "task,worker,label\nt,a,\nt,b,\n", (), "no row has a label"),
        ("a.csv", "task,worker,label\nt,,yes\n", (), "row 1 has no worker"),
        ("a.csv", "task,worker,label\nt,a,yes,more,cells\n", (), "cannot be read as csv"),
        ("a.jsonl", '{"task": "t", "worker": "a", "label": "x"}\nnonsense\n', (), "a.jsonl:2: is not JSON"),
        ("a.jsonl", "[1]\n", (), "a.jsonl:1: is not a JSON object"),
        ("a.parquet", "PAR1 not really", (), "cannot be read as parquet"),
        ("a.csv", "task,worker,label\nt,a,yes\n", ("--kind", "essay"), "kinds that files can hold: boxes, choice"),
        ("a.csv", "task,worker,label\nt,a,yes\n", ("--kind", "number"), "the labels are no answers of kind number"),
        ("a.csv", "task,worker,label\nt,a,nan\n", ("--kind", "number"), "looks like a mark of a missing answer: --na"),
        ("a.csv", "task,worker,label\nt,a,1_000\n", ("--kind", "number"), "'1_000' is not a number"),
        ("a.csv", "task,worker,label\nt,a,yes\n", ("-o", "truth.txt"), "which decides the format"),
        ("a.csv", "task,worker,label\nt,a,yes\n", ("--gold", "nowhere.csv"), "there is no such file"),
    ],
)
def test_bad_input_is_told_in_a_sentence(
    settle: Settle, tmp_path: Path, name: str, content: str | None, words: tuple[str, ...], says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    told = settle(name, *words)
    assert told.exit_code == 3
    assert says in " ".join(told.output.split())
    assert "Traceback" not in told.output


def test_free_text_given_as_labels_is_settled_or_refused_in_a_sentence(settle: Settle, tmp_path: Path) -> None:
    for name, tasks in (("some.csv", 300), ("many.csv", 20_000)):
        rows = [(f"t{task}", worker, f"{worker} on {task}") for task in range(tasks) for worker in "abc"]
        pl.DataFrame(rows, schema=["task", "worker", "label"], orient="row").write_csv(tmp_path / name)
    some = settle("some.csv", "-o", "truth.csv")
    assert some.exit_code == 0, some.output
    assert "0 of 300 tasks settled" in some.output
    many = settle("many.csv", "-o", "many-truth.csv")
    assert many.exit_code == 3
    said = " ".join(many.output.split())
    assert (
        "many.csv: 20,000 items and 3 annotators with 60,000 different labels are too many to settle by label" in said
    )
    assert "settle them as text" in said


@pytest.mark.usefixtures("answers")
def test_a_file_that_exists_is_not_written_over(settle: Settle, tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("precious")
    assert "exists; choose another name or add --force" in " ".join(
        settle("answers.csv", "-o", "truth.csv").output.split()
    )
    assert (tmp_path / "truth.csv").read_text() == "precious"
    assert settle("answers.csv", "-o", "truth.csv", "--force").exit_code == 0


@pytest.mark.skipif(not DATA.exists(), reason="needs the shared data sets")
@pytest.mark.parametrize(
    ("name", "least"), [("cf_weather", 88.5), ("cf_weather_amt", 85.5), ("music_genre", 79), ("sp_amt", 94)]
)
def test_real_votes_are_settled_about_as_well_as_by_the_best_known_method(
    settle: Settle, tmp_path: Path, name: str, least: float
) -> None:
    assert settle(DATA / name / "answers.csv", "-o", "truth.csv").exit_code == 0
    found = pl.read_csv(tmp_path / "truth.csv", infer_schema=False)
    truth = pl.read_csv(DATA / name / "truth.csv", infer_schema=False)
    both = truth.join(found, on="task", how="left", suffix="_found")
    assert 100 * (both["label"] == both["label_found"]).sum() / truth.height > least
