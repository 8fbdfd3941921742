"""A kind that is another one in all but what its answers say of outputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gt_platform.answers.base import Answer, AnswerKind, Answers, Measure, Settlement
from gt_platform.answers.form import Form, form_of

Kind = TypeVar("Kind", bound=AnswerKind)


@dataclass(frozen=True)
class Wrapping(Generic[Kind]):
    """All is as the `kind` has it, but for what a subclass says of outputs."""

    kind: Kind

    def form(self) -> Form:
        """What an answer consists of."""
        return form_of(self.kind)

    def validate(self, answer: Answer) -> Answer:
        """Return the answer in canonical form. Raises InvalidAnswerError."""
        return self.kind.validate(answer)

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """Settle each item."""
        return self.kind.settle(answers, known)

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of agreeing pairs."""
        return self.kind.agreement(answers)

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether an output is the same as an answer."""
        return self.kind.agrees(answer, output)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """What an output adds to each metric."""
        return self.kind.measure(output, truth)

    def metrics(self) -> dict[str, tuple[float, float]]:
        """The metrics with their bounds."""
        return self.kind.metrics()
