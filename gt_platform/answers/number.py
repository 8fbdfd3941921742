"""A number within bounds, with its unit."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from statistics import median
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gt_platform.answers.base import Answer, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.voting import canonical


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

    def validate(self, answer: Answer) -> float:  # type: ignore[override]
        """Return the number. Raises InvalidAnswerError for anything else, NaN and numbers out of bounds included."""
        if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
            raise InvalidAnswerError(f"{answer!r} is not a number in {self.unit}")
        if not self.minimum <= answer <= self.maximum:
            raise InvalidAnswerError(f"{answer} is outside {self.minimum} to {self.maximum} {self.unit}")
        return float(answer)

    def settle(self, answers: Sequence[Answer]) -> Settlement:
        """The median; abstains when fewer than half lie within the tolerance of it. Without a tolerance it stands."""
        votes = Counter(canonical(answer) for answer in sorted(answers))
        if not answers:
            return Settlement(None, None, {}, "median")
        middle = float(median(answers))
        near = sum(abs(answer - middle) <= self.tolerance for answer in answers) / len(answers)
        settled = self.tolerance == 0 or near >= 0.5
        return Settlement(middle if settled else None, near, dict(votes), "median")

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

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Absolute error, from 0 to the whole range, and the share within the tolerance."""
        return {"absolute_error": (0.0, self.maximum - self.minimum), "within_tolerance": (0.0, 1.0)}

    def _valid_or_none(self, output: Answer) -> float | None:
        try:
            return self.validate(output)
        except InvalidAnswerError:
            return None
