"""A number within bounds, with its unit."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from statistics import median
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Meaning, Measure, Settlement
from gt_platform.answers.coding import Coded, chances, coded
from gt_platform.answers.form import Quantity
from gt_platform.answers.judging import Bounds
from gt_platform.answers.voting import each, tally
from gt_platform.canonical import canonical, double
from gt_platform.stats.consensus.numbers import Consensus, settle_numbers

Floats = NDArray[np.float64]
SIGNIFICANT = 10
"""Digits of an estimate that can't depend on the order of a sum."""


class Number(BaseModel):
    """`minimum` and `maximum` are included; `tolerance` is the distance within which two answers agree."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    minimum: float = Field(allow_inf_nan=False, description="lowest possible answer")
    maximum: float = Field(allow_inf_nan=False, description="highest possible answer")
    unit: str = Field(min_length=1, description="unit the answer is in")
    tolerance: float = Field(0.0, ge=0, allow_inf_nan=False, description="answers this close agree")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.maximum <= self.minimum:
            raise ValueError(f"maximum ({self.maximum}) must be above minimum ({self.minimum})")
        return self

    def form(self) -> Quantity:
        """A number within the bounds."""
        return Quantity(self.minimum, self.maximum, self.unit)

    def validate(self, answer: Answer) -> float:  # type: ignore[override]
        """Return the number. Raises InvalidAnswerError for anything else, NaN and numbers out of bounds included."""
        number = isinstance(answer, int | float) and not isinstance(answer, bool)
        # only floats: an integer beyond them has no answer to isfinite
        if not number or (isinstance(answer, float) and not math.isfinite(answer)):
            raise InvalidAnswerError(f"{answer!r} is not a number in {self.unit}")
        if not self.minimum <= answer <= self.maximum:
            raise InvalidAnswerError(f"{answer} is outside {self.minimum} to {self.maximum} {self.unit}")
        return float(answer)

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> Self:
        """Bounds are the lowest and the highest of the numbers; there is no tolerance."""
        values = [_number(text) for text in texts]
        low, high = min(values), max(values)
        return cls(minimum=low, maximum=high if high > low else math.nextafter(low, math.inf), unit="as given")

    def parse(self, text: str) -> float:
        """The number as Python or JSON writes it."""
        return self.validate(_number(text))

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """Between mean and robust mean by `settle_numbers`; the median where there is too little to learn from.

        With a tolerance, confidence is the share of answers within it, each annotator's bias taken off and weighed by
        precision; where enough items drawn by chance are known, the probability that the truth lies within. An item
        abstains when that is below half, or when too little lies within the tolerance: below two thirds of the weight
        it must be half of it and most of the answers, so that two even camps never settle. Without a tolerance, answers
        agree only if equal: the answer has no more decimals than the answers have, always stands, and its confidence is
        its reliability, the share of the variance between such estimates that is between truths (with the median: the
        share of answers equal to it).
        """
        pool = coded(answers)
        values = np.array(pool.answers, dtype=np.float64)
        truth = np.array([(known or {}).get(item, math.nan) for item in pool.items])
        found = settle_numbers(pool.item, pool.annotator, values, truth, chances(pool, known or {}))
        if found.error is None or found.bias is None or found.precision is None:
            return each(answers, self._median)
        near = np.abs(values - found.bias[pool.annotator] - found.estimate[pool.item]) <= self.tolerance
        weight = _shares(pool, near, found.precision[pool.annotator])
        led = self._led(_shares(pool, near, np.ones(len(values))), weight) | np.isfinite(truth)
        sure, meaning = self._confidence(found, np.where(np.isfinite(truth), 1.0, weight))
        decimals = None if self.tolerance else max(map(_decimals, pool.answers))
        rounded = [_rounded(estimate, decimals) for estimate in found.estimate.tolist()]
        return {
            item: self._modelled(pool.names(rows), pool.answers[rows], estimate, likely, enough, meaning)
            for (item, rows), estimate, likely, enough in zip(
                pool.rows().items(), rounded, sure.tolist(), led.tolist(), strict=True
            )
        }

    def _led(self, count: Floats, weight: Floats) -> NDArray[np.bool_]:
        """Whether enough lies near the answer, by item."""
        return np.asarray((weight >= 2 / 3) | ((weight >= 1 / 2) & (count > 1 / 2)) | (self.tolerance == 0))

    def _confidence(self, found: Consensus, near: Floats) -> tuple[Floats, Meaning]:
        """In each item, and what it means: with a tolerance how much lies within it, else the reliability."""
        from scipy.special import erf

        error = np.zeros(0) if found.error is None else found.error
        if not self.tolerance:
            between = max(float(np.var(found.estimate) - np.mean(error**2)), 0.0)
            return between / np.maximum(between + error**2, np.finfo(float).tiny), "reliability"
        if not found.checked:
            return near, "share of votes"
        with np.errstate(divide="ignore"):
            return np.asarray(erf(self.tolerance / error / math.sqrt(2))), "probability"

    def _modelled(
        self,
        annotators: Sequence[str],
        answers: Sequence[Answer],
        estimate: float,
        sure: float,
        led: bool,
        meaning: Meaning,
    ) -> Settlement:
        leading = min(max(estimate, self.minimum), self.maximum)
        agreed = tuple(
            annotator for annotator, said in zip(annotators, answers, strict=True) if self.agrees(leading, said)
        )
        reason = None
        if not led:
            reason = "too few answers, or too light ones, lie within the tolerance of the robust mean"
        elif meaning == "probability" and sure < 0.5:
            reason = "the truth is more likely outside the tolerance of the robust mean than within"
        return Settlement(
            answer=None if reason else leading,
            confidence=round(sure, 9),
            votes=tally([canonical(answer) for answer in answers]),
            method="robust mean",
            leading=leading,
            agreed=agreed,
            reason=reason,
            confidence_is=meaning,
        )

    def _median(self, annotators: Sequence[str], answers: Sequence[Answer]) -> Settlement:
        votes = tally([canonical(answer) for answer in answers])
        middle = float(median(answers))
        near = [abs(answer - middle) <= self.tolerance for answer in answers]
        settled = self.tolerance == 0 or sum(near) / len(near) >= 0.5
        agreed = tuple(annotator for annotator, close in zip(annotators, near, strict=True) if close)
        reason = None if settled else "fewer than half lie within the tolerance of the median"
        answer = middle if settled else None
        return Settlement(
            answer=answer,
            confidence=sum(near) / len(near),
            votes=votes,
            method="median",
            leading=middle,
            agreed=agreed,
            reason=reason,
        )

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of pairs within the tolerance of each other."""
        pairs = list(combinations(answers, 2))
        return sum(abs(a - b) <= self.tolerance for a, b in pairs) / len(pairs) if pairs else None

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output is within the tolerance of the truth."""
        value = self._valid_or_none(output)
        return value is not None and abs(value - answer) <= self.tolerance

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Absolute error in the unit; an output that is no valid number errs by the whole range."""
        value = self._valid_or_none(output)
        error = self.maximum - self.minimum if value is None else abs(value - truth)
        return [
            Measure("absolute_error", "*", error, 1.0),
            Measure("within_tolerance", "*", float(self.agrees(truth, output)), 1.0),
        ]

    def judged(self, answer: Answer) -> list[Measure]:
        """The judgement itself, in its unit."""
        return [Measure("mean", "*", float(answer), 1.0)]

    def judgements(self) -> Bounds:
        """Its mean, within the bounds of an answer."""
        return {"mean": (self.minimum, self.maximum)}

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Absolute error, from 0 to the whole range, and the share within the tolerance."""
        return {"absolute_error": (0.0, self.maximum - self.minimum), "within_tolerance": (0.0, 1.0)}

    def _valid_or_none(self, output: Answer) -> float | None:
        try:
            return self.validate(output)
        except InvalidAnswerError:
            return None


def _shares(pool: Coded, near: NDArray[np.bool_], weight: Floats) -> Floats:
    """The share of each item's weight that is near."""
    return np.asarray(np.bincount(pool.item, near * weight) / np.bincount(pool.item, weight))


def _number(text: str) -> float:
    try:
        return double(text)
    except ValueError:
        raise InvalidAnswerError(f"{text!r} is not a number that a double holds; write it like 12.5") from None


def _decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _rounded(estimate: float, decimals: int | None) -> float:
    significant = float(f"{estimate:.{SIGNIFICANT}g}")
    return significant if decimals is None else round(significant, decimals)
