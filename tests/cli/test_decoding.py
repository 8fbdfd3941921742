"""Bytes as spreadsheets write them: any delimiter, encoding, layout and names of columns, read or refused."""

import json
from pathlib import Path

import pytest

from tests.support.sheets import GOOD, Run, gt_among_sheets, said


@pytest.fixture
def gt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return gt_among_sheets(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("content", "words", "says"),
    [
        (GOOD.replace(",", ";").encode(), (), ""),
        (GOOD.replace(",", "\t").encode(), (), ""),
        (GOOD.replace(",", "|").encode(), (), ""),
        (GOOD.replace("\n", "\r\n").encode("utf-8-sig"), (), ""),
        (GOOD.encode("utf-16"), (), ""),
        (GOOD.encode("utf-16-le"), (), ""),
        (GOOD.replace("task,", " task , ").encode(), (), ""),
        (GOOD.replace("task,worker,label", "Task,WORKER,Label").encode(), (), ""),
        (f"sep=;\r\n{GOOD.replace(',', ';')}".encode(), (), ""),
        (GOOD.replace("yes", "größer").encode("cp1252"), (), "read as Windows-1252, as it is not UTF-8; if 'größer'"),
        (GOOD.replace("task,worker,label", "item;rater;said").replace(",", ";").encode(),
         ("--task", "item", "--worker", "rater", "--label", "said"), ""),
        (b"t;ann;bob\n" + "".join(f"{at};x;{'xy'[at % 2]}\n" for at in range(8)).encode(), ("--wide", "--task", "t"),
         "--wide reads 2 annotators: ann, bob"),
        (b"task,text,ann,bob\n" + "".join(f"{at},text {at},x,{'xy'[at % 2]}\n" for at in range(8)).encode(),
         ("--wide", "--worker", "ann,bob"), "--wide reads 2 annotators: ann, bob"),
    ],
)  # fmt: skip
def test_whatever_a_spreadsheet_wrote_is_read(
    gt: Run, tmp_path: Path, content: bytes, words: tuple[str, ...], says: str
) -> None:
    (tmp_path / "odd.csv").write_bytes(content)
    for command in ("settle", "agreement"):
        told = gt(command, "odd.csv", *words)
        assert told.exit_code == 0, told.output
        assert says in said(told)
        assert "8 tasks" in said(told)


@pytest.mark.parametrize(
    ("content", "words", "says"),
    [
        (b"", (), "cannot be read as csv"),
        (b"\xff\xfea", (), "begins like UTF-16"),
        (b"task,worker,label\nt\x81,a,x\n", (), "neither UTF-8, UTF-16 nor Windows-1252"),
        (b"task,worker,label\nt,a,x\0\n", (), "bytes of 0"),
        (b"task,label,worker,label\nt,x,a,y\n", (), "names two columns 'label'"),
        (b"task,worker,label\n", (), "has no rows"),
        (b"t1,a,yes\nt2,b,no\n", (), "its columns are t1, a, yes; --task and --worker and --label name another"),
        (b"task,worker,label\nt,a,x\n", ("--wide",), "leave --wide out"),
        (b"task,text\nt,x\n", ("--task", "id", "--wide", "--na"), "requires an argument"),
        (b"task\nt\n", ("--wide",), "has no column beside the tasks"),
        (
            b"task,text,ann,bob\nt,a b,x,y\nu,c d,y,x\n",
            ("--wide",),
            "column text has no label in common with the others",
        ),
        (b"task,ann,bob\nt,x,y\n", ("--wide", "--worker", "ann,cyd"), "has no column cyd"),
        (b"task,worker,label\nt,a,x\n", ("--labels", "a", "--order", "a"), "give --order or --labels"),
        (b"task,worker,label\nt,a,x\n", ("--labels", "y,z"), "'x'"),
        (b"task,worker,label\nt,a,x\n", ("--map", "x"), "write it as LABEL=MEANING"),
        (b"task,worker,label\nt,a,x\n", ("--map", "x=a,x=b"), "two meanings"),
        (b"task,worker,label\nt,a,x\n", ("--spelling", "loose"), "allowed: ask, fold, exact"),
    ],
)
def test_what_cannot_be_read_is_refused_by_both(
    gt: Run, tmp_path: Path, content: bytes, words: tuple[str, ...], says: str
) -> None:
    (tmp_path / "odd.csv").write_bytes(content)
    for command in ("settle", "agreement"):
        told = gt(command, "odd.csv", *words)
        assert told.exit_code == 3, told.output
        assert says in said(told)


def test_a_list_of_records_is_read_as_lines_are(gt: Run, tmp_path: Path) -> None:
    records = [{"task": at, "worker": who, "label": "yes"} for at in range(8) for who in "ab"]
    (tmp_path / "odd.json").write_text(json.dumps(records, indent=1))
    for command in ("settle", "agreement"):
        assert "8 tasks" in said(gt(command, "odd.json"))
