"""Boxes in a picture, with a label."""

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from gt_platform.answers.form import MarkImage
from gt_platform.labeling.backends.label_studio.controls.base import Control, MalformedError, Result, Size, only
from gt_platform.labeling.backends.label_studio.elements import offer

DIGITS = 6


class MarkImageControl(Control[MarkImage]):
    """Labels to draw boxes with; Label Studio has them in percent of the picture."""

    form, kind, key = MarkImage, "rectanglelabels", "rectanglelabels"
    marks = picture = True

    def ask(self, view: Element, form: MarkImage, name: str) -> None:
        """The labels."""
        offer(view, "RectangleLabels", name, form.options, canRotate="false")

    def may_be_empty(self, form: MarkImage) -> bool:  # noqa: ARG002
        """There may be nothing to mark."""
        return True

    def can_show(self, form: MarkImage) -> bool:
        """Only where the project declares how large pictures are."""
        return None not in (form.width, form.height)

    def read(self, form: MarkImage, name: str, found: Sequence[Result], text: str) -> Any:  # noqa: ARG002
        """A box for each."""
        return [_box(one, form) for one in found]

    def write(self, form: MarkImage, name: str, answer: Any, size: Size | None) -> list[Result]:
        """A result for each."""
        width, height = (limit or side for limit, side in zip((form.width, form.height), size or (0, 0), strict=True))
        whole = {"original_width": width, "original_height": height, "image_rotation": 0}
        return [{**self.result(name, _percent(box, width, height)), **whole} for box in answer]


def _box(one: Result, form: MarkImage) -> Result:
    value = one["value"]
    if value.get("rotation") or one.get("image_rotation"):
        raise MalformedError("rotation", "the box or the picture was turned")
    across, down = (
        _stretch(value.get(place), value.get(side), one.get(f"original_{side}") if limit is None else limit)
        for place, side, limit in (("x", "width", form.width), ("y", "height", form.height))
    )
    label = only(value.get("rectanglelabels"), one["from_name"])
    return {"x": across[0], "y": down[0], "width": across[1], "height": down[1], "label": label}


def _stretch(place: Any, length: Any, whole: Any) -> tuple[float, float]:
    """Percent of the picture's side as its start and length in units."""
    for number in (place, length, whole):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise MalformedError("box", f"{number!r} is no size or place of a box, or the picture's size is missing")
    start, end = round(place * whole / 100, DIGITS), round(min((place + length) * whole / 100, whole), DIGITS)
    return start, round(end - start, DIGITS)


def _percent(box: Result, width: float, height: float) -> Result:
    return {
        "x": box["x"] / width * 100,
        "y": box["y"] / height * 100,
        "width": box["width"] / width * 100,
        "height": box["height"] / height * 100,
        "rotation": 0,
        "rectanglelabels": [box["label"]],
    }
