"""Files of a release, read back by the tools that they are for."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gt_platform.exports import ExportError, Files, Handed, handed, write_files
from gt_platform.exports.coco import coco
from gt_platform.exports.hugging_face import hugging_face
from gt_platform.exports.tables import as_csv, as_jsonl, as_parquet
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.support.released import lines, published
from tests.support.sentiment import declare, event, put_events, put_sample

TRUTHS = {"=1+1": "negative", "good\nday": "positive", "größer": "neutral"}


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.open(Settings(home=tmp_path / "home")) as opened:
        yield opened


@pytest.fixture
def release(lake: Lake, tmp_path: Path) -> Handed:
    """A release of three texts, the first of which was drawn from production."""
    project = declare(tmp_path)
    rows = [event(1, "=1+1"), event(2, "=1+1", model="m-2")]
    put_events(lake.store("sentiment"), rows)
    put_sample(lake.store("sentiment"), rows)
    published(lake, project, TRUTHS)
    return handed(lake.store("sentiment"), project, "newest", bundles=lake.files, events=True)


def test_json_lines_have_values_and_the_events_that_were_drawn(release: Handed) -> None:
    found = {record["input"]: record for record in lines(as_jsonl(release)[""])}
    assert {text: record["answer"] for text, record in found.items()} == TRUTHS
    drawn = found["=1+1"]["events"]
    assert [(one["event_id"], one["model"], one["inclusion_probability"]) for one in drawn] == [
        ("e-1", "m-1", 1.0),
        ("e-2", "m-2", 1.0),
    ]
    assert found["größer"]["events"] is None


def test_a_spreadsheet_runs_nothing(release: Handed) -> None:
    found = list(csv.DictReader(io.StringIO(as_csv(release)[""].decode("utf-8-sig"), newline="")))
    assert {row["input"]: row["answer"] for row in found} == {
        "'=1+1": "negative",
        "good\nday": "positive",
        "größer": "neutral",
    }


def test_parquet_is_the_table(release: Handed) -> None:
    assert pl.read_parquet(io.BytesIO(as_parquet(release)[""])).equals(release.rows)


def test_the_hub_loads_splits_texts_and_labels(release: Handed, tmp_path: Path) -> None:
    from datasets import ClassLabel, load_dataset

    folder = str(tmp_path / "hf")
    write_files(hugging_face(release), folder, Settings(home=tmp_path))
    found = load_dataset(folder, cache_dir=str(tmp_path / "cache"))
    assert list(found) == ["evaluation"]
    rows = found["evaluation"]
    label = rows.features["label"]
    assert isinstance(label, ClassLabel)
    assert {row["text"]: label.int2str(row["label"]) for row in rows} == TRUTHS
    assert rows.features["confidence"].dtype == "float64"


def test_splits_are_files_of_their_own(release: Handed) -> None:
    rows = release.rows.with_columns(split=pl.Series(["train", "test", None]))
    release = Handed(**{**vars(release), "rows": rows})
    assert {name for name in hugging_face(release) if name.startswith("data/")} == {
        "data/test.parquet",
        "data/train.parquet",
        "data/unassigned.parquet",
    }


BOXES: list[dict[str, Any]] = [
    {"x": 1, "y": 2, "width": 3, "height": 4, "label": "cat"},
    {"x": 10, "y": 10, "width": 5, "height": 5, "label": "dog"},
]


@pytest.mark.slow
def test_coco_is_read_by_what_evaluates_detections(lake: Lake, tmp_path: Path) -> None:
    from faster_coco_eval import COCO

    labels = {"cat": "a cat", "dog": "a dog"}
    answer = {"kind": "boxes", "labels": labels, "width": 100, "height": 80}
    project = declare(tmp_path, answer=answer, benchmark={"metrics": ["mean_iou"]}, name="boxes", drift=DRIFT)
    published(lake, project, {"https://example.org/a.png": BOXES, "https://example.org/b.png": []})
    release = handed(lake.store("boxes"), project, "1", bundles=lake.files)
    (path,) = write_files(coco(release), str(tmp_path / "coco.json"), Settings(home=tmp_path))
    found = COCO(path)
    images = {image["file_name"]: image for image in found.loadImgs(found.getImgIds())}
    assert images["https://example.org/b.png"]["width"] == 100
    marked = found.loadAnns(found.getAnnIds(imgIds=[images["https://example.org/a.png"]["id"]]))
    names = {one["id"]: one["name"] for one in found.loadCats(found.getCatIds())}
    assert [(one["bbox"], names[one["category_id"]], one["area"]) for one in marked] == [
        ([1, 2, 3, 4], "cat", 12),
        ([10, 10, 5, 5], "dog", 25),
    ]


DRIFT = {"reference": {"first": "2026-01-05", "last": "2026-01-05"}, "columns": [{"name": "model", "of": "confidence"}]}


def test_other_answers_are_no_boxes(release: Handed) -> None:
    with pytest.raises(ExportError, match="COCO holds boxes, and answers are of the kind choice; take hf or jsonl"):
        coco(release)


@pytest.mark.parametrize("files", [{"": b"new"}, {"a": b"new", "b": b"new"}])
def test_what_is_there_is_kept_unless_forced(files: Files, tmp_path: Path) -> None:
    target, settings = tmp_path / "out", Settings(home=tmp_path)
    there = target if "" in files else target / "b"
    there.parent.mkdir(exist_ok=True)
    there.write_bytes(b"old")
    with pytest.raises(ExportError, match=f"{there} exists; choose another name or add --force"):
        write_files(files, str(target), settings)
    assert there.read_bytes() == b"old"
    assert not (target / "a").exists()
    write_files(files, str(target), settings, force=True)
    assert there.read_bytes() == b"new"


def test_any_place_that_fsspec_knows_will_do(tmp_path: Path) -> None:
    import fsspec

    settings = Settings(home=tmp_path)
    assert write_files({"": b"x"}, "memory://bucket/folder/a.jsonl", settings) == ["memory://bucket/folder/a.jsonl"]
    assert fsspec.filesystem("memory").cat_file("/bucket/folder/a.jsonl") == b"x"
    with pytest.raises(ExportError, match="exists"):
        write_files({"": b"y"}, "memory://bucket/folder/a.jsonl", settings)
    with pytest.raises(ExportError, match="nowhere"):
        write_files({"": b"y"}, "nowhere://bucket/a.jsonl", settings)


def test_a_release_is_as_it_was(release: Handed) -> None:
    assert json.loads(release.rows["answer"][0]) in TRUTHS.values()
    assert (release.release, release.name, release.tags) == (1, "release-1", ())
