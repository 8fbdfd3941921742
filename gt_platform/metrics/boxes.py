"""Mean average precision of boxes, as COCO has it, with the event's confidence as that of all boxes of its output."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gt_platform.metrics.base import SHARE, Case, Corpus, Floats, Linearised, between
from gt_platform.metrics.kinds import boxes, labels

THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0, 1, 101)
MOST = 100
"""Boxes of a label in one output that are looked at."""


def _sides(places: Sequence[dict[str, Any]], label: str) -> Floats:
    rows = [(one["x"], one["y"], one["x"] + one["width"], one["y"] + one["height"]) for one in places
        if one["label"] == label]  # fmt: skip
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _hits(ours: Floats, theirs: Floats) -> Floats:
    """How many of our boxes hit one of theirs at each threshold, one after the other taking the best that is left."""
    from gt_platform.stats.consensus.matching import iou

    if not len(ours) or not len(theirs):
        return np.zeros(len(THRESHOLDS))
    overlap, hits = iou(ours, theirs), np.zeros(len(THRESHOLDS))
    for at, threshold in enumerate(THRESHOLDS):
        left = np.ones(len(theirs), dtype=np.bool_)
        for row in overlap:
            best = int(np.argmax(np.where(left, row, -1.0)))
            if left[best] and row[best] >= threshold:
                left[best], hits[at] = False, hits[at] + 1
    return hits


def _counted(case: Case) -> Sequence[float] | None:
    """The confidence, then of each label how many boxes are true, how many were marked, and hits at ten overlaps."""
    given = case.valid or []
    if case.confidence is None or not (given or case.truth):
        return None
    found = [case.confidence]
    for label in labels(case.kind):
        ours, theirs = _sides(given, label)[:MOST], _sides(case.truth, label)
        found += [float(len(theirs)), float(len(ours)), *_hits(ours, theirs).tolist()]
    return found


@dataclass(frozen=True)
class _Curve:
    """Precision over recall of one label at one overlap, at K confidences from the highest: events of one confidence
    come together.
    """

    true: float
    hits: Floats
    marked: Floats

    @property
    def precision(self) -> Floats:
        """At each confidence or above, (K,)."""
        return np.cumsum(self.hits) / np.maximum(np.cumsum(self.marked), 1e-300)

    @property
    def value(self) -> float:
        """The mean over 101 recalls of the best precision at that recall or beyond."""
        best = np.maximum.accumulate(self.precision[::-1])[::-1]
        recall = np.cumsum(self.hits) / self.true
        at = np.searchsorted(recall, RECALLS)
        return float(np.append(best, 0.0)[at].mean())

    def slopes(self) -> tuple[Floats, Floats, float]:
        """What a hit, a marked box (K,) and a true one add to the area under the curve, nearly what 101 recalls are."""
        precision, count = self.precision, np.maximum(np.cumsum(self.marked), 1e-300)
        best = np.maximum.accumulate(precision[::-1])[::-1]
        # the confidence at which that best one is reached
        first = len(best) - 1 - np.searchsorted(best[::-1], best, side="right") + 1
        where = np.array([at + int(np.argmax(precision[at:])) for at in first])
        gained = np.bincount(where, self.hits / self.true, len(best))
        after = [np.cumsum((gained * part / count)[::-1])[::-1] for part in (np.ones(len(best)), precision)]
        return best / self.true + after[0], after[1], float(self.hits @ best) / self.true**2


def _curves(parts: Floats, weight: Floats, place: Any, groups: int) -> Iterator[tuple[int, _Curve]]:
    """With the column of each one's hits; of labels that are true anywhere."""
    for first in range(1, parts.shape[1], 2 + len(THRESHOLDS)):
        true = float(weight @ parts[:, first])
        if true <= 0:
            continue
        marked = _summed(place, weight * parts[:, first + 1], groups)
        for column in range(first + 2, first + 2 + len(THRESHOLDS)):
            yield column, _Curve(true, _summed(place, weight * parts[:, column], groups), marked)


def _summed(place: Any, values: Floats, groups: int) -> Floats:
    return np.bincount(place, values, groups).astype(np.float64)


def _linearised(parts: Floats, weight: Floats) -> Linearised:
    lowest, place = np.unique(-parts[:, 0], return_inverse=True)
    found = list(_curves(parts, weight, place, len(lowest)))
    if not found:
        return Linearised(value=float("nan"), influence=lambda of, _: np.full(len(of), np.nan))
    value = float(np.mean([curve.value for _, curve in found]))

    def influence(of: Floats, counts: Floats) -> Floats:  # noqa: ARG001 - of nothing that is marked or true it is 0
        at = np.minimum(np.searchsorted(lowest, -of[:, 0]), len(lowest) - 1)
        moved = np.zeros(len(of))
        for column, curve in found:
            hit, marked, true = curve.slopes()
            first = column - 2 - (column - 3) % (2 + len(THRESHOLDS))
            moved += of[:, column] * hit[at] - of[:, first + 1] * marked[at] - of[:, first] * true
        return np.asarray(weight.sum() * moved / len(found))

    return Linearised(value=value, influence=influence)


MEAN_AVERAGE_PRECISION = Corpus(
    name="map",
    about="mean average precision over labels and overlaps of 0.5 to 0.95; the event's confidence is that of its boxes",
    suits=boxes,
    limits=between(*SHARE),
    library="faster_coco_eval.COCOeval_faster, stats[0]",
    empty="labels that are never true are left out; an event without a confidence, or without boxes, takes no part",
    needs=("confidence",),
    parts=_counted,
    linearised=_linearised,
)
