"""One label of an ordered scale."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Meaning, Measure, Settlement
from gt_platform.answers.categories import categories
from gt_platform.answers.coding import Coded, chances, coded
from gt_platform.answers.form import Pick, defined
from gt_platform.answers.judging import Bounds, shares, shares_bounds
from gt_platform.answers.voting import each, tally
from gt_platform.canonical import canonical
from gt_platform.stats.consensus.ordinal import Consensus, settle_steps

NO_SCALE = "as categories, because these labels behave like no scale: what lies between two answers is no likelier"


class Ordinal(BaseModel):
    """`scale` maps each label to its definition, from the lowest to the highest; the order is part of the schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    scale: dict[str, str] = Field(min_length=2, description="each label with its definition, from low to high")

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels from low to high."""
        return tuple(self.scale)

    def ordered(self) -> list[tuple[str, ...]]:
        """What is declared in an order that has a meaning: another order is another schema."""
        return [self.labels]

    def form(self) -> Pick:
        """One step of the scale."""
        return Pick(defined(self.scale), ordered=True)

    def validate(self, answer: Answer) -> str:  # type: ignore[override]
        """Return the label. Raises InvalidAnswerError unless it is a declared one, letter for letter."""
        if not isinstance(answer, str) or answer not in self.scale:
            raise InvalidAnswerError(f"{answer!r} is not one of {', '.join(self.scale)}")
        return answer

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> Self:
        """Texts that are numbers, from the lowest; the order of words is not known. Raises InvalidAnswerError."""
        labels = sorted(set(texts), key=lambda text: (_place(text), text))
        return cls(scale=dict.fromkeys(labels if len(labels) > 1 else [*labels, f"above {labels[0]}"], ""))

    @classmethod
    def along(cls, labels: Sequence[str]) -> Self:
        """The scale of these labels, lowest first."""
        return cls(scale=dict.fromkeys(labels, ""))

    def parse(self, text: str) -> str:
        """The text is the label."""
        return self.validate(text)

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """The step nearest to the mean of what was said, as robust as held-out answers ask for: see `settle_steps`.

        Confidence is the share of the answers that give that step, weighed by their annotators' precision; where enough
        items drawn by chance are known, its probability. Below half, and in the middle between two steps, an item
        abstains. With too few answers it is the median answer, and an item abstains where the two middle ones differ:
        of the two the more frequent leads, or the lower. Labels that behave like no scale are settled as categories.
        """
        pool = coded(answers)
        step = np.array([self.labels.index(answer) for answer in pool.answers], dtype=np.int64)
        truths = known or {}
        truth = np.array([self.labels.index(truths[item]) if item in truths else -1 for item in pool.items])
        found = settle_steps(pool.item, pool.annotator, step, len(self.labels), truth, chances(pool, truths))
        if found is None:
            return each(answers, self._median)
        if not found.is_scale:
            settled = categories(answers, self.labels, truths)
            return {item: replace(one, method=f"{NO_SCALE}; {one.method}") for item, one in settled.items()}
        return self._by_steps(pool, found)

    def _by_steps(self, pool: Coded, found: Consensus) -> dict[str, Settlement]:
        meaning: Meaning = "probability" if found.checked else "share of votes"
        shares = found.share.round(9).tolist()
        return {
            item: replace(
                self._nearest(pool.names(rows), pool.answers[rows], int(found.step[at]), shares[at], bool(tied)),
                confidence_is=meaning,
            )
            for at, ((item, rows), tied) in enumerate(zip(pool.rows().items(), found.middle, strict=True))
        }

    def _nearest(
        self, annotators: Sequence[str], answers: Sequence[Answer], step: int, shares: Sequence[float], tied: bool
    ) -> Settlement:
        soft = dict(zip(map(canonical, self.labels), shares, strict=True))
        leading, sure = self.labels[step], shares[step]
        found = self._settlement(annotators, answers, leading, sure, "nearest to the robust mean", "half", soft)
        return replace(found, answer=None, reason=f"as near to {leading} as to the next") if tied else found

    def _median(self, annotators: Sequence[str], answers: Sequence[Answer]) -> Settlement:
        ordered = sorted(answers, key=self.labels.index)
        low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
        leading = max((low, high), key=ordered.count)
        share = ordered.count(leading) / len(ordered)
        found = self._settlement(annotators, answers, leading, share, "median", "half of the answers", None)
        between = f"the middle lies between {low} and {high}"
        return found if low == high else replace(found, answer=None, reason=between)

    def _settlement(
        self,
        annotators: Sequence[str],
        answers: Sequence[Answer],
        leading: str,
        sure: float,
        method: str,
        half: str,
        soft: dict[str, float] | None,
    ) -> Settlement:
        agreed = tuple(annotator for annotator, answer in zip(annotators, answers, strict=True) if answer == leading)
        reason = None if sure >= 0.5 else f"{leading}, in the middle, has less than {half}"
        answer = None if reason else leading
        return Settlement(
            answer=answer,
            confidence=sure,
            votes=_votes(answers),
            method=method,
            leading=leading,
            agreed=agreed,
            soft=soft,
            reason=reason,
        )

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Mean over pairs of 1 less their distance as a share of the scale: linear weights."""
        steps = [self.labels.index(answer) for answer in answers]
        pairs = [1 - abs(a - b) / (len(self.scale) - 1) for a, b in combinations(steps, 2)]
        return sum(pairs) / len(pairs) if pairs else None

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output is the true label."""
        return bool(answer == output)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Distance in steps, exact or within one; an output off the scale errs by the whole of it."""
        widest = len(self.scale) - 1
        valid = isinstance(output, str) and output in self.scale
        error = abs(self.labels.index(output) - self.labels.index(truth)) if valid else widest
        return [
            Measure("accuracy", "*", float(valid and error == 0), 1.0),
            Measure("within_one", "*", float(valid and error <= 1), 1.0),
            Measure("absolute_error", "*", float(error), 1.0),
        ]

    @property
    def values(self) -> tuple[float, ...]:
        """What labels count: themselves where all are numbers that rise, such as 1 to 5, else their places from 1."""
        try:
            numbers = tuple(_place(label) for label in self.labels)
        except InvalidAnswerError:
            numbers = ()
        rising = bool(numbers) and all(low < high for low, high in pairwise(numbers))
        return numbers if rising else tuple(float(place) for place in range(1, len(self.scale) + 1))

    def judged(self, answer: Answer) -> list[Measure]:
        """Of a judgement, which label it is, and what that counts; one of an older scale counts nothing."""
        of_labels = shares(self.labels, [answer])
        if answer not in self.scale:
            return of_labels
        return [*of_labels, Measure("mean", "*", self.values[self.labels.index(answer)], 1.0)]

    def judgements(self) -> Bounds:
        """The share of each label, and the mean of what they count."""
        return shares_bounds(self.labels) | {"mean": (self.values[0], self.values[-1])}

    def metrics(self) -> dict[str, tuple[float, float]]:
        """The shares that are exact and within one step, and the absolute error in steps."""
        return {"accuracy": (0.0, 1.0), "within_one": (0.0, 1.0), "absolute_error": (0.0, len(self.scale) - 1.0)}


def _votes(answers: Sequence[Answer]) -> dict[str, int]:
    return tally([canonical(answer) for answer in answers])


def _place(text: str) -> float:
    try:
        place = float(text)
    except ValueError:
        place = math.nan
    if not math.isfinite(place):
        raise InvalidAnswerError(
            f"{text!r} is not a number, so its place on the scale is unknown; number the labels from low to high, "
            "or declare the scale in a project"
        )
    return place
