"""Which of two outputs is better, or neither.

How strong the systems behind many such preferences are belongs in `stats.consensus.bradley_terry`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.categories import categories
from gt_platform.answers.form import Option, Pick
from gt_platform.answers.judging import Bounds, shares, shares_bounds
from gt_platform.answers.voting import agreeing_pairs

Verdict = Literal["first", "second", "tie"]


class Preference(BaseModel):
    """`names` says what an expert reads for each answer; the answers themselves are always these three."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    ties: bool = Field(True, description="whether neither may be better")
    names: dict[Verdict, str] = Field(default_factory=dict, description="what to call `first`, `second` and `tie`")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.names.values())) < len(self.names):
            raise ValueError(f"two answers have one name: {', '.join(self.names.values())}")
        if not self.ties and "tie" in self.names:
            raise ValueError("`tie` has a name, but ties are not allowed")
        return self

    def form(self) -> Pick:
        """The first, the second or, where allowed, neither, under the names an expert reads."""
        return Pick(tuple(Option(verdict, self.names.get(verdict, verdict)) for verdict in self._verdicts()))

    def validate(self, answer: Answer) -> str:  # type: ignore[override]
        """Return `first`, `second` or `tie`. Raises InvalidAnswerError for anything else, or a tie not allowed."""
        if not isinstance(answer, str) or answer not in self._verdicts():
            raise InvalidAnswerError(f"{answer!r} is not one of {', '.join(self._verdicts())}")
        return answer

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> "Preference":
        """Every text is `first`, `second` or `tie`: which system a name means is not to be guessed."""
        kind = cls()
        for text in texts:
            kind.parse(text)
        return kind

    def parse(self, text: str) -> str:
        """An answer or its name."""
        return self.validate(next((verdict for verdict, name in self.names.items() if name == text), text))

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """As one of a few labels (`categories`), a tie being an answer like the others."""
        return categories(answers, self._verdicts(), known or {})

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of pairs that prefer the same."""
        return agreeing_pairs(list(Counter(answers).values()))

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output prefers the same."""
        return bool(answer == output)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Accuracy; a tie is right only where the truth is one."""
        return [Measure("accuracy", "*", float(self.agrees(truth, output)), 1.0)]

    def judged(self, answer: Answer) -> list[Measure]:
        """Of two answers in an output, which is preferred."""
        return shares(self._verdicts(), [answer])

    def judgements(self) -> Bounds:
        """The share that each of the two wins, and of ties."""
        return shares_bounds(self._verdicts())

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Accuracy."""
        return {"accuracy": (0.0, 1.0)}

    def _verdicts(self) -> tuple[Verdict, ...]:
        return ("first", "second", "tie") if self.ties else ("first", "second")
