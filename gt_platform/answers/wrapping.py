"""A kind that is another one in all but what its answers say of outputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gt_platform.answers.base import Answer, AnswerKind, Answers, Settlement
from gt_platform.answers.form import Form, form_of

Kind = TypeVar("Kind", bound=AnswerKind)


@dataclass(frozen=True)
class Wrapping(Generic[Kind]):
    """What is asked, answered and settled is the `kind`'s; how an output is measured and compared is a subclass's."""

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
