"""Labelled places in an input: what kinds whose answers are lists of spans or boxes share."""

import json
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, pairwise
from math import fsum
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from gt_platform.answers.apart import Apart, How
from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.form import Option, defined
from gt_platform.answers.judging import Bounds
from gt_platform.answers.voting import each, tally
from gt_platform.canonical import canonical
from gt_platform.stats.consensus import boxes
from gt_platform.stats.consensus.matching import Floats, iou, match

Place = dict[str, Any]
HALVED = "exactly the quorum's share of the annotators marked a place that the others did not"
UNNAMED = "enough annotators marked the same place, but not enough with one label"
METHOD = "overlap and quorum"
WITHOUT = "share without a place"
OTHER_LABEL: How = "other label"
LOW_OVERLAP: How = "low overlap"
ANY = 1e-9
"""The least overlap there is."""


class Places(BaseModel):
    """`labels` maps each label to its definition, as the expert reads it.

    Two places are the same if they have the same label and their intersection over union is at least `overlap`.
    Two empty lists agree in full.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    labels: dict[str, str] = Field(min_length=1, description="each label with its definition")
    overlap: float = Field(0.5, gt=0, le=1, description="intersection over union from which a place is the same")
    quorum: float = Field(
        0.5, ge=0, lt=1, description="a place is settled if more than this share of annotators marked it"
    )
    most: int = Field(1000, ge=1, description="places an answer may have")
    fields: ClassVar[tuple[str, ...]]
    a_label: ClassVar[str]

    @abstractmethod
    def place(self, given: Place) -> Place:
        """The canonical form of a place whose fields and label are right. Raises InvalidAnswerError."""

    @abstractmethod
    def bounds(self, place: Place) -> tuple[int, ...]:
        """Its lowest coordinates, then its highest, in whole units."""

    @abstractmethod
    def bounded(self, bounds: Sequence[int]) -> Place:
        """The place, but for its label, that has these bounds."""

    @staticmethod
    @abstractmethod
    def centre(bounds: Floats) -> Floats:
        """The bounds (2D,) that n annotators' bounds (n, 2D) of one place come to, in whole units."""

    def options(self) -> tuple[Option, ...]:
        """What a place may be labelled."""
        return defined(self.labels)

    def validate(self, answer: Answer) -> list[Place]:  # type: ignore[override]
        """Return the places in order. Raises InvalidAnswerError for anything else, one place given twice included."""
        if not isinstance(answer, list) or len(answer) > self.most:
            raise InvalidAnswerError(f"{str(answer)[:80]} is not a list of at most {self.most} places")
        places = sorted((self.place(self._checked(given)) for given in answer), key=self._order)
        for before, after in pairwise(places):
            if before == after:
                raise InvalidAnswerError(f"{canonical(after)} is given twice")
        return places

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> Self:
        """The labels are those of the places in the texts."""
        places = [place for text in texts for place in _listed(text)]
        labels = {place["label"] for place in places if isinstance(place, dict) and isinstance(place.get("label"), str)}
        kind = cls(labels=dict.fromkeys(sorted(labels) or [cls.a_label], ""))
        for text in texts:
            kind.parse(text)
        return kind

    def parse(self, text: str) -> list[Place]:
        """A JSON list of places."""
        return self.validate(_listed(text))

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:  # noqa: ARG002
        """Every place that more than the quorum of annotators marked, bounds being medians; other marks are dropped.

        The confidence is the mean over annotators of how much their answer overlaps the settled one: the IoU of matched
        places, 0 for the unmatched ones of either. Who agreed marked the same places, and no others. Abstains where a
        place has exactly the quorum, or has it only if labels are left aside; it then leads with all the rest, because
        a place as likely there as not costs less where it is wrong than it gains where it is right.
        """
        return each(answers, self._settled)

    def _settled(self, annotators: Sequence[str], answers: Sequence[Answer]) -> Settlement:
        marks = [self._marks(answer) for answer in answers]
        found = boxes.settle(marks, threshold=self.overlap, quorum=self.quorum, centre=self.centre)
        reason = HALVED if found.halved else UNNAMED if found.unnamed else None
        return self.settlement(annotators, answers, self._answer(found), METHOD, reason)

    def settlement(
        self,
        annotators: Sequence[str],
        answers: Sequence[Answer],
        leading: list[Place],
        method: str,
        reason: str | None,
    ) -> Settlement:
        """On these places, unless there is a reason not to; confidence is how much the answers overlap them."""
        return Settlement(
            answer=None if reason else leading,
            confidence=fsum(self.mean_iou(answer, leading) for answer in answers) / len(answers),
            votes=tally([canonical(answer) for answer in answers]),
            method=method,
            leading=leading,
            agreed=tuple(
                annotator for annotator, answer in zip(annotators, answers, strict=True) if self.agrees(leading, answer)
            ),
            reason=reason,
        )

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output marks the same places, and no others."""
        given = self._valid_or_none(output)
        return given is not None and len(given) == len(answer) == len(self.matched(given, answer))

    def matched(self, ours: Sequence[Place], theirs: Sequence[Place]) -> list[tuple[str, float]]:
        """The label and IoU of each pair of places that are the same, after one-to-one matching."""
        if not ours or not theirs:
            return []
        one, other = self._marks(ours), self._marks(theirs)
        overlap = np.where(one.label[:, None] == other.label, iou(one.bounds, other.bounds), 0.0)
        rows, columns = match(overlap, self.overlap)
        return [(ours[row]["label"], float(overlap[row, column])) for row, column in zip(rows, columns, strict=True)]

    def apart(self, truth: Sequence[Place], said: Sequence[Place]) -> list[Apart]:
        """What is not the same: a place with another label, one that overlaps too little, one that only either has."""
        left, others = dict(enumerate(truth)), dict(enumerate(said))
        one, other = self._marks(truth), self._marks(said)
        overlap = iou(one.bounds, other.bounds)
        labelled = np.where(one.label[:, None] == other.label, overlap, 0.0)
        kept: list[Apart] = []
        for how, likeness, least in (
            (None, labelled, self.overlap),  # the same
            (OTHER_LABEL, overlap, self.overlap),
            (LOW_OVERLAP, labelled, ANY),
        ):
            for row, column in _paired(likeness, least, list(left), list(others)):
                true, given = left.pop(row)["label"], others.pop(column)["label"]
                kept += [Apart(how, true, given)] if how else []
        kept += [Apart("missing", place["label"], None) for place in left.values()]
        return [*kept, *(Apart("extra", None, place["label"]) for place in others.values())]

    def mean_iou(self, ours: Sequence[Place], theirs: Sequence[Place]) -> float:
        """Mean IoU over matched places and unmatched ones, which count 0; 1 for two empty lists."""
        pairs = self.matched(ours, theirs)
        places = len(ours) + len(theirs) - len(pairs)
        return fsum(overlap for _, overlap in pairs) / places if places else 1.0

    @staticmethod
    def over_pairs(answers: Sequence[Answer], alike: Callable[[Answer, Answer], float]) -> float | None:
        """Mean of `alike` over all pairs of answers; None with fewer than two."""
        pairs = list(combinations(sorted(answers, key=canonical), 2))
        return fsum(alike(one, other) for one, other in pairs) / len(pairs) if pairs else None

    def found(self, output: Answer, truth: Answer) -> tuple[list[Place], list[tuple[str, float]]]:
        """The output's places, none if it is invalid, and those matched to true ones, as `matched` tells them."""
        given = self._valid_or_none(output) or []
        return given, self.matched(given, truth)

    def shares(self, prefix: str, given: Sequence[Place], true: Sequence[Place], right: Sequence[str]) -> list[Measure]:
        """Precision, recall and F1 of `given` places, of which those labelled `right` are true: over all, by label."""
        marked, there, hits = (Counter(labels) for labels in (_labels(given), _labels(true), right))
        rows = [("*", hits.total(), marked.total(), there.total())]
        rows += [(label, hits[label], marked[label], there[label]) for label in self.labels]
        return [
            measure
            for label, both, ours, theirs in rows
            for measure in (
                Measure(f"{prefix}precision", label, float(both), float(ours)),
                Measure(f"{prefix}recall", label, float(both), float(theirs)),
                Measure(f"{prefix}f1", label, 2.0 * both, float(ours + theirs)),
            )
        ]

    def judged(self, answer: Answer) -> list[Measure]:
        """Of a judgement, such as marked mistakes, which labels it has any place of, and whether it has none at all."""
        marked = {place["label"] for place in answer}
        having = [Measure(f"share with {label}", "*", float(label in marked), 1.0) for label in self.labels]
        return [*having, Measure(WITHOUT, "*", float(not answer), 1.0)]

    def judgements(self) -> Bounds:
        """The share of outputs with a place of each label, and of those without any."""
        return {f"share with {label}": (0.0, 1.0) for label in self.labels} | {WITHOUT: (0.0, 1.0)}

    def _checked(self, given: Any) -> Place:
        names = (*self.fields, "label")
        if not isinstance(given, dict) or given.keys() != set(names):
            raise InvalidAnswerError(f"{str(given)[:80]} is not a place with {', '.join(names)}")
        if not isinstance(given["label"], str) or given["label"] not in self.labels:
            raise InvalidAnswerError(f"label {given['label']!r} is not one of {', '.join(self.labels)}")
        return given

    def _order(self, place: Place) -> tuple[Any, ...]:
        return (*(place[field] for field in self.fields), place["label"])

    def _marks(self, places: Sequence[Place]) -> boxes.Marks:
        code = {label: at for at, label in enumerate(sorted(self.labels))}
        bounds = np.array([self.bounds(place) for place in places], dtype=np.float64)
        label = np.array([code[place["label"]] for place in places], dtype=np.int64)
        return boxes.Marks(bounds.reshape(len(places), len(self.fields)), label)

    def _answer(self, found: boxes.Places) -> list[Place]:
        names = sorted(self.labels)
        # two groups may have come to one place
        sure, doubtful = (
            zip(found.bounds, found.label, strict=True),
            zip(found.doubtful, found.doubtful_label, strict=True),
        )
        rows = {(*map(int, bounds), int(label)) for bounds, label in (*sure, *doubtful)}
        return sorted(({**self.bounded(row[:-1]), "label": names[row[-1]]} for row in rows), key=self._order)

    def _valid_or_none(self, output: Answer) -> list[Place] | None:
        try:
            return self.validate(output)
        except InvalidAnswerError:
            return None


def _paired(likeness: Floats, least: float, rows: list[int], columns: list[int]) -> list[tuple[int, int]]:
    """Those of these rows and columns that match."""
    if not rows or not columns:
        return []
    found = match(likeness[np.ix_(rows, columns)], least)
    return [(rows[row], columns[column]) for row, column in zip(*found, strict=True)]


def _labels(places: Sequence[Place]) -> list[str]:
    return [place["label"] for place in places]


def _listed(text: str) -> list[Any]:
    try:
        places = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise InvalidAnswerError(f"{text[:80]!r} is not a JSON list of places: {broken}") from broken
    if not isinstance(places, list):
        raise InvalidAnswerError(f"{text[:80]!r} is not a JSON list of places")
    return places
