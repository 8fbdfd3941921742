"""The `files` backend: assignments out, answers in, through real files."""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.labeling import Backend, collect, open_backend
from gt_platform.labeling.asking import waiting_assignments
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.support import rights
from tests.support.sentiment import declare, put_assignment


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


def files_project(home: Path, layout: str) -> Project:
    return declare(home, labeling={"backend": "files", "options": {"folder": "labels", "layout": layout}})


def sent(home: Path, slot: int) -> str:
    return "".join(file.read_text("utf-8-sig") for file in sorted((home / "labels/out" / f"slot-{slot}").iterdir()))


def hand_in(home: Path, name: str, content: str) -> None:
    (home / "labels" / "in").mkdir(parents=True, exist_ok=True)
    (home / "labels" / "in" / name).write_text(content, encoding="utf-8")


def send_all(store: Store, project: Project, home: Path) -> Backend:
    backend = open_backend(project, Settings(home=home))
    backend.send(waiting_assignments(store, project))
    return backend


@pytest.mark.slow
def test_each_slot_is_written_once_to_a_file_of_its_own(store: Store, tmp_path: Path) -> None:
    project = files_project(tmp_path, "jsonl")
    put_assignment(store, project, "good", slots=2)
    send_all(store, project, tmp_path)
    put_assignment(store, project, "bad", slots=2)
    send_all(store, project, tmp_path)
    send_all(store, project, tmp_path)
    first = [json.loads(line) for line in sent(tmp_path, 1).splitlines()]
    assert sorted(row["input"] for row in first) == ["bad", "good"]
    assert {row["question"] for row in first} == {"How does it feel?"}
    assert len(sent(tmp_path, 2).splitlines()) == 2


@pytest.mark.slow
def test_answers_come_back_as_jsonl_and_bad_lines_are_kept(store: Store, tmp_path: Path) -> None:
    project = files_project(tmp_path, "jsonl")
    one, two = put_assignment(store, project, "good", slots=2)
    backend = send_all(store, project, tmp_path)
    lines = [
        json.dumps({"assignment_id": one, "annotator": "ann", "answer": "positive", "comment": "clear"}),
        '{"assignment_id": "',
        json.dumps({"assignment_id": two, "answer": "positive"}),
        json.dumps({"assignment_id": two, "annotator": "ben", "answer": "meh"}),
    ]
    hand_in(tmp_path, "ann.jsonl", "\n".join(lines))
    taken = collect(store, project, backend=backend)
    assert (taken.annotations, taken.rejected, taken.waiting) == (1, 3, 1)
    assert store.read("SELECT annotator, answer, comment FROM annotations").rows() == [("ann", '"positive"', "clear")]
    reasons = store.read("SELECT reason FROM rejections ORDER BY reason")["reason"].to_list()
    assert reasons == ["answer", "json", "schema"]
    again = collect(store, project, backend=backend)
    assert (again.annotations, again.rejected) == (0, 0)


@pytest.mark.slow
def test_one_bad_entry_of_a_label_folder_hides_no_other(store: Store, tmp_path: Path) -> None:
    project = files_project(tmp_path, "jsonl")
    one, two = put_assignment(store, project, "good", slots=2)
    backend = send_all(store, project, tmp_path)
    hand_in(tmp_path, "a.jsonl", json.dumps({"assignment_id": one, "annotator": "ann", "answer": "positive"}))
    hand_in(tmp_path, "z.jsonl", json.dumps({"assignment_id": two, "annotator": "ben", "answer": "positive"}))
    hand_in(tmp_path, "closed.jsonl", "")
    folder = tmp_path / "labels" / "in"
    (folder / "closed.jsonl").chmod(0)
    (folder / "loop.jsonl").symlink_to("loop.jsonl")
    (folder / "n\udce9.jsonl").symlink_to("gone")
    os.mkfifo(folder / "pipe.csv")
    with rights.obeyed():
        taken = collect(store, project, backend=backend)
        again = collect(store, project, backend=backend)
    assert (taken.annotations, taken.rejected, taken.waiting) == (2, 4, 0)
    assert (again.annotations, again.rejected) == (0, 0)
    told = store.read("SELECT detail FROM rejections WHERE reason = 'file' ORDER BY detail")["detail"].to_list()
    assert [detail.partition(": ")[2].partition(";")[0] for detail in told] == [
        "it may not be read by who runs this",
        "it is a link that leads back to itself",
        "it is a link to nothing",
        "it is a named pipe",
    ]


@pytest.mark.parametrize("spoiled", ["", "{", "[]", '{"assignment_id', "\0"])
@pytest.mark.slow
def test_what_was_sent_in_a_file_somebody_spoiled_is_sent_once_more(spoiled: str, store: Store, tmp_path: Path) -> None:
    project = files_project(tmp_path, "jsonl")
    put_assignment(store, project, "good", slots=1)
    send_all(store, project, tmp_path)
    (file,) = (tmp_path / "labels/out/slot-1").iterdir()
    file.rename(file.with_name("mine.jsonl")).write_text(spoiled)
    send_all(store, project, tmp_path)
    send_all(store, project, tmp_path)
    assert sorted(one.name for one in file.parent.iterdir()) == sorted([file.name, "mine.jsonl"])


@pytest.mark.slow
def test_a_sheet_goes_out_harmless_and_comes_back_half_filled(store: Store, tmp_path: Path) -> None:
    project = files_project(tmp_path, "csv")
    put_assignment(store, project, "=HYPERLINK(1)", slots=1)
    put_assignment(store, project, "good, really", slots=1)
    backend = send_all(store, project, tmp_path)
    rows = list(csv.DictReader(io.StringIO(sent(tmp_path, 1))))
    assert sorted(row["input"] for row in rows) == ["'=HYPERLINK(1)", "good, really"]

    text = io.StringIO()
    sheet = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    sheet.writeheader()
    sheet.writerows({**row, "answer": "neutral", "annotator": "ann"} if "good" in row["input"] else row for row in rows)
    hand_in(tmp_path, "sheet.csv", text.getvalue())
    taken = collect(store, project, backend=backend)
    assert (taken.annotations, taken.rejected, taken.waiting) == (1, 0, 1)
    assert store.read("SELECT answer FROM annotations").item() == '"neutral"'


@pytest.mark.slow
def test_numbers_survive_a_sheet(store: Store, tmp_path: Path) -> None:
    number = declare(
        tmp_path,
        answer={"kind": "number", "minimum": 0, "maximum": 10, "unit": "stars"},
        labeling={"backend": "files", "options": {"folder": "labels", "layout": "csv"}},
        benchmark={"metrics": ["absolute_error"]},
    )
    (one,) = put_assignment(store, number, "good", slots=1)
    hand_in(tmp_path, "sheet.csv", f"assignment_id,annotator,answer\n{one},ann,7.5\n")
    assert collect(store, number, backend=open_backend(number, Settings(home=tmp_path))).annotations == 1
    assert store.read("SELECT answer FROM annotations").item() == "7.5"
