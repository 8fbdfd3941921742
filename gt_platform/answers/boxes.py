"""Labelled boxes in an image or page."""

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from gt_platform.answers.base import Answer, InvalidAnswerError, Measure
from gt_platform.answers.form import MarkImage
from gt_platform.answers.places import Place, Places
from gt_platform.stats.consensus.matching import Floats

LARGEST = 1e8
"""The farthest coordinate: up to it, the grid and sums on it are exact."""
GRID = 1_000_000
"""Coordinates are kept to a millionth: 0.0001 pixels of a 100-pixel image where they are shares of its side."""


class Boxes(Places):
    """A box is `{x, y, width, height, label}`, x and y being its corner nearest 0, in pixels or any other unit."""

    fields: ClassVar[tuple[str, ...]] = ("x", "y", "width", "height")
    a_label: ClassVar[str] = "object"
    width: float = Field(LARGEST, gt=0, le=LARGEST, description="how far right a box may reach, in the boxes' unit")
    height: float = Field(LARGEST, gt=0, le=LARGEST, description="how far down a box may reach, in the boxes' unit")

    def form(self) -> MarkImage:
        """Boxes in the input; where no size was declared, in pixels of the picture."""
        width, height = (None if side == LARGEST else side for side in (self.width, self.height))
        return MarkImage(self.options(), self.most, width, height)

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Mean IoU over pairs of answers, unmatched boxes counting 0; two without boxes agree in full."""
        return self.over_pairs(answers, self.mean_iou)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Precision, recall and F1 of boxes matched by overlap, their mean IoU, and accuracy of the whole list.

        An input without boxes counts towards accuracy alone, so there an output that is no valid answer is wrong too.
        """
        given, pairs = self.found(output, truth)
        shared = math.fsum(overlap for _, overlap in pairs)
        return [
            Measure("accuracy", "*", float(self.agrees(truth, output)), 1.0),
            Measure("mean_iou", "*", shared, float(len(given) + len(truth) - len(pairs))),
            *self.shares("", given, truth, [label for label, _ in pairs]),
        ]

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Accuracy and mean IoU over all; the others over all and by label."""
        return dict.fromkeys(("accuracy", "mean_iou", "precision", "recall", "f1"), (0.0, 1.0))

    def place(self, given: Place) -> Place:
        """Numbers on the grid, within the declared size."""
        for field in self.fields:
            value = given[field]
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
                raise InvalidAnswerError(f"{field} {value!r} is not a number from 0 to {LARGEST:.0f}")
        numbers = {field: _cells(given[field]) / GRID for field in self.fields}
        for corner, side, limit in (("x", "width", self.width), ("y", "height", self.height)):
            if numbers[side] == 0:
                raise InvalidAnswerError(f"{side} {given[side]} must be above 0")
            # both may have been rounded up
            if _cells(numbers[corner]) + _cells(numbers[side]) > _cells(limit) + 1:
                raise InvalidAnswerError(f"{corner} {given[corner]} + {side} {given[side]} is above {limit:g}")
        return {**numbers, "label": given["label"]}

    def bounds(self, place: Place) -> tuple[int, ...]:
        """Corners, in cells of the grid."""
        x, y, width, height = (_cells(place[field]) for field in self.fields)
        return x, y, x + width, y + height

    def bounded(self, bounds: Sequence[int]) -> Place:
        """Corner and size."""
        left, top, right, bottom = bounds
        return {"x": left / GRID, "y": top / GRID, "width": (right - left) / GRID, "height": (bottom - top) / GRID}

    @staticmethod
    def centre(bounds: Floats) -> Floats:
        """The median of each side, to the next cell; halves go up on all sides, so that no box loses its size."""
        return np.asarray(np.floor(np.median(bounds, axis=0) + 0.5))


def _cells(value: float) -> int:
    return round(value * GRID)
