"""Several questions about one item, each answered in a kind of its own: `kind: form`.

Parts are asked, settled, compared and scored one by one. A part may be asked only where an earlier one has certain
answers, and combinations of answers may be declared to contradict each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from gt_platform.answers.apart import Apart, apart
from gt_platform.answers.base import Answer, AnswerKind, Answers, InvalidAnswerError, Measure, Settlement, kinds
from gt_platform.answers.form import Condition, Pick, PickSeveral, Several, form_of, names_in
from gt_platform.answers.judging import Bounds, judging
from gt_platform.answers.partwise import settle_parts

NAME = r"^[a-z][a-z0-9_]{0,47}$"
RIGHT, EVERY = "accuracy", "exact_match"
Labels = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda given: (given,) if isinstance(given, str) else given),
    Field(min_length=1),
]


class Asked(BaseModel):
    """One part: its kind, with whatever that kind needs beside it."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: str = Field(description="any kind of answer")
    question: str = Field("", description="what people read above it; left out, the name of the part")
    when: dict[str, Labels] = Field(
        default_factory=dict, description="asked only where these earlier parts have one of these labels"
    )


class Compound(BaseModel):
    """An answer gives each part that is asked an answer of its kind: `{"topic": "refund", "amount": 12.5}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    parts: dict[Annotated[str, Field(pattern=NAME)], Asked] = Field(
        min_length=1, description="each part by its name, in the order in which they are asked"
    )
    never: tuple[dict[str, Labels], ...] = Field(
        (), description="combinations of labels that contradict each other: {topic: praise, tone: [angry, sad]}"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        wrong = [*self._wrong_kinds()] or [*self._wrong_conditions(), *self._wrong_rules()]
        if wrong:
            raise ValidationError.from_exception_data("form", wrong)
        return self

    @cached_property
    def kinds(self) -> dict[str, AnswerKind]:
        """The kind of each part, in order."""
        return {name: _kind(part) for name, part in self.parts.items()}

    @cached_property
    def rules(self) -> tuple[tuple[Condition, ...], ...]:
        """The combinations that contradict each other."""
        return tuple(tuple(Condition(name, among) for name, among in rule.items()) for rule in self.never)

    def ordered(self) -> list[tuple[str, ...]]:
        """What of the schema of its parts has an order."""
        scales = ((name, kind.ordered()) for name, kind in sorted(self.kinds.items()) if hasattr(kind, "ordered"))
        return [(name, *scale) for name, told in scales for scale in told]

    def form(self) -> Several:
        """Each part with what it is asked on."""
        return self._form

    @cached_property
    def _form(self) -> Several:
        return Several(
            tuple((name, form_of(kind)) for name, kind in self.kinds.items()),
            {
                name: tuple(Condition(*one) for one in part.when.items())
                for name, part in self.parts.items()
                if part.when
            },
            {name: part.question for name, part in self.parts.items() if part.question},
        )

    def validate(self, answer: Answer) -> dict[str, Answer]:  # type: ignore[override]
        """Return the answers by part. Raises InvalidAnswerError unless those that are asked, and no others, have one,
        and none contradicts another.
        """
        if not isinstance(answer, dict):
            raise InvalidAnswerError(f"{answer!r} is no object with an answer to each of {', '.join(self.parts)}")
        form, said = self.form(), dict[str, Answer]()
        for name, kind in self.kinds.items():
            if form.asks(name, said):
                said[name] = _part(name, kind, answer)
            elif name in answer:
                raise InvalidAnswerError(f"{name} is asked only where {_where(form.when[name])}")
        if unknown := answer.keys() - self.parts.keys():
            raise InvalidAnswerError(f"{min(map(repr, unknown))} is none of {', '.join(self.parts)}")
        if against := self._contradiction(said):
            raise InvalidAnswerError(against)
        return said

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """Part by part, as their kinds do (see `settle_parts`); what contradicts itself is not settled."""
        return settle_parts(self.kinds, self.form(), self._contradiction, answers, known or {})

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Mean over parts of the agreement of those who were asked them."""
        given = {name: [answer[name] for answer in answers if name in answer] for name in self.parts}
        found = [kind.agreement(given[name]) for name, kind in self.kinds.items()]
        known = [value for value in found if value is not None]
        return sum(known) / len(known) if known else None

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output has the same parts, and each is right."""
        return isinstance(output, dict) and output.keys() == answer.keys() and all(self._right(answer, output).values())

    def apart(self, truth: Answer, said: Answer) -> list[Apart]:
        """What its parts have, each named by it; a part that only one of them has is missing or extra."""
        found = [
            Apart(one.how, *(None if label is None else f"{name}: {label}" for label in (one.true, one.said)))
            for name, kind in self.kinds.items()
            if name in truth and name in said
            for one in apart(kind, truth[name], said[name])
        ]
        found += [Apart("missing", name, None) for name in self.parts if name in truth and name not in said]
        return found + [Apart("extra", None, name) for name in self.parts if name in said and name not in truth]

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Accuracy of each part and over all that are there or should be, whether everything is right, and what the
        kind of each part measures, by part. A part that is not there is no output.
        """
        given: Mapping[str, Any] = output if isinstance(output, dict) else {}
        right = self._right(truth, given) | {name: False for name in self.parts if name in given and name not in truth}
        total = sum(right.values())
        return [
            Measure(EVERY, "*", float(self.agrees(truth, output)), 1.0),
            Measure(RIGHT, "*", float(total), float(len(right))),
            *(Measure(RIGHT, name, float(one), 1.0) for name, one in right.items()),
            *(one for name, kind in self.kinds.items() if name in truth for one in _measured(name, kind, given, truth)),
        ]

    def judged(self, answer: Answer) -> list[Measure]:
        """What the kind of each part has of a judgement, named by it; a part that was not asked counts for nothing."""
        return [
            Measure(_of(metric, name), "*", *shares.get(metric, (0.0, 0.0)))
            for name, kind in self.kinds.items()
            if (judges := judging(kind))
            for shares in [_shares(judges.measure(None, answer[name]) if name in answer else [])]
            for metric in judges.metrics()
        ]

    def judgements(self) -> Bounds:
        """Those of every part that can judge."""
        return {
            _of(metric, name): bounds
            for name, kind in self.kinds.items()
            if (judges := judging(kind))
            for metric, bounds in judges.metrics().items()
        }

    def metrics(self) -> Bounds:
        """Accuracy, exact match, and those of the parts, within the widest of their bounds."""
        found: Bounds = {RIGHT: (0.0, 1.0), EVERY: (0.0, 1.0)}
        for kind in self.kinds.values():
            for metric, (low, high) in kind.metrics().items():
                lowest, highest = found.get(metric, (low, high))
                found[metric] = (min(low, lowest), max(high, highest))
        return found

    def _right(self, truth: Mapping[str, Answer], given: Mapping[str, Answer]) -> dict[str, bool]:
        return {
            name: name in given and bool(kind.agrees(truth[name], given[name]))
            for name, kind in self.kinds.items()
            if name in truth
        }

    def _contradiction(self, said: Mapping[str, Answer]) -> str | None:
        """The first rule that these answers are against, in words."""
        against = (rule for rule in self.rules if all(condition.holds(said) for condition in rule))
        return next((f"declared never to be: {_where(rule)}" for rule in against), None)

    def _wrong_kinds(self) -> Iterator[InitErrorDetails]:
        known = kinds()
        for name, part in self.parts.items():
            if part.kind not in known:
                said = f"is {part.kind!r}; known kinds: {', '.join(sorted(known))}"
                yield _mistake(("parts", name, "kind"), said, part.kind)
                continue
            try:
                _kind(part)
            except ValidationError as error:
                for one in error.errors():
                    said = str(one["msg"]).removeprefix("Value error, ")
                    if one["type"] == "extra_forbidden":
                        said = f"unknown key; allowed here: {', '.join(known[part.kind].model_fields)}"
                    yield _mistake(("parts", name, *one["loc"]), said, one["input"])

    def _wrong_conditions(self) -> Iterator[InitErrorDetails]:
        names = list(self.parts)
        for at, (name, part) in enumerate(self.parts.items()):
            for other, among in part.when.items():
                place = ("parts", name, "when", other)
                yield from self._wrong_labels(place, other, among, names[:at], "an earlier part")

    def _wrong_rules(self) -> Iterator[InitErrorDetails]:
        for at, rule in enumerate(self.never):
            if len(rule) < 2:
                yield _mistake(("never", at), "names fewer than two parts, which contradict nothing", rule)
            for name, among in rule.items():
                yield from self._wrong_labels(("never", at, name), name, among, list(self.parts), "a part")

    def _wrong_labels(
        self, place: tuple[str | int, ...], name: str, among: Sequence[str], names: Sequence[str], what: str
    ) -> Iterator[InitErrorDetails]:
        if name not in names:
            yield _mistake(place, f"{name!r} is not {what}: {', '.join(names) or 'there is none'}", name)
            return
        form = form_of(self.kinds[name])
        labels = names_in(form) if isinstance(form, Pick | PickSeveral) else []
        if not labels:
            yield _mistake(place, f"{name} is not chosen from labels, so no condition can name one", name)
        elif unknown := [label for label in among if label not in labels]:
            yield _mistake(place, f"{unknown[0]!r} is not one of {', '.join(labels)}", unknown[0])


