"""Training files of every make as records of texts."""

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gt_platform.held_out.files import TrainingFileError, records

ROWS = [{"text": "one, two", "meta": {"n": 3, "ok": True}}, {"text": "drei", "meta": None}]


def read(path: Path, *only: str) -> list[tuple[int, list[tuple[str, str]]]]:
    return [(one.line, one.fields) for one in records(path, only=frozenset(only))]


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".json", ".parquet"])
def test_every_text_is_read_with_the_name_of_its_field(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"train{ending}"
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    if ending == ".parquet":
        pl.DataFrame(ROWS).write_parquet(path)
    else:
        content: Any = json.dumps(ROWS) if ending == ".json" else lines
        written(path, gzip.compress(content.encode()) if ending.endswith("gz") else content)
    found = read(path)
    assert [line for line, _ in found] == [1, 2]
    assert found[0][1] == [("text", "one, two"), ("n", "3")]
    assert [texts for _, texts in read(path, "text")] == [[("text", "one, two")], [("text", "drei")]]


def test_rows_of_sheets_and_what_is_no_json(tmp_path: Path) -> None:
    sheet = written(tmp_path / "train.csv", 'text,label\n"one,\ntwo",good\nthree,bad,more\n')
    assert read(sheet)[0] == (2, [("text", "one,\ntwo"), ("label", "good")])
    assert ("text", "three") in read(sheet)[1][1]
    broken = written(tmp_path / "b.jsonl", b'{"text": "cut off\n\n[1, "x"]\n"caf\xe9"')
    assert read(broken) == [(1, [("", '{"text": "cut off')]), (3, [("", "1"), ("", "x")]), (4, [("", "café")])]


def test_plain_text_is_read_by_line_and_over_lines(tmp_path: Path) -> None:
    book = "\n".join(f"line {number} of a book with words enough to be long" for number in range(1, 401))
    found = read(written(tmp_path / "book.txt", book))
    assert {(line, text) for line, [(_, text)] in found} >= {(7, "line 7 of a book with words enough to be long")}
    spans = [text for _, [(_, text)] in found if "to be long line" in text]
    for number in range(1, 400):
        assert any(f"line {number} of a book with words enough to be long line {number + 1} of" in one for one in spans)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.parquet", b"no parquet at all", "cannot be read"),
        ("a.jsonl", "{}\n".encode("utf-16"), "bytes of 0"),
        ("a.jsonl.gz", b"\x1f\x8bcut", "gzip"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(TrainingFileError, match=f"{name}: .*{said}"):
        read(written(tmp_path / name, content))
    with pytest.raises(TrainingFileError, match="there is no such file"):
        read(tmp_path / "none.jsonl")
