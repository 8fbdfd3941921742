"""`gt splits` and `gt contamination` as they are typed, in a home whose nights went by."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.gt import Gt, gt_in
from tests.support.world import NAME


@pytest.fixture(scope="module")
def split_home(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gt, Path]]:
    """A copy of the home that declares splits; tests on it only read, or freeze."""
    home = shutil.copytree(nights, tmp_path_factory.mktemp("split") / "home")
    declaration = home / "projects" / NAME / "project.yaml"
    splits = {"splits": {"test": 5, "train": "rest"}}
    declaration.write_text(yaml.safe_dump(yaml.safe_load(declaration.read_text()) | splits, sort_keys=False))
    with pytest.MonkeyPatch.context() as patch:
        gt = gt_in(home, patch)
        assert gt("refresh", "--from", "2026-01-07", "--to", "2026-01-07").exit_code == 0
        yield gt, home


@pytest.mark.slow
def test_splits_are_shown_and_frozen_and_what_is_held_out_is_looked_for(split_home: tuple[Gt, Path]) -> None:
    gt, home = split_home
    shown = {row["split"]: row for row in json.loads(gt("splits", "show", "-f", "json").output)}
    assert (shown["test"]["items"], shown["test"]["frozen"]) == (5, 0)
    assert "items are frozen" in gt("splits", "freeze").output
    frozen = {row["split"]: row for row in json.loads(gt("splits", "show", "-f", "json").output)}
    assert {name: row["frozen"] for name, row in frozen.items()} == {name: row["items"] for name, row in shown.items()}
    sides = json.loads(gt("sql", "SELECT item_id, split, input ->> '$' AS text FROM gt.sentiment.splits "
                          "JOIN gt.sentiment.items USING (item_id)", "-f", "json").output)  # fmt: skip
    tested, trained = ([row["text"] for row in sides if row["split"] == split] for split in ("test", "train"))
    file, found = home / "train.jsonl", home / "found.csv"
    file.write_text(
        "".join(json.dumps({"text": text}) + "\n" for text in ["Nothing that anybody said before", tested[0]])
    )
    done = gt("contamination", file, "--out", found)
    assert done.exit_code == 1, done.output
    assert "of 5 items (test) in 2 records: 1 exact, 0 normalised" in done.output
    assert "2" in found.read_text().splitlines()[1].split(",")
    again = gt("contamination", file, "-f", "json")
    assert {(one["line"], one["kind"]) for one in json.loads(again.output)} >= {(2, "exact")}
    refreshed = gt("refresh", "--from", "2026-01-07", "--to", "2026-01-07")
    assert "the benchmark is trained on" in refreshed.output.replace("\n", " ")
    assert gt("contamination", file, "--forget").exit_code == 0
    file.write_text(json.dumps({"text": "Nothing that anybody said before"}))
    assert gt("contamination", file).exit_code == 0
    assert len(trained) > 5


def test_what_cannot_be_searched_is_a_sentence_and_no_verdict(split_home: tuple[Gt, Path]) -> None:
    gt, home = split_home
    missing = gt("contamination", home / "none.jsonl")
    assert (missing.exit_code, "there is no such file" in missing.output) == (3, True)
    assert "no item is held out in a split exam" in gt("contamination", home / "x.txt", "--split", "exam").output
    assert "is no training file that is known" in gt("contamination", home / "x.txt", "--forget").output


def test_a_project_without_splits_is_told_how(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    assert "has no splits: declare them" in gt("splits").output
    assert "declares no splits" in gt("splits", "freeze").output