def _kind(part: Asked) -> AnswerKind:
    kind = kinds()[part.kind].model_validate(part.model_extra or {})
    if not isinstance(kind, AnswerKind):
        raise TypeError(f"the registered answer kind {part.kind!r} lacks a method of AnswerKind")
    return kind


def _part(name: str, kind: AnswerKind, answer: Mapping[str, Answer]) -> Answer:
    if name not in answer:
        raise InvalidAnswerError(f"{name} has no answer")
    try:
        return kind.validate(answer[name])
    except InvalidAnswerError as error:
        raise InvalidAnswerError(f"{name}: {error}") from None


def _measured(
    name: str, kind: AnswerKind, given: Mapping[str, Answer], truth: Mapping[str, Answer]
) -> Iterator[Measure]:
    for one in kind.measure(given.get(name), truth[name]):
        if (one.metric, one.label) != (RIGHT, "*"):
            label = name if one.label == "*" else f"{name}: {one.label}"
            yield Measure(one.metric, label, one.numerator, one.denominator)


def _shares(measures: Sequence[Measure]) -> dict[str, tuple[float, float]]:
    return {one.metric: (one.numerator, one.denominator) for one in measures}


def _of(metric: str, part: str) -> str:
    return f"{metric} in {part}"


def _where(conditions: Sequence[Condition]) -> str:
    return " and ".join(f"{one.part} is {' or '.join(one.among)}" for one in conditions)


def _mistake(place: tuple[str | int, ...], said: str, given: Any) -> InitErrorDetails:
    # braces would be taken for places to fill in
    return InitErrorDetails(type=PydanticCustomError("form", "{said}", {"said": said}), loc=place, input=given)
