"""What an answer kind must be able to do, and where kinds are looked up.

Nothing outside a kind's own file knows what its answers look like. A kind is registered under the entry
point group `gt_platform.answer_kinds`, so that anyone can add one by installing a package.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

Answer = Any
ENTRY_POINT_GROUP = "gt_platform.answer_kinds"


class InvalidAnswerError(ValueError):
    """An answer its kind does not allow; the message says what it allows."""


@dataclass(frozen=True)
class Settlement:
    """What several answers to one item come to.

    `answer` is None where they tie. `confidence` is the share of answers behind it, 0 to 1. `votes` maps
    each distinct answer (as JSON text) to how many gave it.
    """

    answer: Answer | None
    confidence: float | None
    votes: dict[str, int]
    method: str


@dataclass(frozen=True)
class Measure:
    """One event's share of a metric, which is always a ratio of totals: sum(numerator) / sum(denominator).

    `label` is the class a per-class metric is about, '*' otherwise.
    """

    metric: str
    label: str
    numerator: float
    denominator: float


@runtime_checkable
class AnswerKind(Protocol):
    """One kind of answer with its schema; built from the `answer:` part of a project."""

    def validate(self, answer: Answer) -> Answer:
        """Return the answer in canonical form. Raises InvalidAnswerError."""

    def settle(self, answers: Sequence[Answer]) -> Settlement:
        """Settle valid answers into one; a tie abstains. The order of `answers` never matters."""

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of agreeing pairs, 0 to 1; None with fewer than two answers."""

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether a model's output is right, given the truth."""

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Each metric's share for one event. `output` may be invalid, and is then simply wrong."""

    def metrics(self) -> dict[str, tuple[float, float]]:
        """The metrics this kind offers, each with its lowest and highest possible value."""


def kinds() -> dict[str, type[BaseModel]]:
    """Every registered answer kind by name; each is a pydantic model that implements `AnswerKind`."""
    return {point.name: point.load() for point in entry_points(group=ENTRY_POINT_GROUP)}
