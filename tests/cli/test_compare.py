"""`gt compare` on small files."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import gt_platform.cli.compare
from gt_platform.cli import app

assert gt_platform.cli.compare  # registers the command


def compare(*words: object) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, ["compare", *(str(word) for word in words)])


def write(folder: Path, name: str, labels: list[str], **columns: list[str]) -> Path:
    file = folder / name
    pl.DataFrame({"task": [f"t{at:03}" for at in range(len(labels))], "label": labels, **columns}).write_csv(file)
    return file


def systems(folder: Path, both: int, lost: int, gained: int, neither: int, **columns: list[str]) -> list[Path]:
    """Files of two systems on tasks whose truth is always yes."""
    n = both + lost + gained + neither
    first = ["yes"] * (both + lost) + ["no"] * (gained + neither)
    second = ["yes"] * both + ["no"] * lost + ["yes"] * gained + ["no"] * neither
    return [
        write(folder, "a.csv", first),
        write(folder, "b.csv", second),
        Path("--truth"),
        write(folder, "truth.csv", ["yes"] * n, **columns),
    ]


def test_flips_difference_and_verdict(tmp_path: Path) -> None:
    result = compare(*systems(tmp_path, 150, 12, 3, 35))
    assert result.exit_code == 2, result.output
    assert "right to wrong: 12 (t150, t151, t152, t153, t154, t155, t156, t157, t158, t159, …)" in result.output
    assert "wrong to right: 3 (t162, t163, t164)" in result.output
    assert "McNemar, exact: p = 0.0352" in result.output
    assert "insufficient evidence" in result.output
    assert "more tasks would decide it" in result.output


def test_for_programs(tmp_path: Path) -> None:
    result = compare(*systems(tmp_path, 150, 12, 3, 35), "--margin", "0.1", "--format", "jsonl")
    row = json.loads(result.stdout)
    assert (row["n"], row["first_estimate"], row["second_estimate"]) == (200, 0.81, 0.765)
    assert row["difference_estimate"] == pytest.approx(-0.045)
    assert -0.1 < row["difference_low"] < -0.07
    assert row["second_low"] < 0.765 < row["second_high"]
    assert json.loads(row["gained"]) == ["t162", "t163", "t164"]
    assert (row["verdict"], row["needed"]) == ("pass", None)


def test_a_much_worse_system_fails(tmp_path: Path) -> None:
    result = compare(*systems(tmp_path, 100, 60, 5, 35))
    assert "fail: worse by more than 0.02" in result.output
    assert (result.exit_code, compare(*systems(tmp_path, 100, 5, 60, 35)).exit_code) == (1, 0)


def test_by_cluster(tmp_path: Path) -> None:
    sessions = [f"s{at % 20}" for at in range(200)]
    files = systems(tmp_path, 120, 30, 15, 35, session=sessions)
    result = compare(*files, "--cluster", "session", "--format", "jsonl")
    row = json.loads(result.stdout)
    assert row["test"] == "sign flips by cluster"
    assert row["difference_low"] < -0.075 < row["difference_high"]
    missing = compare(*files, "--cluster", "user")
    assert missing.exit_code == 3
    assert "none of the files has a column user" in missing.output


def test_few_tasks_get_a_point_without_interval_and_verdict(tmp_path: Path) -> None:
    row = json.loads(compare(*systems(tmp_path, 2, 1, 0, 0), "--format", "jsonl").stdout)
    assert (row["n"], row["first_estimate"], row["first_low"]) == (3, 1, None)
    assert (row["difference_estimate"], row["difference_low"]) == (pytest.approx(-1 / 3), None)
    assert (row["verdict"], row["needed"]) == ("insufficient_evidence", 7)


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    files = systems(tmp_path, 80, 12, 3, 35)
    before = compare(*files, "--format", "jsonl").stdout
    pl.read_csv(files[1]).reverse().write_csv(files[1])
    assert compare(*files, "--format", "jsonl").stdout == before


def test_tasks_not_in_all_files_are_left_out_and_said(tmp_path: Path) -> None:
    files = systems(tmp_path, 80, 12, 3, 35)
    pl.read_csv(files[1]).head(100).write_csv(files[1])
    result = compare(*files)
    assert "left out: 30 tasks that are not in all three files" in result.output
    assert "100" in result.output


def test_mistakes_are_told(tmp_path: Path) -> None:
    files = systems(tmp_path, 8, 2, 1, 3)
    twice = tmp_path / "twice.csv"
    twice.write_text("task,label\nt001,yes\nt001,no\n")
    other = tmp_path / "other.csv"
    other.write_text("task,label\nx,yes\n")
    for words, message in (
        ([twice, *files[1:]], "has more than one label, 'yes' and 'no'"),
        ([other, *files[1:]], "no task is among those of"),
        ([tmp_path / "none.csv", *files[1:]], "no such file"),
        ([*files, "--margin", "nan"], "from 0 to 1"),
        ([*files, "--cluster", "task"], "name a column of its own"),
        (files[:2], "give --truth"),
        ([*files, "--scores"], "give --truth"),
        ([*files, "--mragin", "0.1"], "No such option"),
    ):
        result = compare(*words)
        assert result.exit_code == 3
        assert message in " ".join(result.output.split())
