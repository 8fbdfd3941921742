"""Settling what several annotators marked in one input: boxes in any number of dimensions, spans of text in one.

Two annotators hardly ever mark a place alike to the pixel, so what they marked is grouped by overlap, and a group is
believed by how many annotators are in it. Overlap itself, and matching by it, belong in `matching`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.matching import Codes, Floats, iou, match, refuse_sizeless

Centre = Callable[[Floats], Floats]
NEVER = 1e9
"""The distance of two places of one annotator, which no average can hide: they are never the same place."""
ROUNDS = 10
"""Regroupings after which groups are taken as they are; in simulation 99.9 % of inputs needed four or fewer."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Marks:
    """One annotator's m places: `bounds` (m, 2D), D lowest and then D highest coordinates, and `label` (m,) codes."""

    bounds: Floats
    label: Codes


@dataclass(frozen=True, kw_only=True)
class Places:
    """c settled places, and how many more could not be settled.

    `bounds` (c, 2D), `label` (c,) and `annotators` (c,), how many marked each. `halved` counts places that exactly the
    quorum's share of annotators marked, `unnamed` those that so many or more marked, but under different labels. Both
    are as likely there as not, and lead: `doubtful` (h + u, 2D), under the label most gave, `doubtful_label`.
    """

    bounds: Floats
    label: Codes
    annotators: Codes
    halved: int
    unnamed: int
    doubtful: Floats
    doubtful_label: Codes


@dataclass(frozen=True)
class _Stack:
    """Every annotator's marks together: `bounds` (n, 2D), `label` and `annotator` (n,)."""

    bounds: Floats
    label: Codes
    annotator: Codes

    def where(self, kept: NDArray[np.bool_]) -> "_Stack":
        return _Stack(self.bounds[kept], self.label[kept], self.annotator[kept])


def settle(answers: Sequence[Marks], *, threshold: float, quorum: float, centre: Centre) -> Places:
    """Group the places of R >= 1 annotators, and keep each group that more than `quorum` (a share) of the annotators
    are in.

    `threshold` is the IoU with the true place from which a mark counts as that place; `centre` makes one place (2D,)
    of the n (n, 2D) in a group, all of one label. Neither the order of annotators nor that of their places matters.
    Raises ValueError without annotators, for places without a size, and for a threshold or quorum that is no share.
    """
    if not answers:
        raise ValueError("no answers: an item needs at least one to be settled")
    if not (0 < threshold <= 1 and 0 <= quorum < 1):
        raise ValueError(f"threshold {threshold} must be above 0, quorum {quorum} below 1, and both shares")
    marks = _stacked(answers)
    needed = quorum * len(answers)
    group = _regrouped(marks, threshold, needed, centre)
    sizes = np.bincount(group)
    halved = np.isclose(sizes, needed)
    kept = np.flatnonzero((sizes > needed) & ~halved)
    left = (sizes < needed)[group] & ~halved[group]
    rest = marks.where(left)
    alike = _grouped(replace(rest, label=np.zeros_like(rest.label)), threshold)
    unnamed = np.flatnonzero(np.bincount(alike) >= needed - ROUNDING)
    doubtful = [marks.where(group == each) for each in np.flatnonzero(halved)]
    doubtful += [_of_most(rest.where(alike == each)) for each in unnamed]
    return Places(
        bounds=_centres(marks, group, kept, centre),
        label=marks.label[[np.argmax(group == each) for each in kept]],
        annotators=sizes[kept],
        halved=int(halved.sum()),
        unnamed=len(unnamed),
        doubtful=np.array([centre(each.bounds) for each in doubtful]).reshape(len(doubtful), marks.bounds.shape[1]),
        doubtful_label=np.array([each.label[0] for each in doubtful], dtype=np.int64),
    )


def _of_most(marks: _Stack) -> _Stack:
    """Those of the label that most gave; of several such the one of the first place, whatever their names."""
    count = np.bincount(marks.label)[marks.label]
    return marks.where(marks.label == marks.label[count.argmax()])


def linking(threshold: float) -> float:
    """The IoU from which two annotators' marks are taken for one place, if one of `threshold` with the truth is enough.

    Both err, so they overlap each other less than they overlap the truth: two that each cover a share t of it, by
    chance not the same, have an IoU of t^2 / (2t - t^2) = t / (2 - t), 1/3 for 1/2. Where annotators err by a tenth of
    a side, five of them grouped at 1/3 settle on boxes of F1 .98, grouped at 1/2 of .93 (tests/bench/shapes.py).
    """
    return threshold / (2 - threshold)


def _regrouped(marks: _Stack, threshold: float, needed: float, centre: Centre) -> Codes:
    """Group codes (n,): each annotator's places are matched to the centres of groups that count, the rest grouped anew.

    Centres move as places come and go, so this is repeated until nothing changes.
    """
    group = _grouped(marks, threshold)
    for _ in range(ROUNDS if len(group) else 0):
        counting = np.flatnonzero(np.bincount(group) >= needed - ROUNDING)
        if not len(counting):
            break
        before, group = group, _matched(marks, group, counting, threshold, centre)
        alone = group < 0
        group[alone] = _grouped(marks.where(alone), threshold) + len(counting)
        group = np.unique(group, return_inverse=True)[1]
        pairs = len(set(zip(before.tolist(), group.tolist(), strict=True)))
        if pairs == before.max() + 1 == group.max() + 1:
            break
    return group


def _matched(marks: _Stack, group: Codes, counting: Codes, threshold: float, centre: Centre) -> Codes:
    """The place of each mark in `counting` after matching, (n,); -1 for those that no centre is left for."""
    overlap = iou(marks.bounds, _centres(marks, group, counting, centre))
    label = marks.label[[np.argmax(group == each) for each in counting]]
    overlap[marks.label[:, None] != label] = 0
    found = np.full(len(group), -1)
    for one in np.unique(marks.annotator):
        own = np.flatnonzero(marks.annotator == one)
        places, at = match(overlap[own], linking(threshold))
        found[own[places]] = at
    return found


def _grouped(marks: _Stack, threshold: float) -> Codes:
    """Group codes (n,) by average linkage of IoU (Sokal and Michener 1958), of one label and different annotators."""
    if len(marks.annotator) < 2:
        return np.arange(len(marks.annotator))
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    apart = (marks.annotator[:, None] == marks.annotator) | (marks.label[:, None] != marks.label)
    distance = np.where(apart, NEVER, 1 - iou(marks.bounds, marks.bounds))
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    return np.asarray(fcluster(tree, 1 - linking(threshold) + ROUNDING, "distance"), dtype=np.int64) - 1


def _centres(marks: _Stack, group: Codes, wanted: Codes, centre: Centre) -> Floats:
    centres = [centre(marks.bounds[group == each]) for each in wanted]
    return np.array(centres).reshape(len(wanted), marks.bounds.shape[1])


def _stacked(answers: Sequence[Marks]) -> _Stack:
    """All marks, in an order that depends on nothing but what was marked."""
    told = sorted(sorted(map(tuple, np.column_stack([one.bounds, one.label]).tolist())) for one in answers)
    rows = sorted((*place, annotator) for annotator, places in enumerate(told) for place in places)
    table = np.array(rows, dtype=np.float64).reshape(len(rows), answers[0].bounds.shape[1] + 2)
    refuse_sizeless(table[:, :-2])
    return _Stack(table[:, :-2], table[:, -2].astype(np.int64), table[:, -1].astype(np.int64))
