"""Labelled stretches of the characters of the input."""

from collections.abc import Mapping, Sequence
from math import fsum
from typing import ClassVar

import numpy as np

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.coding import Coded, coded
from gt_platform.answers.form import MarkText
from gt_platform.answers.places import Place, Places
from gt_platform.canonical import canonical
from gt_platform.stats.consensus import stretches
from gt_platform.stats.consensus.layout import enough_shared
from gt_platform.stats.consensus.matching import Floats

HALF = 0.5
STRETCHES = "character by character, annotators weighed"
IN_DOUBT = "stretches that may or may not belong make other spans"
LONGEST = 10**9
"""Characters an input is taken to have at most; sums of whole numbers below it are exact."""


class Spans(Places):
    """A span is `{start, end, label}` in characters from 0, the end not included; spans may overlap or nest."""

    fields: ClassVar[tuple[str, ...]] = ("start", "end")
    a_label: ClassVar[str] = "span"

    def form(self) -> MarkText:
        """Stretches of the input."""
        return MarkText(self.options(), self.most)

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """As `Places` does, or character by character: whichever is more like what annotators said (mean F1,
        those who find more counting more) of the inputs that are in no doubt as wholes.

        Short spans with clear bounds are best settled as wholes; of long ones that nobody marks alike little is left
        then. Character by character, annotators are weighed by their sensitivity and specificity (`stretches`), runs
        of what is more likely than not become spans, and an item abstains where stretches in doubt would make others.
        It takes the default quorum and annotators who can be learned; the confidence is that of `Places`.
        """
        whole = super().settle(answers, known)
        pool = coded(answers)
        if self.quorum != HALF or not enough_shared(pool.item, pool.annotator):
            return whole
        parts, telling = self._by_stretches(pool)
        sure = [item for item in pool.items if whole[item].answer is not None]
        closer = self._likeness(parts, pool, sure, telling) > self._likeness(whole, pool, sure, telling)
        return parts if closer or not sure else whole

    def _likeness(
        self, found: Mapping[str, Settlement], pool: Coded, items: Sequence[str], telling: Sequence[float]
    ) -> float:
        rows = pool.rows()
        return fsum(
            telling[annotator] * self._f1(found[item].leading or [], answer)
            for item in items
            for annotator, answer in zip(pool.annotator[rows[item]].tolist(), pool.answers[rows[item]], strict=True)
        )

    def _by_stretches(self, pool: Coded) -> tuple[dict[str, Settlement], list[float]]:
        """Each item, and what each annotator's word is worth."""
        labels = sorted(self.labels)
        code = {label: at for at, label in enumerate(labels)}
        spans = [[(one["start"], one["end"], code[one["label"]]) for one in answer] for answer in pool.answers]
        rows = pool.rows()
        texts = [stretches.text(spans[at], len(labels)) for at in rows.values()]
        likely, telling = stretches.likely(texts, [pool.annotator[at] for at in rows.values()])

        def made(text: stretches.Text, likelihood: Floats, least: float) -> list[Place]:
            found = stretches.runs(text, likelihood, least)
            return [{"start": start, "end": end, "label": labels[label]} for start, end, label in found]

        settled = {}
        for (item, at), text, likelihood in zip(rows.items(), texts, likely, strict=True):
            leading, *others = (made(text, likelihood, least) for least in (HALF, stretches.SURE, 1 - stretches.SURE))
            doubt = None if all(self.agrees(leading, other) for other in others) else IN_DOUBT
            settled[item] = self.settlement(pool.names(at), pool.answers[at], leading, STRETCHES, doubt)
        return settled, telling.tolist()

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Mean F1 of matched spans over pairs of answers; two without spans agree in full."""
        return self.over_pairs(answers, self._f1)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Precision, recall and F1 of spans that match by overlap and of exact ones, and accuracy of the whole list.

        An input without spans counts towards accuracy alone, so there an output that is no valid answer is wrong too.
        """
        given, pairs = self.found(output, truth)
        true = {canonical(span) for span in truth}
        exact = [span["label"] for span in given if canonical(span) in true]
        return [
            Measure("accuracy", "*", float(self.agrees(truth, output)), 1.0),
            *self.shares("", given, truth, [label for label, _ in pairs]),
            *self.shares("exact_", given, truth, exact),
        ]

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Accuracy over all; the others over all and by label."""
        names = ("precision", "recall", "f1")
        return dict.fromkeys(("accuracy", *names, *(f"exact_{name}" for name in names)), (0.0, 1.0))

    def place(self, given: Place) -> Place:
        """Whole numbers in order."""
        start, end = given["start"], given["end"]
        whole = all(isinstance(at, int) and not isinstance(at, bool) for at in (start, end))
        if not whole or not 0 <= start < end <= LONGEST:
            raise InvalidAnswerError(f"start {start!r} and end {end!r} must be whole numbers, 0 <= start < end")
        return {"start": start, "end": end, "label": given["label"]}

    def bounds(self, place: Place) -> tuple[int, ...]:
        """Start and end."""
        return place["start"], place["end"]

    def bounded(self, bounds: Sequence[int]) -> Place:
        """Start and end."""
        return {"start": bounds[0], "end": bounds[1]}

    def _f1(self, ours: Sequence[Place], theirs: Sequence[Place]) -> float:
        spans = len(ours) + len(theirs)
        return 2 * len(self.matched(ours, theirs)) / spans if spans else 1.0

    @staticmethod
    def centre(bounds: Floats) -> Floats:
        """The median start and end, of two middle ones the lower: always one that somebody gave."""
        return np.asarray(np.sort(bounds, axis=0)[(len(bounds) - 1) // 2])
