"""Boxes in pictures as COCO has them: images, annotations and categories, as detection tools evaluate against."""

import json
from collections.abc import Iterator
from typing import Any

from gt_platform.answers.form import MarkImage, form_of
from gt_platform.exports.handed import ExportError, Handed


def coco(handed: Handed) -> dict[str, bytes]:
    """One JSON file. Ids count from 1, in the order of items and labels. Raises ExportError for other answers."""
    form = form_of(handed.project.answer_kind)
    if not isinstance(form, MarkImage):
        about = f"{handed.project.name}: COCO holds boxes, and answers are of the kind {handed.project.answer['kind']}"
        raise ExportError(f"{about}; take hf or jsonl")
    categories = {option.value: number for number, option in enumerate(form.options, 1)}
    records = list(enumerate(handed.records(), 1))
    content = {
        "info": {
            "description": f"{handed.project.name}, release {handed.release}",
            "version": handed.name,
            "contributor": "gt_platform",
        },
        "images": [_image(number, record, form) for number, record in records],
        "categories": [{"id": number, "name": name} for name, number in categories.items()],
        "annotations": list(_numbered(records, categories)),
    }
    return {"": (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()}


def _image(number: int, record: dict[str, Any], form: MarkImage) -> dict[str, Any]:
    sides = {name: side for name, side in (("width", form.width), ("height", form.height)) if side is not None}
    return {"id": number, "file_name": _address(record), "item_id": record["item_id"]} | sides


def _address(record: dict[str, Any]) -> str:
    """Where the picture is; an input that does not say is known by its item."""
    content = record["input"]
    found = content.get("image", content.get("url")) if isinstance(content, dict) else content
    return found if isinstance(found, str) else str(record["item_id"])


def _numbered(records: list[tuple[int, dict[str, Any]]], categories: dict[str, int]) -> Iterator[dict[str, Any]]:
    boxes = ((image, box) for image, record in records for box in record["answer"])
    for number, (image, box) in enumerate(boxes, 1):
        yield {
            "id": number,
            "image_id": image,
            "category_id": categories[box["label"]],
            "bbox": [box["x"], box["y"], box["width"], box["height"]],
            "area": box["width"] * box["height"],
            "iscrowd": 0,
        }
