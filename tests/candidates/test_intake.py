"""Files of a candidate's answers: what is taken, what is refused and why, and that twice is once."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gt_platform.candidates import CandidateError, Run, Taken, candidate_name, meta_of, read_file, standing, take_in
from gt_platform.candidates.files import read_stream
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.records import Parser
from tests.support.sentiment import declare, item_of

GOOD, BAD, SO_SO, UNDRAWN = (item_of(text) for text in ("good", "bad", "so so", "never drawn"))
STANDS = "SELECT item_id, repetition, output, error FROM current_predictions WHERE candidate = ?"


def written(folder: Path, *records: Any, name: str = "answers.jsonl") -> Path:
    lines = (one if isinstance(one, str) else json.dumps(one) for one in records)
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder / name


@cache
def parser() -> Parser:
    """One for all tests that this process runs one after the other: it takes a third of a second to start."""
    return Parser()


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    parser().close()
    parser.cache_clear()


def take(store: Store, project: Project, file: Path, candidate: str = "v2", **meta: str) -> Taken:
    with file.open("rb") as stream:
        read = read_stream(stream, file.name, project, parser())
    return take_in(store, Run(candidate=candidate, source=file.name, file_sha256=read.sha256, meta=meta), read.answers)


def stands(store: Store, candidate: str = "v2") -> dict[tuple[str, int], tuple[str | None, str | None]]:
    return {(item, n): (said, error) for item, n, said, error in store.read(STANDS, [candidate]).iter_rows()}


def why(taken: Taken) -> list[tuple[int, str]]:
    return taken.refused.select("line", "reason").rows()


def test_an_item_is_named_by_its_id_by_an_event_or_by_its_input(store: Store, project: Project, home: Path) -> None:
    file = written(
        home,
        {"event_id": "e-1", "prediction": "positive", "confidence": 0.8, "seconds": 1.5, "cost": 0.01},
        {"item_id": BAD, "output": {"label": "what?"}},
        {"input": "so so", "answer": "neutral", "repetition": 2},
        {"id": UNDRAWN, "error": {"code": 429}},
    )
    assert take(store, project, file, git="abc").taken == 4
    assert stands(store) == {
        (GOOD, 1): ('"positive"', None),
        (BAD, 1): ('{"label":"what?"}', None),  # kept as it came: scores take it for wrong
        (SO_SO, 2): ('"neutral"', None),
        (UNDRAWN, 1): (None, '{"code": 429}'),
    }
    told = store.read("SELECT confidence, seconds, cost FROM predictions WHERE item_id = ?", [GOOD]).row(0)
    assert told == (0.8, 1.5, 0.01)
    run = store.read("SELECT meta, source, taken, outcome FROM runs").row(0)
    assert run == ('{"git":"abc"}', "answers.jsonl", 4, "finished")
    found = standing(store, "v2")
    assert (found.items, found.answered, found.failed, found.lacking) == (3, 3, 0, 0)


def test_the_same_again_is_once_and_the_rest_of_a_bad_file_is_in(store: Store, project: Project, home: Path) -> None:
    file = written(
        home,
        {"item_id": GOOD, "output": "positive"},
        {"item_id": "f" * 64, "output": "positive"},
        {"item_id": BAD, "output": "negative"},
        {"item_id": BAD, "output": "positive"},
        {"item_id": SO_SO},
        {"item_id": SO_SO, "output": "neutral", "confidence": 7},
        {"item_id": SO_SO, "output": "neutral", "repetition": 0},
        {"output": "neutral"},
        {"item_id": GOOD, "input": "bad", "output": "neutral"},
        "{oh",
    )
    first, again = take(store, project, file), take(store, project, file)
    refused = [(2, "unknown_item"), (3, "twice"), (4, "twice"), (5, "schema"), (6, "schema"), (7, "schema"),
               (8, "schema"), (9, "item"), (10, "json")]  # fmt: skip
    assert (first.taken, first.known, why(first)) == (1, 0, refused)
    assert (again.taken, again.known, why(again)) == (0, 1, refused)
    assert store.read("SELECT taken, refused, reasons ->> 'schema' FROM runs").rows() == [(1, 9, "4")]


def test_an_answer_stands_and_a_failure_is_asked_again(store: Store, project: Project, home: Path) -> None:
    take(store, project, written(home, {"item_id": GOOD, "output": "positive"}, {"item_id": BAD, "error": "timeout"}))
    other = written(
        home, {"item_id": GOOD, "output": "negative"}, {"item_id": BAD, "output": "negative"}, name="b.jsonl"
    )
    taken = take(store, project, other)
    assert (taken.taken, why(taken)) == (1, [(1, "conflict")])
    assert "answered otherwise before, '\"positive\"'" in taken.refused["detail"][0]
    assert "a name of its own (--candidate v3)" in taken.refused["detail"][0]
    assert stands(store) == {(GOOD, 1): ('"positive"', None), (BAD, 1): ('"negative"', None)}
    late = written(home, {"item_id": GOOD, "error": "timeout"}, name="c.jsonl")
    assert "a failure takes no answer's place" in take(store, project, late).refused["detail"][0]
    assert take(store, project, other, "v3").taken == 2


def test_sheets_and_parquet_are_read_as_people_write_them(store: Store, project: Project, home: Path) -> None:
    sheet = written(
        home, "input,prediction,confidence,repetition", 'good," Positive ",0.5,1', "bad,,0.5,1", name="a.csv"
    )
    assert why(take(store, project, sheet)) == [(3, "schema")]
    pl.DataFrame({"event_id": ["e-1"], "answer": ["positive"]}).write_parquet(home / "a.parquet")
    assert take(store, project, home / "a.parquet", "v3").taken == 1
    several = declare(
        home, answer={"kind": "choices", "labels": {"a": "x", "b": "y"}}, benchmark={"metrics": ["jaccard"]}
    )
    sheet = written(home, "item_id,output", f'{GOOD},"[""b"",""a""]"', f"{BAD},b|a", name="s.csv")
    take(store, several, sheet, "v4")
    assert stands(store, "v4") == {(GOOD, 1): ('["a","b"]', None), (BAD, 1): ('["a","b"]', None)}


@pytest.mark.parametrize("name", ["production", "", "a/b", "../x", "a..b", "-x", "ü", "a" * 65, "v2\n"])
def test_a_name_is_fit_for_files_and_partitions(name: str) -> None:
    with pytest.raises(CandidateError, match=r"cannot name a candidate|is what is in production"):
        candidate_name(name)
    assert candidate_name("gpt-4.1_p7") == "gpt-4.1_p7"


def test_what_cannot_be_is_refused_with_a_sentence(store: Store, project: Project, home: Path) -> None:
    assert meta_of(["git=abc", "prompt=p=7", "git=abc"]) == {"git": "abc", "prompt": "p=7"}
    for pairs in (["git"], ["=x"], ["a=1", "a=2"]):
        with pytest.raises(CandidateError, match="--meta"):
            meta_of(pairs)
    with pytest.raises(CandidateError, match="there is no such file"):
        read_file(home / "none.jsonl", project)
    file = written(home, {"item_id": GOOD, "output": "positive"})
    judged = declare(home, ask="about the output", benchmark={"metrics": ["share of positive"]})
    with pytest.raises(CandidateError, match="sentiment judges outputs"):
        read_file(file, judged)
    take(store, project, file)
    with pytest.raises(CandidateError, match="there is a candidate v2, and V2 differs from it by capitals alone"):
        take(store, project, file, "V2")
