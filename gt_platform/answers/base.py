"""What an answer kind must be able to do, and where kinds are looked up.

Nothing outside a kind's own file knows what its answers look like. A kind is registered under the entry
point group `gt_platform.answer_kinds`, so that anyone can add one by installing a package.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from gt_platform.errors import GroundTruthError

Answer = Any
Meaning = Literal["probability", "share of votes", "reliability"]
"""What a confidence is: a probability only where gold or experts' checks calibrate it; of numbers without a tolerance
the share of their variance that is not between annotators."""
ENTRY_POINT_GROUP = "gt_platform.answer_kinds"


class InvalidAnswerError(GroundTruthError, ValueError):
    """An answer its kind does not allow; the message says what it allows."""


@dataclass(frozen=True)
class Answers:
    """n valid answers: `annotators` said `answers` of `items`, each (n,). An annotator answers an item at most once."""

    items: tuple[str, ...]
    annotators: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Known(Mapping[str, Answer]):
    """The truth of some items, of which those in `drawn` were chosen by chance, with these inclusion probabilities.

    Only the drawn ones are like the other items, so only they tell how far to trust a settlement; the others, such
    as rulings on ties, are as hard as what they were chosen for.
    """

    truth: Mapping[str, Answer]
    drawn: Mapping[str, float]

    def __getitem__(self, item: str) -> Answer:
        """The truth of an item."""
        return self.truth[item]

    def __iter__(self) -> Iterator[str]:
        """The items."""
        return iter(self.truth)

    def __len__(self) -> int:
        """How many are known."""
        return len(self.truth)


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What the answers to one item come to.

    `answer` is None where it abstains; `reason` then says why. `leading` is the answer that leads, of several that
    tie one of them, always the same. `confidence`, 0 to 1, is how sure the method is of the leading answer, and
    `confidence_is` what that number means. `votes` maps each distinct answer
    (as JSON text) to how many gave it; `agreed` names the annotators who gave the leading one. `soft` is the
    probability of every answer, where the method knows it, keyed like `votes`; with a majority it is each answer's
    share of the votes, which is no probability. Of very many answers those without any are left out.
    """

    answer: Answer | None
    confidence: float | None
    votes: dict[str, int]
    method: str
    leading: Answer | None = None
    agreed: tuple[str, ...] = ()
    soft: dict[str, float] | None = None
    reason: str | None = None
    confidence_is: Meaning = "share of votes"


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
    """One kind of answer with its schema; built from the `answer:` part of a project.

    A kind may also have `ordered() -> list of sequences`: parts of the schema whose order has a meaning, so that
    changing it makes a new schema version.
    """

    def validate(self, answer: Answer) -> Answer:
        """Return the answer in canonical form. Raises InvalidAnswerError."""

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """Settle each item, learning from all the answers together; `known` is the truth of some items (see `Known`).

        A tie or too weak a lead abstains. Neither the answers' order nor the names of items and annotators matter.
        """

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of agreeing pairs, 0 to 1; None with fewer than two answers."""

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether a model's output is right, given the truth."""

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Each metric's share for one event. `output` may be invalid, and is then simply wrong."""

    def metrics(self) -> dict[str, tuple[float, float]]:
        """The metrics this kind offers, each with its lowest and highest possible value."""


@runtime_checkable
class ReadsText(Protocol):
    """What a kind can do besides, so that answers in anyone's file can be settled without a project."""

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> AnswerKind:
        """The kind with a schema that allows every one of these texts. Raises InvalidAnswerError."""

    def parse(self, text: str) -> Answer:
        """The canonical answer a text stands for. Raises InvalidAnswerError."""


@runtime_checkable
class Judges(Protocol):
    """What a kind can do besides, so that a project can ask about outputs: its answers are then judgements of them."""

    def judged(self, answer: Answer) -> list[Measure]:
        """What a judgement adds to each metric, over all labels ('*'): so many are good, so good on average."""

    def judgements(self) -> dict[str, tuple[float, float]]:
        """These metrics, each with its lowest and highest possible value."""


@runtime_checkable
class ReadsOutputs(Protocol):
    """What a kind can do besides, where a model may put out something else than an annotator may answer."""

    def validate_output(self, output: Answer) -> Answer:
        """Return a model's output in canonical form. Raises InvalidAnswerError."""


@runtime_checkable
class HasVariants(Protocol):
    """What a kind can do besides, where several answers may be as good as the true one."""

    def with_variants(self, answer: Answer, variants: Sequence[Answer]) -> Answer:
        """The answer that each of these is as good as, which `validate` has yet to look at."""


@runtime_checkable
class TakesOrder(Protocol):
    """What a kind whose labels have an order can do besides: be told it, where no project declares one."""

    @classmethod
    def along(cls, labels: Sequence[str]) -> AnswerKind:
        """The kind with these labels, lowest first. Raises ValueError."""


def agreeing(kind: AnswerKind, answer: str, other: str) -> bool:
    """Whether two answers, as JSON texts, are the same to the kind; one that it does not allow is like no other."""
    try:
        return bool(kind.agrees(json.loads(answer), json.loads(other)))
    except InvalidAnswerError:
        return False


def kinds() -> dict[str, type[BaseModel]]:
    """Every registered answer kind by name; each is a pydantic model that implements `AnswerKind`."""
    return {point.name: point.load() for point in entry_points(group=ENTRY_POINT_GROUP)}
