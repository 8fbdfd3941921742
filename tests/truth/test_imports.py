"""Bringing in truth from elsewhere: what is taken, what is not and why, and that twice is once."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gt_platform import truth
from gt_platform.benchmark import score
from gt_platform.labeling import ask_anew, assign
from gt_platform.labeling.honeypots import inject, known_honeypots
from gt_platform.lake import Lake, Store, Writer
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import Imported, Records, TruthError
from tests.labeling.people import START, People
from tests.support.sentiment import DAY, declare, event, item_of, put_events, put_sample
from tests.truth.answered import answer

EXAMPLE = {
    "id": "g-1",
    "input": {"type": "text", "text": "good"},
    "expected_output": {"answer": "positive", "acceptable_variants": ["neutral"]},
    "metadata": {"difficulty": 3},
    "annotation": {
        "annotator_id": "a7", "timestamp": "2026-01-05T08:00:00Z", "confidence": 0.9, "time_spent_seconds": 12,
    },
}  # fmt: skip


@pytest.fixture
def lake(lake_home: Path) -> Iterator[Lake]:
    with Lake.open(Settings(home=lake_home)) as opened:
        yield opened


@pytest.fixture
def store(lake: Lake) -> Store:
    return lake.store("sentiment")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path, labeling={"backend": "replay", "overlap": 2, "honeypots": {"pool": 3},
                                       "options": {"answers": "replay.jsonl"}})  # fmt: skip


def written(folder: Path, *records: Any, name: str = "golden.jsonl") -> Path:
    lines = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records)
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder / name


def read(file: Path, project: Project, source: str = "clinic 2026") -> Records:
    return truth.records_in(file, project, source=source)


def take(store: Store, project: Project, records: Records, **how: Any) -> Imported:
    def ask(writer: Writer, items: Sequence[str]) -> int:
        return ask_anew(writer, project, items)

    return truth.take_in(store, project, records, actor="kim", ask=ask, **how)


def standing(store: Store) -> dict[str, tuple[str, str]]:
    rows = store.read("SELECT input ->> '$', answer ->> '$', status FROM ground_truth").rows()
    return {text: (said, status) for text, said, status in rows}


def test_good_lines_are_taken_with_all_they_say_and_bad_ones_told(
    store: Store, project: Project, tmp_path: Path
) -> None:
    file = written(
        tmp_path, EXAMPLE, {"question": "bad", "label": "negative", "topic": "billing"},
        {"question": "odd", "answer": "meh"}, {"question": "twice", "answer": "positive"}, "{broken",
        {"question": "twice", "answer": "negative"}, {"answer": "positive"}, {"question": "bad", "label": "negative"},
        EXAMPLE | {"annotation": {"timestamp": "yesterday"}}, EXAMPLE | {"item_id": "0" * 64}, [1],
    )  # fmt: skip
    records = read(file, project)
    assert records.rejected.select("line", "reason").rows() == [
        (3, "answer"), (4, "twice"), (5, "json"), (6, "twice"), (7, "schema"), (9, "time"), (10, "item"),
        (11, "schema"),
    ]  # fmt: skip
    assert "is not one of negative, neutral, positive" in records.rejected["detail"][0]
    assert "on lines 4, 6" in records.rejected["detail"][1]
    told = take(store, project, records)
    assert (told.new, told.equal, told.conflicts.height) == (2, 0, 0)
    assert standing(store) == {"good": ("positive", "imported"), "bad": ("negative", "imported")}
    kept = store.read("SELECT * FROM imports WHERE line = 1").row(0, named=True)
    assert kept | {
        "record_id": "g-1", "variants": '["neutral"]', "metadata": '{"difficulty":3}', "annotator": "a7",
        "confidence": 0.9, "seconds": 12.0, "imported_by": "kim",
    } == kept  # fmt: skip
    assert store.read("SELECT origin, source, attributes FROM ground_truth ORDER BY input").rows() == [
        ("import", "clinic 2026", '{"topic":"billing"}'),
        ("import", "clinic 2026", '{"difficulty":3}'),
    ]
    assert truth.verify_fold(store) == []


def test_an_output_that_equals_any_acceptable_variant_of_a_text_is_right(
    lake: Lake, store: Store, tmp_path: Path
) -> None:
    asked = declare(tmp_path, answer={"kind": "text"}, benchmark={"metrics": ["exact_match"]})
    truths: tuple[tuple[str, str, list[Any]], ...] = (
        ("good", "fine", ["well", "fine"]),
        ("bad", "poor", []),
        ("odd", "strange", ["queer", 3]),
    )
    file = written(
        tmp_path,
        *(EXAMPLE | {"input": text, "expected_output": {"answer": answer, "acceptable_variants": others}}
          for text, answer, others in truths),
    )  # fmt: skip
    records = read(file, asked)
    assert records.rejected.select("line", "reason").rows() == [(3, "answer")]
    take(store, asked, records)
    truth.release(store, asked, bundles=lake.files)
    rows = [event(1, "good", output='"well"'), event(2, "bad", output='"ill"')]
    put_events(store, rows)
    put_sample(store, rows)
    score(store, asked)
    assert store.read("SELECT event_id, numerator FROM measurements ORDER BY event_id").rows() == [
        ("e-1", 1.0), ("e-2", 0.0),
    ]  # fmt: skip
    assert store.read("SELECT answer FROM ground_truth ORDER BY input").to_series().to_list() == [
        '"poor"', '["fine","well"]',
    ]  # fmt: skip


@pytest.mark.slow
def test_the_same_again_changes_nothing_and_what_conflicts_is_kept_replaced_or_asked(
    store: Store, project: Project, tmp_path: Path
) -> None:
    answer(store, project, "good", ["negative"] * 3)
    truth.settle(store, project)
    truth.fold(store, project)
    records = read(written(tmp_path, EXAMPLE, {"question": "new", "answer": "neutral"}), project)
    at = store.snapshot_id
    expected = truth.compare(store, records)
    assert (expected.new, expected.equal, store.snapshot_id) == (1, 0, at)
    assert expected.conflicts.select("status", "standing", "answer").rows() == [
        ("consensus", '"negative"', '"positive"')
    ]
    take(store, project, records)
    assert standing(store) == {"good": ("negative", "consensus"), "new": ("neutral", "imported")}
    at = store.snapshot_id
    assert take(store, project, records).equal == 1
    renamed = read(written(tmp_path, EXAMPLE, name="again.jsonl"), project)
    take(store, project, renamed)
    assert store.snapshot_id == at
    assert take(store, project, records, on_conflict="ask").assignments == 2
    assert take(store, project, records, on_conflict="ask").assignments == 0
    assert take(store, project, records, on_conflict="replace").replaced == 1
    assert standing(store)["good"] == ("positive", "imported")
    assert take(store, project, records, on_conflict="replace").equal == 2


def test_what_dies_within_leaves_nothing(store: Store, project: Project, tmp_path: Path) -> None:
    records = read(written(tmp_path, EXAMPLE), project)
    at = store.snapshot_id

    def broken(_: Writer, __: Sequence[str]) -> int:
        raise RuntimeError("the machine stops here")

    with pytest.raises(RuntimeError, match="stops here"):
        truth.take_in(store, project, records, actor="kim", ask=broken, ask_all=True)
    assert store.snapshot_id == at
    assert store.read("SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM decisions)").item() == 0


@pytest.mark.slow
def test_an_imported_item_is_released_a_honeypot_and_the_truth_of_the_event_that_comes_later(
    lake: Lake, store: Store, project: Project, tmp_path: Path
) -> None:
    take(store, project, read(written(tmp_path, EXAMPLE), project))
    assert truth.release(store, project, bundles=lake.files).items == 1
    assert store.commit("honeypots", lambda writer: inject(writer, project, [], START)) == 1
    (honeypot,) = known_honeypots(store, project, START)
    assert (honeypot.honeypot.input, honeypot.honeypot.truth, honeypot.in_use) == ("good", "positive", True)
    rows = [event(1, "good", attributes='{"channel":"web"}'), event(2, "other")]
    put_events(store, rows)
    put_sample(store, rows)
    asked = assign(store, project, DAY, backend=People({}))
    assert (asked.items, asked.asked) == (2, 1)
    known = store.read("SELECT origin, source, attributes, event_id FROM items WHERE item_id = ?", [item_of("good")])
    truth.retire(store, project, [item_of("good")], why="x", category="outdated", actor="kim")
    assert assign(store, project, DAY, backend=People({})).asked == 0
    assert known.rows() == [("event", "clinic 2026", '{"channel":"web","difficulty":3}', "e-1")]


@pytest.mark.slow
@pytest.mark.parametrize("said", [EXAMPLE, {name: EXAMPLE[name] for name in EXAMPLE if name != "metadata"}])
def test_an_import_before_or_after_the_event_comes_to_the_same_item(
    said: dict[str, Any], project: Project, tmp_path: Path
) -> None:
    found = []
    for first in ("import", "event"):
        with Lake.open(Settings(home=tmp_path / first)) as lake:
            store = lake.store("sentiment")
            for step in (first, *({"import", "event"} - {first})):
                if step == "event":
                    drawn(store, project)
                else:
                    take(store, project, read(written(tmp_path, said), project))
            found.append(store.read("SELECT * EXCLUDE (first_seen) FROM items").rows())
    assert found[0] == found[1]
    assert '"channel":"web"' in found[0][0][4]


def drawn(store: Store, project: Project) -> None:
    rows = [event(1, "good", attributes='{"channel":"web"}')]
    put_events(store, rows)
    put_sample(store, rows)
    assign(store, project, DAY, backend=People({}))


@pytest.mark.slow
def test_a_release_of_another_lake_is_taken_whole_from_its_bundle_its_export_or_a_sheet(
    lake: Lake, store: Store, project: Project, tmp_path: Path
) -> None:
    take(store, project, read(written(tmp_path, EXAMPLE, {"question": '"1"', "answer": "neutral"}), project))
    made = truth.release(store, project, bundles=lake.files)
    folder = Path(str(made.bundle).removeprefix("file://")).parent
    exported = store.read("SELECT CAST(to_json(g) AS VARCHAR) AS line FROM ground_truth g")["line"].to_list()
    sheet = tmp_path / "sheet.csv"
    pl.DataFrame({"question": ["good", '"1"'], "answer": ["positive", "neutral"]}).write_csv(sheet)
    with Lake.open(Settings(home=tmp_path / "other")) as other:
        there = other.store("sentiment")
        bundle = read(folder / "ground_truth.parquet", project)
        assert (take(there, project, bundle).new, bundle.rejected.height) == (2, 0)
        assert standing(there) == standing(store)
        for file in (written(tmp_path, *exported, name="export.jsonl"), sheet):
            again = read(file, project)
            assert (truth.compare(there, again).equal, again.rejected.height) == (2, 0), file


def test_where_outputs_are_judged_an_item_is_input_and_output(tmp_path: Path) -> None:
    judged = declare(tmp_path, ask="about the output", benchmark={"metrics": ["share of positive"]},
                     answer={"kind": "choice", "labels": {"positive": "good", "negative": "bad"}})  # fmt: skip
    records = read(written(tmp_path, EXAMPLE, EXAMPLE | {"output": "fine"}), judged)
    assert records.rejected.select("line", "reason").rows() == [(1, "schema")]
    assert records.rows["input"].to_list() == ['{"input":"good","output":"fine"}']


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("half.parquet", b"PAR1 and then nothing", "file"),
        ("empty.jsonl", b"", "empty"),
        ("zip.jsonl", b"PK\x03\x04", "file"),
        ("notes.txt", b"question,answer", "file"),
    ],
)
def test_a_file_that_is_none_is_told_of_in_a_line(
    name: str, content: bytes, reason: str, project: Project, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    records = read(tmp_path / name, project)
    assert (records.rows.height, records.rejected["reason"].to_list()) == (0, [reason])


def test_what_is_no_file_no_source_or_no_format_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(TruthError, match="there is no such file"):
        read(tmp_path / "nowhere.jsonl", project)
    with pytest.raises(TruthError, match="--source"):
        read(written(tmp_path, EXAMPLE), project, source="")
    with pytest.raises(TruthError, match="no format 'xml'; there are bundle, example, plain"):
        truth.records_in(written(tmp_path, EXAMPLE), project, source="x", layout="xml")
